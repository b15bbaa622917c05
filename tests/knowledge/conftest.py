from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

TODAY = date(2026, 6, 1)

WriteArticle = Callable[..., Path]


@pytest.fixture
def write_article(tmp_path: Path) -> WriteArticle:
    """Writes an article of a customer's, valid today, unless told otherwise."""

    def write(name: str = "article.md", body: str = "## Heading\n\nA sentence.", **fields: str) -> Path:
        front = {
            "title": "Title",
            "url": f"https://shop.example/{name.removesuffix('.md')}",
            "audience": "customer",
            "valid_from": "2026-01-01",
        } | fields
        lines = [f"{key}: {value}" for key, value in front.items()]
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(["---", *lines, "---", "", body, ""]), encoding="utf-8")
        return file

    return write
