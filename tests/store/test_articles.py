"""Articles are written whole."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from sqlalchemy import select, text

from deskhand.store.articles import Articles, NewArticle, NewPassage
from deskhand.store.database import Database
from deskhand.store.knowledge_tables import DIMENSION, articles, passages

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def vector(at: int) -> np.ndarray:
    return np.eye(1, DIMENSION, at, dtype=np.float32)[0]


def passage(at: int) -> NewPassage:
    return NewPassage(
        headings=("Tents", "Poles\0"),
        sentences=(f"Sentence {at}.", "It's “odd”, \\ and {so on}."),
        steps=("Step.",),
        notice=(),
        words="'pole':1B",
        embedding=vector(at),
        sentence_vectors=np.stack([vector(at), vector(at + 1), vector(at + 2)]).astype(np.float16),
    )


def article(source: str, count: int = 1, digest: str = "d1") -> NewArticle:
    return NewArticle(
        source=source,
        digest=digest,
        title="Tents",
        url="https://shop.example/tents",
        audience="customer",
        valid_from=date.min,
        valid_until=None,
        languages=("en", "de"),
        passages=tuple(passage(at) for at in range(count)),
    )


@pytest.fixture
def store(db: Database) -> Articles:
    return Articles(db, now=lambda: NOW)


async def positions(db: Database, source: str) -> list[int]:
    query = select(passages.c.position).join(articles).where(articles.c.source == source).order_by(passages.c.position)
    async with db.begin() as connection:
        return list(await connection.scalars(query))


async def test_what_is_stored_is_known(store: Articles, db: Database) -> None:
    await store.replace([article("b.md", 2), article("a.md", digest="d2")], embedder="e/1")

    assert await store.known() == {"a.md": "d2", "b.md": "d1"}
    assert await positions(db, "b.md") == [0, 1]
    async with db.begin() as connection:
        row = (await connection.execute(select(passages, articles).join(articles).limit(1))).one()
    assert row.headings == ["Tents", "Poles�"]
    assert row.sentences == ["Sentence 0.", "It's “odd”, \\ and {so on}."]
    assert (row.valid_from, row.valid_until, row.languages) == (date.min, None, ["en", "de"])
    assert (row.synced_at, row.embedder) == (NOW, "e/1")
    np.testing.assert_array_equal(np.asarray(row.embedding, dtype=np.float32), vector(0))
    stored = np.frombuffer(row.sentence_vectors, dtype=np.float16).reshape(-1, DIMENSION)
    np.testing.assert_array_equal(stored.argmax(axis=1), [0, 1, 2])


async def test_a_new_version_takes_the_place_of_the_old_and_keeps_its_id(store: Articles, db: Database) -> None:
    await store.replace([article("a.md", 5)], embedder="e")
    async with db.begin() as connection:
        before = await connection.scalar(select(articles.c.id))
    await store.replace([replace(article("a.md", 2, "d2"), title="New")], embedder="e")

    assert await store.known() == {"a.md": "d2"}
    assert await positions(db, "a.md") == [0, 1]
    async with db.begin() as connection:
        assert (await connection.execute(select(articles.c.id, articles.c.title))).one() == (before, "New")


async def test_what_is_removed_takes_its_passages_along(store: Articles, db: Database) -> None:
    await store.replace([article("a.md"), article("b.md")], embedder="e")
    await store.remove(["a.md", "never-there.md"])

    assert await store.known() == {"b.md": "d1"}
    assert await positions(db, "a.md") == []


async def test_a_batch_that_fails_changes_nothing(store: Articles, db: Database) -> None:
    await store.replace([article("a.md", 3)], embedder="e")
    broken = replace(article("b.md"), audience="everybody")
    with pytest.raises(Exception, match="ck_articles_audience"):
        await store.replace([article("a.md", 1, "d2"), broken], embedder="e")

    assert await store.known() == {"a.md": "d1"}
    assert await positions(db, "a.md") == [0, 1, 2]


async def test_a_reader_sees_an_article_whole_while_it_is_replaced(store: Articles, db: Database) -> None:
    await store.replace([article("a.md", 4)], embedder="e")
    seen = set()

    async def read() -> None:
        while not done.is_set():
            seen.add(len(await positions(db, "a.md")))

    done = asyncio.Event()
    reader = asyncio.create_task(read())
    for count in (9, 4, 9, 4, 9):
        await store.replace([article("a.md", count)], embedder="e")
    done.set()
    await reader
    assert seen <= {4, 9}
    assert seen


async def test_passages_are_found_by_their_vectors_through_the_index(store: Articles, db: Database) -> None:
    await store.replace([article("a.md", 30)], embedder="e")
    async with db.begin() as connection:
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        query = select(passages.c.position).order_by(passages.c.embedding.cosine_distance(vector(7))).limit(1)
        plan = await connection.execute(text(f"EXPLAIN {compiled(query)}"))
        assert "ix_passages_embedding" in "\n".join(row[0] for row in plan)
        assert await connection.scalar(query) == 7


def compiled(query) -> str:
    from sqlalchemy.dialects import postgresql

    return str(query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
