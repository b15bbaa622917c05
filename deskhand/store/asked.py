"""Writing asked questions: what customers ask in their own words, with the passage that answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import String, bindparam, cast, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store.database import Database
from deskhand.store.knowledge_tables import DIMENSION, articles, asked_questions, passages
from deskhand.store.texts import storable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST_AT_ONCE = 1_000


@dataclass(frozen=True)
class NewAsked:
    """An asked question with its vector."""

    digest: str
    source: str
    """The file it stands in: its path below the folder of articles, with slashes."""
    text: str
    article: str | None
    """The source of the article that answers; None where none does."""
    near: str | None
    """The source of the article that comes near to it, where none answers."""
    position: int | None
    """The place of the passage in its article; None where the answer isn't there."""
    sentences: tuple[int, int] | None
    """The first and the last of the passage's sentences and steps that answer; None for all of them."""
    embedding: NDArray[np.float32]
    """[DIMENSION], of length 1."""


@dataclass(frozen=True)
class KnownAsked:
    digest: str
    source: str
    article: str | None


class AskedQuestions:
    """What the database has of asked questions. Those for a customer's question are read through
    `deskhand.store.passages`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def known(self) -> list[KnownAsked]:
        columns = asked_questions.c.digest, asked_questions.c.source, asked_questions.c.article
        async with self._db.begin() as connection:
            return [KnownAsked(*row) for row in await connection.execute(select(*columns).distinct())]

    async def vectors(self, texts: Sequence[str], embedder: str) -> dict[str, NDArray[np.float32]]:
        """Of those texts that have been embedded already: they need not be again."""
        import numpy as np

        found: dict[str, NDArray[np.float32]] = {}
        columns = asked_questions.c.text, asked_questions.c.embedding
        async with self._db.begin() as connection:
            for at in range(0, len(texts), _MOST_AT_ONCE):
                query = select(*columns).where(
                    asked_questions.c.embedder == embedder, asked_questions.c.text.in_(texts[at : at + _MOST_AT_ONCE])
                )
                for row in await connection.execute(query):
                    found[row.text] = np.asarray(row.embedding, dtype=np.float32)
        return found

    async def change(self, *, remove: Collection[str], add: Sequence[NewAsked], embedder: str) -> None:
        """Forgets those with these digests and stores others, in one transaction."""
        if not remove and not add:
            return
        gone = list(remove)
        async with self._db.begin() as connection:
            for at in range(0, len(gone), _MOST_AT_ONCE):
                some = gone[at : at + _MOST_AT_ONCE]
                await connection.execute(delete(asked_questions).where(asked_questions.c.digest.in_(some)))
            await insert_asked(connection, add, embedder)


async def replace_asked(
    connection: AsyncConnection, sources: Collection[str], asked: Sequence[NewAsked], embedder: str
) -> None:
    """Stores these in place of all that the articles of these sources answer; after their passages."""
    await connection.execute(delete(asked_questions).where(asked_questions.c.article.in_(list(sources))))
    await insert_asked(connection, asked, embedder)


async def insert_asked(connection: AsyncConnection, asked: Sequence[NewAsked], embedder: str) -> None:
    if asked:
        await connection.execute(_INSERT, [_row(each, embedder) for each in asked])


_PASSAGE = (
    select(passages.c.id)
    .join(articles, articles.c.id == passages.c.article_id)
    .where(articles.c.source == bindparam("of_article", type_=String), passages.c.position == bindparam("of_position"))
    .scalar_subquery()
)
_INSERT = insert(asked_questions).values(
    passage_id=_PASSAGE, embedding=cast(bindparam("embedding_text", type_=String), VECTOR(DIMENSION))
)
_VECTOR_TEXT = f"[{','.join(['%.9g'] * DIMENSION)}]"


def _row(asked: NewAsked, embedder: str) -> dict[str, object]:
    first, last = asked.sentences or (None, None)
    return {
        "source": asked.source,
        "digest": asked.digest,
        "text": storable(asked.text),
        "article": asked.article,
        "of_article": asked.article,
        "of_position": asked.position,
        "first_sentence": first,
        "last_sentence": last,
        "unanswered": asked.article is None,
        "near": asked.near and storable(asked.near),
        "embedding_text": _VECTOR_TEXT % tuple(asked.embedding.tolist()),
        "embedder": embedder,
    }
