"""`rasa.shared.utils.validation` imports `packaging.version.LegacyVersion`, which packaging 22 removed.

Rasa uses it to recognise a nonsense `version:` in a training file, and then raises a TypeError itself to answer
with a warning. Current packaging raises InvalidVersion (a ValueError) for nonsense, so the adaptation also turns
that into the TypeError which Rasa handles.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from deskhand.runtime.import_hooks import when_imported


class LegacyVersion:
    """What old packaging made of a version that it could not parse. Nothing is one any more."""


def apply() -> None:
    """Let Rasa import the name, and let it see nonsense versions as before."""
    when_imported("packaging.version", _add_legacy_version)
    when_imported("rasa.shared.utils.validation", _parse_as_before)


def _add_legacy_version(module: Any) -> None:
    module.LegacyVersion = LegacyVersion


def _parse_as_before(validation: Any) -> None:
    current = validation.version

    def parse(value: str) -> Any:
        try:
            return current.parse(value)
        except current.InvalidVersion:
            raise TypeError(value) from None

    validation.version = SimpleNamespace(parse=parse)
