"""docs/operator.md names every command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from deskhand.cli.app import app

DOCUMENT = Path(__file__).parents[2] / "docs" / "operator.md"


def commands(group: object, path: str = "deskhand") -> Iterator[str]:
    for name, command in getattr(group, "commands", {}).items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}"


ALL = list(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("command", ALL)
def test_command_is_documented(command: str) -> None:
    assert f"`{command}" in DOCUMENT.read_text(encoding="utf-8")


def test_the_commands_were_found() -> None:
    assert {"deskhand up", "deskhand db reset", "deskhand handoffs show"} <= set(ALL)
