"""credentials.yml: the channels that the assistant answers on."""

from __future__ import annotations

from pathlib import Path

from deskhand.runtime.checks.documents import read
from deskhand.runtime.checks.problems import did_you_mean
from deskhand.runtime.checks.python_names import problem_with


def check_credentials(file: Path) -> None:
    """Raises `ConfigurationError` for the first channel that is none."""
    document = read(file)
    if document is None:
        return
    for channel, line, _ in document.entries():
        if "." in channel:
            wrong = problem_with(channel)
            if wrong:
                raise document.problem(f"the channel '{channel}' cannot be found: {wrong}", line)
        elif channel not in builtin_channels():
            known = did_you_mean(channel, builtin_channels())
            raise document.problem(f"there is no channel '{channel}'.{known}", line)


def builtin_channels() -> frozenset[str]:
    """The channels that Rasa knows by a short name."""
    from rasa.core.channels import BUILTIN_CHANNELS

    return frozenset(BUILTIN_CHANNELS)
