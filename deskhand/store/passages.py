"""Reading passages: what is near a question in meaning or shares its words, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.rows import namedtuple_row
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store.database import Database

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CUSTOMER = "customer"
_NOTHING = 1e-6
"""A passage with one word of a phrase has a rank of 1e-20."""


@dataclass(frozen=True)
class StoredPassage:
    """A passage and its article."""

    id: int
    article_id: UUID
    source: str
    """The article's file: its path below the folder of articles, with slashes."""
    title: str
    url: str
    valid_from: date
    position: int
    """Its place in the article, from 0."""
    headings: tuple[str, ...]
    sentences: tuple[str, ...]
    steps: tuple[str, ...]
    notice: tuple[str, ...]


@dataclass(frozen=True)
class SearchedWord:
    """A word or phrase to look for, in the form of a `tsquery`."""

    query: str
    weight: float
    """How much it says: what few passages have says more."""
    selects: bool
    """Whether passages are looked for that have it. Where a word is common, only those found otherwise are asked."""


@dataclass(frozen=True)
class Search:
    vectors: Sequence[NDArray[np.float32]]
    """One or two, each [DIMENSION] and of length 1."""
    words: Sequence[SearchedWord]
    embedder: str
    """Only passages with vectors of this one are comparable."""
    day: date
    """On which the article must hold."""
    language: str
    near: int = 32
    """How many passages to fetch by each vector."""
    wordy: int = 16
    """How many to fetch by words."""


@dataclass(frozen=True)
class Match:
    passage: StoredPassage
    vector: NDArray[np.float32]
    """[DIMENSION]."""
    sentence_vectors: NDArray[np.float16]
    """[sentences + steps, DIMENSION]."""
    ranks: NDArray[np.float32]
    """For each of the words searched for, how much the passage has of it: 0 to 1, more in the title and headings."""


@dataclass(frozen=True)
class Found:
    matches: list[Match]
    edition: int
    """Changes whenever passages are added."""


@dataclass(frozen=True)
class Statistics:
    """What all passages for customers have in common."""

    edition: int
    passages: int
    found_in: dict[str, int]
    """For each word, how many passages have it."""
    mean: NDArray[np.float32] | None
    """Of the passages' vectors; None where there are none."""


class Passages:
    """Passages for customers only: no query here can reach any other."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, search: Search) -> Found:
        """The nearest passages and those that share its words, in no order. Raises `DatabaseUnavailable`."""
        async with self._db.begin() as connection:
            rows = await _rows(connection, _SEARCH, _parameters(search))
        edition = int(rows[0].edition) if rows else 0
        return Found([_match(row) for row in rows if row.id is not None], edition)

    async def statistics(self, embedder: str) -> Statistics:
        """Takes a moment with many passages: to be kept until the edition changes. Raises `DatabaseUnavailable`."""
        async with self._db.begin() as connection:
            (total,) = await _rows(connection, _TOTAL, {"audience": CUSTOMER, "embedder": embedder})
            words = await _rows(connection, _WORDS, {})
        mean = None if total.mean is None else _vector(total.mean)
        return Statistics(int(total.edition), int(total.passages), {row.word: row.ndoc for row in words}, mean)


async def _rows(connection: AsyncConnection, statement: str, parameters: dict[str, Any]) -> list[Any]:
    """With the driver's own cursor: it takes binary results (as text, the vectors of fifty passages are a megabyte),
    keeps the plan of a statement that comes again and again, and sends several at a time."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    async with driver.pipeline(), driver.cursor(binary=True, row_factory=namedtuple_row) as cursor:
        await driver.execute(_SEARCH_ON)
        await cursor.execute(statement, parameters)
        rows: list[Any] = await cursor.fetchall()
        return rows


def _parameters(search: Search) -> dict[str, Any]:
    first, *others = (_vector_text(vector) for vector in search.vectors)
    selecting = [word for word in search.words if word.selects]
    return {
        "first": first,
        "second": others[0] if others else None,
        "words": [word.query for word in search.words],
        "selecting": [word.query for word in selecting],
        "weights": [word.weight for word in selecting],
        "any_selecting": " | ".join(f"({word.query})" for word in selecting),
        "audience": CUSTOMER,
        "embedder": search.embedder,
        "day": search.day,
        "language": search.language,
        "near": search.near,
        "wordy": search.wordy,
    }


