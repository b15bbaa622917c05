"""Each run has a database of its own, and the articles are not stored anew for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from deskhand.e2e.errors import StackNotStarted
from deskhand.e2e.scratch import scratch_database
from deskhand.store.articles import Articles
from deskhand.store.database import Database
from deskhand.store.embedded import EmbeddedServer
from deskhand.store.errors import DatabaseUnavailable
from tests.fakes.desk import Desk

ARTICLE = """---
title: Delivery
url: https://shop.example/delivery
audience: customer
valid_from: 2025-01-01
---

We deliver to Scotland in three days.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "delivery.md").write_text(ARTICLE, encoding="utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def nothing_is_left(postgres: EmbeddedServer) -> Iterator[None]:
    """Besides what is kept."""
    yield
    kept = kept_on(postgres)
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        for name in kept:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
    assert all(name.startswith("deskhand_e2e_articles_") for name in kept)


@pytest.mark.slow
async def test_articles_are_stored_once_and_conversations_are_not_passed_on(postgres: EmbeddedServer, project: Path):
    said: list[str] = []
    async with scratch_database(postgres.url, project, said.append) as url:
        db = Database(url)
        assert set(await Articles(db).known()) == {"delivery.md"}, said
        await Desk(db).write("hello")
        await db.close()
    assert any("1 added" in line for line in said)

    (project / "knowledge" / "returns.md").write_text(ARTICLE.replace("Delivery", "Returns"), encoding="utf-8")
    said.clear()
    async with scratch_database(postgres.url, project, said.append) as another:
        db = Database(another)
        assert set(await Articles(db).known()) == {"delivery.md", "returns.md"}
        async with db.begin() as connection:
            talks = await connection.exec_driver_sql("SELECT count(*) FROM deskhand.conversations")
        assert talks.scalar_one() == 0
        await db.close()
    assert another != url
    assert any("1 added, 0 changed, 0 removed, 1 unchanged" in line for line in said)

    said.clear()
    async with scratch_database(postgres.url, project, said.append):
        assert said == []


@pytest.mark.slow
async def test_an_article_that_cannot_be_stored_is_named_and_nothing_is_tested(postgres: EmbeddedServer, project: Path):
    async with scratch_database(postgres.url, project, print):
        pass
    (project / "knowledge" / "delivery.md").write_text(ARTICLE.replace("customer", "all"), encoding="utf-8")
    with pytest.raises(StackNotStarted, match=r"(?s)delivery\.md:4: can't be read"):
        async with scratch_database(postgres.url, project, print):
            pass


@pytest.mark.slow
async def test_other_code_stores_all_articles_anew(postgres: EmbeddedServer, project: Path, monkeypatch):
    said: list[str] = []
    for digest in (1, 2):
        monkeypatch.setattr("deskhand.e2e.scratch._digest_of_code", lambda digest=digest: digest)
        said.clear()
        async with scratch_database(postgres.url, project, said.append):
            assert any("1 added" in line for line in said)
    of_project = sorted(name for name in kept_on(postgres) if name.endswith(("_00000001", "_00000002")))
    assert [name[-1] for name in of_project] == ["2"]


async def test_a_project_without_articles_has_none(postgres: EmbeddedServer, tmp_path: Path):
    async with scratch_database(postgres.url, tmp_path, print) as url:
        db = Database(url)
        assert await Articles(db).known() == {}
        await db.close()


def kept_on(postgres: EmbeddedServer) -> list[str]:
    with psycopg.connect(postgres.url) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, 'deskhand_e2e_')")
        return [str(name) for (name,) in found]


async def test_who_may_not_create_databases_is_told_so(postgres: EmbeddedServer, project: Path):
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE humble LOGIN")
    try:
        with pytest.raises(StackNotStarted, match="CREATEDB"):
            async with scratch_database(postgres.url.replace("postgres@", "humble@"), project, print):
                pass
    finally:
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute("DROP ROLE humble")


async def test_a_server_that_does_not_answer_is_told_in_words(project: Path):
    with pytest.raises(DatabaseUnavailable, match="DATABASE_URL"):
        async with scratch_database("postgresql://nobody@127.0.0.1:1/none", project, print):
            pass
