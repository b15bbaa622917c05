"""Writing articles: each with its passages at once, so that a reader sees the old one whole or the new one whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import String, bindparam, cast, delete, insert, select
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store.database import CONNECT_TIMEOUT_SECONDS, Database
from deskhand.store.errors import DatabaseUnavailable
from deskhand.store.knowledge_tables import articles, passages
from deskhand.store.texts import storable
from deskhand.store.urls import libpq_url

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOCK = 7_307_145_003
"""Of PostgreSQL's advisory locks: held by whoever brings the articles up to date."""


@dataclass(frozen=True)
class NewPassage:
    """A passage with its vectors."""

    headings: tuple[str, ...]
    sentences: tuple[str, ...]
    steps: tuple[str, ...]
    notice: tuple[str, ...]
    words: str
    """In the form of a `tsvector`, as `deskhand.knowledge.index_words` makes it of title, headings and text."""
    embedding: NDArray[np.float32]
    """[DIMENSION], of length 1."""
    sentence_vectors: NDArray[np.float16]
    """[sentences + steps, DIMENSION]."""


@dataclass(frozen=True)
class NewArticle:
    source: str
    """The file's path below the folder of articles, with slashes."""
    digest: str
    title: str
    url: str
    audience: str
    valid_from: date
    valid_until: date | None
    languages: tuple[str, ...]
    passages: tuple[NewPassage, ...]


class Articles:
    """What the database has of the folder of articles. Passages are read through `deskhand.store.passages`."""

    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def known(self) -> dict[str, str]:
        """The digest of every article, by its source."""
        async with self._db.begin() as connection:
            found = await connection.execute(select(articles.c.source, articles.c.digest))
            return {row.source: row.digest for row in found}

    async def replace(self, batch: Sequence[NewArticle], *, embedder: str) -> None:
        """Stores these articles in place of those with the same sources, in one transaction."""
        async with self._db.begin() as connection:
            # In one order, so that two who write the same articles wait for each other and do not lock each other out.
            for article in sorted(batch, key=lambda each: each.source):
                article_id = await self._store(connection, article)
                rows = [_row(article, article_id, at, embedder) for at in range(len(article.passages))]
                if rows:
                    await connection.execute(_INSERT_PASSAGE, rows)

    async def remove(self, sources: Iterable[str]) -> None:
        """Forgets the articles from these sources, and their passages."""
        async with self._db.begin() as connection:
            await connection.execute(delete(articles).where(articles.c.source.in_(list(sources))))

    @asynccontextmanager
    async def exclusively(self, on_wait: Callable[[], None]) -> AsyncIterator[None]:
        """For the one who brings the articles up to date: others wait here, and are told by `on_wait` that they do.

        The lock goes when the process ends in any way. Raises `DatabaseUnavailable`.
        """
        # A connection of its own and no transaction: one that is open for minutes would keep old rows from being
        # cleared away in the whole database.
        try:
            connection = await psycopg.AsyncConnection.connect(
                libpq_url(self._db.url),
                autocommit=True,
                connect_timeout=CONNECT_TIMEOUT_SECONDS,
                options="-c statement_timeout=0",
            )
        except psycopg.OperationalError as exc:
            raise DatabaseUnavailable(f"The database is away: {type(exc).__name__}") from exc
        async with connection:
            cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            if await cursor.fetchone() != (True,):
                on_wait()
                await connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            yield

    async def _store(self, connection: AsyncConnection, article: NewArticle) -> UUID:
        """The article's row, new or changed, without passages."""
        values = {
            "digest": article.digest,
            "title": storable(article.title),
            "url": storable(article.url),
            "audience": article.audience,
            "valid_from": article.valid_from,
            "valid_until": article.valid_until,
            "languages": list(article.languages),
            "synced_at": self._now(),
        }
        article_id: UUID = (
            await connection.execute(
                upsert(articles)
                .values(id=uuid4(), source=article.source, **values)
                .on_conflict_do_update(index_elements=["source"], set_=values)
                .returning(articles.c.id)
            )
        ).scalar_one()
        await connection.execute(delete(passages).where(passages.c.article_id == article_id))
        return article_id


_INSERT_PASSAGE = insert(passages).values(words=cast(bindparam("words_text", type_=String), TSVECTOR))


def _row(article: NewArticle, article_id: UUID, position: int, embedder: str) -> dict[str, object]:
    passage = article.passages[position]
    headings, sentences, steps, notice = (
        [storable(text) for text in texts]
        for texts in (passage.headings, passage.sentences, passage.steps, passage.notice)
    )
    return {
        "article_id": article_id,
        "position": position,
        "headings": headings,
        "sentences": sentences,
        "steps": steps,
        "notice": notice,
        "embedding": passage.embedding,
        "sentence_vectors": passage.sentence_vectors.tobytes(),
        "embedder": embedder,
        "words_text": passage.words,
    }
