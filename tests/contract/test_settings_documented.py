"""docs/settings.md says what deskhand.settings says."""

from __future__ import annotations

from pathlib import Path

from deskhand.cli.settings import documented
from deskhand.settings import Settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented() -> None:
    assert DOCUMENT.read_text(encoding="utf-8").splitlines() == documented(Settings), (
        "Write it anew: .venv/bin/deskhand settings --markdown > docs/settings.md"
    )


def test_every_setting_has_a_meaning() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
