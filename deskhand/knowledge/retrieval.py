"""From a question to the passages that may answer it, best first."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from deskhand.knowledge.asked.answers import AnswerShares, answer_shares
from deskhand.knowledge.asked.evidence import Pointed
from deskhand.knowledge.embedding import Embedder
from deskhand.knowledge.languages import Languages
from deskhand.knowledge.lexicon import Lexicon, SearchTerm
from deskhand.knowledge.query import read_question
from deskhand.knowledge.ranking import rank
from deskhand.knowledge.similarity import Query
from deskhand.knowledge.words import Vocabulary
from deskhand.settings import get_settings
from deskhand.store.answer_model import AnswerModel
from deskhand.store.passages import Found, Passages, Search, SearchedWord, Statistics, StoredPassage

MOST_CANDIDATES = 10
_SELECTED_PASSAGES = 250
"""The rarest words find passages: about so many, and the best of these are looked at. The others help to choose."""

_KEEP_SECONDS = 5.0
"""While articles are being synced, what is known of all passages is read anew no more often than this."""


@dataclass(frozen=True)
class Candidate:
    """A passage that may answer the question."""

    passage: StoredPassage
    score: float
    """Of use only beside the other candidates' for the same question."""
    features: Mapping[str, float]
    """What speaks for it, by the names in `ranking`, each about 0 to 1."""
    sentence_similarities: NDArray[np.float32]
    """[sentences + steps]: how near the question is to each, -1 to 1."""
    pointed: Pointed | None = None
    """Where the nearest asked question that the passage answers points; None where none is near."""


@dataclass(frozen=True)
class _Index:
    """What a process keeps of the passages, until there are others."""

    statistics: Statistics
    lexicon: Lexicon
    answers: AnswerModel | None
    """None where there are too few asked questions."""
    read_at: float
    """By the monotonic clock, in seconds."""


class Retriever:
    def __init__(
        self,
        passages: Passages,
        synonyms: Vocabulary,
        *,
        embedder: Callable[[], Embedder] | None = None,
        today: Callable[[], date] | None = None,
    ) -> None:
        """`embedder` is called late and once, in a thread: loading takes seconds."""
        self._passages = passages
        self._synonyms = synonyms
        self._open_embedder = embedder or shared_embedder
        self._today = today or _business_day
        self._index: _Index | None = None
        self._embedder: Embedder | None = None
        self._languages = Languages(passages)

    async def search(
        self,
        question: str,
        *,
        previous: str | None = None,
        language: str | None = None,
        limit: int = MOST_CANDIDATES,
    ) -> list[Candidate]:
        """The passages that may answer the question, best first; among those for customers that hold today.

        `previous` is what the customer asked before: where the question goes on from it, both count. Without a
        `language`, articles in the question's own are searched if there are any, and else English ones.
        Raises `DatabaseUnavailable`, `WeightsError`.
        """
        if self._embedder is None:
            self._embedder = await asyncio.to_thread(self._open_embedder)
        index = self._index or await self._read_index(self._embedder)
        query, found, shares = await self._find(self._embedder, index, question, previous, language)
        if found.edition != index.statistics.edition and time.monotonic() - index.read_at > _KEEP_SECONDS:
            index = await self._read_index(self._embedder)
            query, found, shares = await self._find(self._embedder, index, question, previous, language)
        ranked = rank(found.matches, query, index.statistics.mean, found.unanswered, shares)
        return [
            Candidate(each.match.passage, each.score, each.features, each.sentence_similarities, each.pointed)
            for each in ranked[:limit]
        ]

    async def _find(
        self, embedder: Embedder, index: _Index, question: str, previous: str | None, language: str | None
    ) -> tuple[Query, Found, AnswerShares | None]:
        language = language or await self._languages.of(question, previous, index.statistics.words_of)
        reading = read_question(question, previous, index.lexicon)
        query = Query(embedder.embed_queries(reading.texts), reading.shares, reading.terms, reading.texts)
        selecting = _selecting(query.terms, index.statistics.passages)
        words = [
            SearchedWord(query, term.idf, selects=term in selecting) for term in query.terms for query in term.queries
        ]
        day = self._today()
        model = self._answer_model(index)
        shares = answer_shares(model, query, embedder) if model else None
        search = Search(
            list(query.vectors),
            words,
            embedder=embedder.name,
            day=day,
            language=language,
            also=list(shares.by_passage) if shares else (),
        )
        return query, await self._passages.find(search), shares

    async def _read_index(self, embedder: Embedder) -> _Index:
        statistics = await self._passages.statistics(embedder.name)
        lexicon = Lexicon(statistics.found_in, statistics.passages, self._synonyms, embedder.is_word)
        answers = await self._passages.answer_model(embedder.name)
        self._index = _Index(statistics, lexicon, answers, time.monotonic())
        return self._index

    def _answer_model(self, index: _Index) -> AnswerModel | None:
        """Fitting takes another one."""
        return index.answers


def _selecting(terms: Sequence[SearchTerm], passages: int) -> list[SearchTerm]:
    """The rarest terms, as long as not too many passages have one of them. Those of the
    question before count as less rare."""
    chosen: list[SearchTerm] = []
    expected = 0.0
    for term in sorted(terms, key=lambda term: -term.idf):
        expected += term.share * passages
        if expected > _SELECTED_PASSAGES:
            break
        if not term.kind:
            chosen.append(term)
    return chosen


_loading = threading.Lock()
_shared: list[Embedder] = []


def shared_embedder() -> Embedder:
    """One for the whole process, loaded when first asked for. Raises `WeightsError`."""
    with _loading:
        if not _shared:
            _shared.append(Embedder.open())
        return _shared[0]


def _business_day() -> date:
    return datetime.now(ZoneInfo(get_settings().timezone)).date()
