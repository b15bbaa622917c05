"""Writing articles: each with its passages at once, so that a reader sees the old one whole or the new one whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import String, bindparam, cast, delete, func, insert, select
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store.asked import NewAsked, replace_asked
from deskhand.store.database import Database
from deskhand.store.knowledge_tables import DIMENSION, articles, passages
from deskhand.store.texts import storable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


_INDEX = "deskhand.ix_passages_embedding"


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
    asked: tuple[NewAsked, ...] = ()
    """The questions that it is known to answer."""


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

    async def count_passages(self) -> int:
        async with self._db.begin() as connection:
            return await connection.scalar(select(func.count()).select_from(passages)) or 0

    async def has_vector_index(self) -> bool:
        """Whether passages are found by their vectors without a look at each of them. Only a load that was killed
        leaves them without: see `deskhand.store.articles_lock`."""
        async with self._db.begin() as connection:
            return bool(await connection.scalar(select(func.to_regclass(_INDEX).is_not(None))))

    async def replace(self, batch: Sequence[NewArticle], *, embedder: str) -> None:
        """Stores these articles in place of those with the same sources, in one transaction."""
        if not batch:
            return
        async with self._db.begin() as connection:
            ids = await self._store(connection, batch)
            await connection.execute(delete(passages).where(passages.c.article_id.in_(ids.values())))
            rows = [
                _row(article, ids[article.source], at, embedder)
                for article in batch
                for at in range(len(article.passages))
            ]
            if rows:
                await connection.execute(_INSERT_PASSAGE, rows)
            await replace_asked(connection, ids, [each for article in batch for each in article.asked], embedder)

    async def remove(self, sources: Iterable[str]) -> None:
        """Forgets the articles from these sources, and their passages."""
        async with self._db.begin() as connection:
            await connection.execute(delete(articles).where(articles.c.source.in_(list(sources))))

    async def _store(self, connection: AsyncConnection, batch: Sequence[NewArticle]) -> dict[str, UUID]:
        """The articles' rows, new or changed, without passages. Returns their ids by their sources."""
        values = [
            {
                "id": uuid4(),
                "source": article.source,
                "digest": article.digest,
                "title": storable(article.title),
                "url": storable(article.url),
                "audience": article.audience,
                "valid_from": article.valid_from,
                "valid_until": article.valid_until,
                "languages": list(article.languages),
                "synced_at": self._now(),
            }
            # In one order, so that two who write the same articles wait for each other and don't lock each other out.
            for article in sorted(batch, key=lambda each: each.source)
        ]
        statement = upsert(articles).values(values)
        changes = {name: statement.excluded[name] for name in values[0] if name not in {"id", "source"}}
        found = await connection.execute(
            statement.on_conflict_do_update(index_elements=["source"], set_=changes).returning(
                articles.c.source, articles.c.id
            )
        )
        return {row.source: row.id for row in found}


_INSERT_PASSAGE = insert(passages).values(
    words=cast(bindparam("words_text", type_=String), TSVECTOR),
    embedding=cast(bindparam("embedding_text", type_=String), VECTOR(DIMENSION)),
)
# Nine digits are enough for any float32; written out like this, a vector takes a third of the time.
_VECTOR_TEXT = f"[{','.join(['%.9g'] * DIMENSION)}]"


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
        "embedding_text": _VECTOR_TEXT % tuple(passage.embedding.tolist()),
        "sentence_vectors": passage.sentence_vectors.tobytes(),
        "embedder": embedder,
        "words_text": passage.words,
    }
