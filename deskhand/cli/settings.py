"""`deskhand settings`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deskhand.settings import Settings

_PASSWORD_IN_URL = re.compile(r"(?<=//)([^:/@\s]*):[^@\s]*(?=@)")
_CHANGED = "*"


def show() -> None:
    """Show every setting, its value and its meaning. Secrets are stars; * marks what is not the default."""
    from deskhand.settings import get_settings

    for line in described(get_settings()):
        print(line)


def described(settings: Settings) -> list[str]:
    """Two lines a setting: name and value, and what it is for."""
    lines = []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        mark = " " if value == field.default or name in _generated() else _CHANGED
        lines += [f"{mark} {variable(name)} = {_shown(value)}", f"      {field.description}"]
    return lines


def variable(name: str) -> str:
    """The environment variable of a setting."""
    from deskhand.settings import Settings

    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"DESKHAND_{name.upper()}"


def _shown(value: object) -> str:
    if value is None:
        return "(not set)"
    return _PASSWORD_IN_URL.sub(r"\1:***", str(value))


def _generated() -> tuple[str, ...]:
    from deskhand.settings import GENERATED_SECRETS

    return GENERATED_SECRETS