def _match(row: Any) -> Match:
    import numpy as np

    vectors = np.frombuffer(row.sentence_vectors, dtype=np.float16)
    ranks = np.array(row.ranks or [], dtype=np.float32)
    return Match(
        passage=StoredPassage(
            id=row.id,
            article_id=row.article_id,
            source=row.source,
            title=row.title,
            url=row.url,
            valid_from=row.valid_from,
            position=row.position,
            headings=tuple(row.headings),
            sentences=tuple(row.sentences),
            steps=tuple(row.steps),
            notice=tuple(row.notice),
        ),
        vector=_vector(row.vector),
        sentence_vectors=vectors.reshape(len(row.sentences) + len(row.steps), -1),
        ranks=np.where(ranks < _NOTHING, np.float32(0), ranks),
    )


def _vector(sent: bytes) -> NDArray[np.float32]:
    """From pgvector's binary form: the number of dimensions and a zero, 2 bytes each, then big-endian floats."""
    import numpy as np

    return np.frombuffer(sent, dtype=">f4", offset=4).astype(np.float32)


def _vector_text(vector: NDArray[np.float32]) -> str:
    return "[" + ",".join(map(str, vector.tolist())) + "]"


# Where filters leave too few of the nearest passages, the index is searched further.
_SEARCH_ON = "SET LOCAL hnsw.iterative_scan = relaxed_order"
_HOLDS = """
    a.audience = %(audience)s AND p.embedder = %(embedder)s AND %(language)s = ANY (a.languages)
    AND a.valid_from <= %(day)s AND (a.valid_until IS NULL OR a.valid_until >= %(day)s)
"""
_JOINED = "deskhand.passages p JOIN deskhand.articles a ON a.id = p.article_id"
# How much a word counts in the text, unused, in a heading, in the title.
_FIELDS = "'{0.5, 0.5, 0.8, 1.0}'"
_RANK = f"ts_rank({_FIELDS}, p.words, u.query)"
_WEIGHED = "unnest(%(selecting)s::tsquery[], %(weights)s::real[]) u (query, weight)"
_LATEST = "SELECT last_value FROM deskhand.passages_id_seq"

_SEARCH = f"""
WITH first AS (
    SELECT p.id FROM {_JOINED} WHERE {_HOLDS} ORDER BY p.embedding <=> %(first)s::vector LIMIT %(near)s
), second AS (
    SELECT p.id FROM {_JOINED} WHERE %(second)s::vector IS NOT NULL AND {_HOLDS}
    ORDER BY p.embedding <=> %(second)s::vector LIMIT %(near)s
), wordy AS (
    SELECT p.id FROM {_JOINED} WHERE p.words @@ %(any_selecting)s::tsquery AND {_HOLDS}
    ORDER BY (SELECT sum(u.weight * {_RANK}) FROM {_WEIGHED}) DESC LIMIT %(wordy)s
), chosen AS (
    SELECT id FROM first UNION SELECT id FROM second UNION SELECT id FROM wordy
)
SELECT
    p.id, p.article_id, p.position, p.headings, p.sentences, p.steps, p.notice, p.sentence_vectors,
    vector_send(p.embedding) AS vector, a.source, a.title, a.url, a.valid_from, latest.edition,
    ARRAY(SELECT {_RANK} FROM unnest(%(words)s::tsquery[]) WITH ORDINALITY u (query, place) ORDER BY place) AS ranks
FROM ({_LATEST}) AS latest (edition)
LEFT JOIN (chosen JOIN deskhand.passages p USING (id) JOIN deskhand.articles a ON a.id = p.article_id) ON true
"""  # noqa: S608  # put together of constants only

_TOTAL = f"""
SELECT count(*) AS passages, vector_send(avg(p.embedding)) AS mean, ({_LATEST}) AS edition
FROM {_JOINED} WHERE a.audience = %(audience)s AND p.embedder = %(embedder)s
"""  # noqa: S608  # likewise
# ts_stat takes its query as a text.
_WORDS = f"""
SELECT word, ndoc FROM ts_stat($$ SELECT p.words FROM {_JOINED} WHERE a.audience = '{CUSTOMER}' $$)
"""  # noqa: S608  # likewise
