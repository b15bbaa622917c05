"""What `deskhand up` does with the articles before anybody is served."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from deskhand.runtime.articles import sync_articles

ARTICLE = (
    "---\ntitle: Tents\nurl: https://shop.example/tents\naudience: {}\nvalid_from: 2026-01-01\n---\nThey are green.\n"
)


async def synced(project: Path, url: str) -> list[str]:
    """What was said."""
    said: list[str] = []
    await sync_articles(project, url, said.append)
    return said


def stored(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT source FROM deskhand.articles ORDER BY source")]


async def test_a_project_without_articles_starts_all_the_same(tmp_path: Path, database_url: str) -> None:
    [line] = await synced(tmp_path, database_url)
    assert line.startswith("There is no folder knowledge/")


async def test_an_absent_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()

    [line] = await synced(tmp_path, "postgresql://nobody@127.0.0.1:1/nothing")
    assert line.startswith("The articles are not up to date: ")


@pytest.mark.slow
async def test_what_changed_is_stored_and_a_bad_file_stops_nothing(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "tents.md").write_text(ARTICLE.format("customer"), encoding="utf-8")
    first = await synced(tmp_path, database_url)
    second = await synced(tmp_path, database_url)
    (tmp_path / "knowledge" / "bad.md").write_text(ARTICLE.format("all"), encoding="utf-8")
    third = await synced(tmp_path, database_url)

    # How far it is gets said when it takes long.
    first = [line for line in first if not line.startswith("Embedded ")]
    assert first[:2] == ["Bringing the articles up to date.", "Added    tents.md"]
    assert first[2].startswith("1 added, 0 changed")
    assert second == []
    assert "bad.md:4: can't be read: audience is 'all'; it must be customer or internal." in third
    assert third[-1].startswith("Not all articles are up to date")
    assert stored(database_url) == ["tents.md"]
