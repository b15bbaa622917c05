"""Which article is nearest to a vector, whoever it is for and whether or not it still holds: for writers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store.database import Database
from deskhand.store.knowledge_tables import articles, passages

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class NearestArticle:
    source: str
    """The file's path below the folder of articles."""
    title: str
    audience: str
    valid_from: date
    valid_until: date | None
    synced_at: datetime
    """When its present content came into the database."""
    similarity: float
    """Of its nearest passage, -1 to 1."""


async def nearest_articles(
    db: Database, vectors: Sequence[NDArray[np.float32]], embedder: str
) -> list[NearestArticle | None]:
    """For each vector the nearest article among those of the same embedder; None if there is none."""
    async with db.begin() as connection:
        # Passages of another embedder are passed over, and the index is to go on until it has found one of ours.
        await connection.execute(text("SET LOCAL hnsw.iterative_scan = strict_order"))
        return [await _nearest(connection, vector, embedder) for vector in vectors]


async def _nearest(connection: AsyncConnection, vector: NDArray[np.float32], embedder: str) -> NearestArticle | None:
    distance = passages.c.embedding.cosine_distance(vector)
    found = await connection.execute(
        select(
            articles.c.source,
            articles.c.title,
            articles.c.audience,
            articles.c.valid_from,
            articles.c.valid_until,
            articles.c.synced_at,
            (1 - distance).label("similarity"),
        )
        .join(passages, passages.c.article_id == articles.c.id)
        .where(passages.c.embedder == embedder)
        .order_by(distance)
        .limit(1)
    )
    row = found.one_or_none()
    return NearestArticle(**row._mapping) if row is not None else None
