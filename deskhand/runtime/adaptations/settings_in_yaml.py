"""`${DESKHAND_…}` in endpoints.yml and credentials.yml is replaced from the environment alone, and where it does not
begin a word (`http://127.0.0.1:${DESKHAND_ACTIONS_PORT}`) a missing one is silently left as it stands.

Deskhand's settings have defaults, a `.env` file and generated secrets. Plain `rasa shell` must know them too: they
are in the environment while a file that asks for them is read, and not after.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from deskhand.runtime.import_hooks import when_imported

_SETTING = re.compile(r"\$\{(DESKHAND_\w+)\}")


def apply() -> None:
    """Let the YAML readers of Rasa and of its action server find Deskhand's settings."""
    for reader in ("rasa.shared.utils.io", "rasa_sdk.utils"):
        when_imported(reader, _know_settings)


def _know_settings(io: Any) -> None:
    upstream_read = io.read_yaml

    def read_yaml(content: str, *args: Any, **kwargs: Any) -> Any:
        with _in_environment(set(_SETTING.findall(content))):
            return upstream_read(content, *args, **kwargs)

    io.read_yaml = read_yaml


@contextmanager
def _in_environment(names: set[str]) -> Iterator[None]:
    added = {name: value for name in names - os.environ.keys() if (value := _value(name)) is not None}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


def _value(name: str) -> str | None:
    from pydantic import SecretStr

    from deskhand.settings import get_settings

    value = getattr(get_settings(), name.removeprefix("DESKHAND_").lower(), None)
    if value is None:
        return None
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
