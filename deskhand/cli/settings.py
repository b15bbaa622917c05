"""`deskhand settings`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from deskhand.settings import Settings

_PASSWORD_IN_URL = re.compile(r"(?<=//)([^:/@\s]*):[^@\s]*(?=@)")
_CHANGED = "*"


def show(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print docs/settings.md: names, defaults, meanings.")
    ] = False,
) -> None:
    """Show every setting, its value and its meaning. Secrets are stars; * marks what is not the default."""
    from deskhand.settings import Settings, get_settings

    lines = documented(Settings) if markdown else described(get_settings())
    print("\n".join(lines))


def documented(settings: type[Settings]) -> list[str]:
    """docs/settings.md, which a contract test compares with this."""
    lines = [
        "# Settings",
        "",
        "Environment variables, or lines of a file `.env` beside `config.yml`.",
        "`deskhand settings` shows those in force, secrets as stars.",
        "",
        "This file is made by `deskhand settings --markdown > docs/settings.md`.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in settings.model_fields.items():
        default = "generated" if name in _generated() else "" if field.default is None else f"`{field.default}`"
        lines.append(f"| `{variable(name)}` | {default} | {field.description} |")
    return lines


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
