"""Reading passages: what is near a question in meaning, shares its words or answers one that was asked like it, in one
statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.rows import namedtuple_row
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store.answer_model import AnswerModel, AnswerModels
from deskhand.store.asked_examples import ALL_ASKED, ALL_TOLD, AskedExamples, examples_from
from deskhand.store.database import Database
from deskhand.store.knowledge_tables import DIMENSION
from deskhand.store.passages_sql import (
    COMMON_WORDS,
    CUSTOMER,
    DICTIONARIES,
    SEARCH,
    SEARCH_ON,
    TOTAL,
    WORDS,
    WORDS_BY_LANGUAGE,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "CUSTOMER",
    "AskedOfPassage",
    "Found",
    "Match",
    "Passages",
    "Search",
    "SearchedWord",
    "Statistics",
    "StoredPassage",
    "Unanswered",
]

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
    asked: int = 10
    """How many asked questions to compare with by each vector, and how many unanswered ones."""
    also: Sequence[int] = ()
    """Ids of passages to fetch in any case, if they hold."""


@dataclass(frozen=True)
class AskedOfPassage:
    """Of the asked questions that are nearest, those that a passage answers."""

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    """[questions, DIMENSION], each of length 1."""
    sentences: tuple[tuple[int, int] | None, ...]
    """For each the first and the last of the passage's sentences and steps that answer it; None for all of them."""


@dataclass(frozen=True)
class Unanswered:
    """Of the asked questions that no article answers, the nearest."""

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    """[questions, DIMENSION], each of length 1."""


@dataclass(frozen=True)
class Match:
    passage: StoredPassage
    vector: NDArray[np.float32]
    """[DIMENSION]."""
    sentence_vectors: NDArray[np.float16]
    """[sentences + steps, DIMENSION]."""
    ranks: NDArray[np.float32]
    """For each of the words searched for, how much the passage has of it: 0 to 1, more in the title and headings."""
    asked: AskedOfPassage | None = None
    """None where none of the nearest asked questions is the passage's."""
    has_asked: bool = False
    """Whether it is known of any asked question that the article answers it."""


@dataclass(frozen=True)
class Found:
    matches: list[Match]
    edition: int
    """Changes whenever passages are added."""
    unanswered: Unanswered | None = None
    """None where there are none."""


@dataclass(frozen=True)
class Statistics:
    """What all passages for customers have in common."""

    edition: int
    passages: int
    found_in: dict[str, int]
    """For each word, how many passages have it."""
    mean: NDArray[np.float32] | None
    """Of the passages' vectors; None where there are none."""
    words_of: dict[str, frozenset[str]] = field(default_factory=dict)
    """For each language that articles are in, the words that only its articles have; empty where all articles are in
    one language."""


class Passages:
    """Passages for customers only: no query here can reach any other."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, search: Search) -> Found:
        """The nearest passages, those that share its words and those that answer the nearest asked questions, in no
        order. Raises `DatabaseUnavailable`."""
        async with self._db.begin() as connection:
            rows = await _rows(connection, SEARCH, _parameters(search))
        edition = next((int(row.edition) for row in rows if row.edition is not None), 0)
        unanswered = [row for row in rows if row.id is None and row.vector is not None]
        return Found(
            [_match(row) for row in rows if row.id is not None],
            edition,
            _unanswered(unanswered) if unanswered else None,
        )

    async def statistics(self, embedder: str) -> Statistics:
        """Takes a moment with many passages: to be kept until the edition changes. Raises `DatabaseUnavailable`."""
        async with self._db.begin() as connection:
            (total,) = await _rows(connection, TOTAL, {"audience": CUSTOMER, "embedder": embedder})
            words = await _rows(connection, WORDS, {})
            by_language = await _rows(connection, WORDS_BY_LANGUAGE, {})
        mean = None if total.mean is None else _vector(total.mean)
        found_in = {row.word: row.ndoc for row in words}
        words_of = {row.language: frozenset(row.words) for row in by_language}
        return Statistics(int(total.edition), int(total.passages), found_in, mean, words_of)

    async def asked_examples(self, embedder: str) -> AskedExamples:
        """All asked questions. Raises `DatabaseUnavailable`."""
        which = {"audience": CUSTOMER, "embedder": embedder}
        async with self._db.begin() as connection:
            rows, told = await _rows(connection, ALL_ASKED, which), await _rows(connection, ALL_TOLD, which)
        return examples_from(rows, told, DIMENSION)

    async def answer_model(self, embedder: str) -> AnswerModel | None:
        """What was learned from the asked questions: to be kept until the edition changes. None where there are too
        few. Raises `DatabaseUnavailable`."""
        return await AnswerModels(self._db).get(embedder)

    async def common_words(self, words: Sequence[str], languages: Sequence[str]) -> dict[str, frozenset[str]]:
        """For each word, in small letters, those of the languages in which it says nothing by itself: "the", "und".
        Known are the languages that PostgreSQL has stop words of. Raises `DatabaseUnavailable`."""
        dictionaries = {each: f"{DICTIONARIES[each]}_stem" for each in languages if each in DICTIONARIES}
        parameters = {
            "words": list(words),
            "languages": list(dictionaries),
            "dictionaries": list(dictionaries.values()),
        }
        async with self._db.begin() as connection:
            rows = await _rows(connection, COMMON_WORDS, parameters)
        return {row.word: frozenset(row.languages or ()) for row in rows}


async def _rows(connection: AsyncConnection, statement: str, parameters: dict[str, Any]) -> list[Any]:
    """With the driver's own cursor: it takes binary results (as text, the vectors of fifty passages are a megabyte),
    keeps the plan of a statement that comes again and again, and sends several at a time."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    async with driver.pipeline(), driver.cursor(binary=True, row_factory=namedtuple_row) as cursor:
        await driver.execute(SEARCH_ON)
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
        "asked": search.asked,
        "also": list(search.also),
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
        asked=_asked(row) if row.asked_vectors else None,
        has_asked=row.has_asked,
    )


def _asked(row: Any) -> AskedOfPassage:
    import numpy as np

    places = zip(row.asked_first, row.asked_last, strict=True)
    return AskedOfPassage(
        tuple(row.asked_texts),
        np.stack([_vector(sent) for sent in row.asked_vectors]),
        tuple(None if first is None else (first, last) for first, last in places),
    )


def _unanswered(rows: Sequence[Any]) -> Unanswered:
    import numpy as np

    return Unanswered(tuple(row.source for row in rows), np.stack([_vector(row.vector) for row in rows]))


def _vector(sent: bytes) -> NDArray[np.float32]:
    """From pgvector's binary form: the number of dimensions and a zero, 2 bytes each, then big-endian floats."""
    import numpy as np

    return np.frombuffer(sent, dtype=">f4", offset=4).astype(np.float32)


def _vector_text(vector: NDArray[np.float32]) -> str:
    return "[" + ",".join(map(str, vector.tolist())) + "]"
