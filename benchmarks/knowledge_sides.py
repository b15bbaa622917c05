"""What finding is measured beside: BM25 alone, dense search alone, and the two fused by reciprocal ranks. All see the
same passages and the same vectors as ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import or_, select

from benchmarks.knowledge_data import Question
from deskhand.knowledge.embedding import Embedder
from deskhand.knowledge.retrieval import Retriever
from deskhand.knowledge.words import COMMON, stems
from deskhand.store.database import Database
from deskhand.store.knowledge_tables import articles, passages
from deskhand.store.passages import CUSTOMER

BM25, DENSE, FUSED, OURS = "BM25 alone", "dense search alone", "both fused by rank", "Deskhand"
SIDES = (BM25, DENSE, FUSED, OURS)

_K1, _B = 1.2, 0.75
_FUSION = 60
"""Cormack et al. 2009."""

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Corpus:
    """All passages that may be found."""

    sources: tuple[str, ...]
    """Of each passage, the file of its article."""
    texts: tuple[str, ...]
    """Title, headings and text."""
    vectors: NDArray[np.float32]
    """[passages, DIMENSION]"""


async def read_corpus(db: Database, day: date) -> Corpus:
    """What a customer may be shown on the day."""
    async with db.begin() as connection:
        rows = (
            await connection.execute(
                select(passages, articles.c.source, articles.c.title)
                .join(articles, articles.c.id == passages.c.article_id)
                .where(
                    articles.c.audience == CUSTOMER,
                    articles.c.valid_from <= day,
                )
                .where(or_(articles.c.valid_until.is_(None), articles.c.valid_until >= day))
                .order_by(articles.c.source, passages.c.position)
            )
        ).all()
    texts = tuple(" ".join([row.title, *row.headings, *row.sentences, *row.steps]) for row in rows)
    return Corpus(tuple(row.source for row in rows), texts, np.array([row.embedding for row in rows], dtype=np.float32))


class Bm25:
    """Okapi BM25 over stems, without common words."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(_words(text)) for text in texts]
        lengths = np.array([sum(each.values()) for each in counts], dtype=np.float32)
        norms = _K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1e-9))
        found_in = Counter(word for each in counts for word in each)
        self._weights: dict[str, Scores] = {}
        for word, count in found_in.items():
            frequency = np.array([each[word] for each in counts], dtype=np.float32)
            idf = np.log(1 + (len(texts) - count + 0.5) / (count + 0.5))
            self._weights[word] = idf * frequency * (_K1 + 1) / (frequency + norms)
        self._nothing = np.zeros(len(texts), dtype=np.float32)

    def scores(self, question: str) -> Scores:
        return np.sum([self._weights.get(word, self._nothing) for word in [*_words(question), ""]], axis=0)


def plain_rankings(corpus: Corpus, questions: Sequence[Question], embedder: Embedder) -> dict[str, list[list[str]]]:
    """For each of the three sides, for each question the files of articles, best first."""
    bm25 = Bm25(corpus.texts)
    rankings: dict[str, list[list[str]]] = {BM25: [], DENSE: [], FUSED: []}
    for question in questions:
        # What a plain search would make of a question that goes on from another: both as one text.
        text = f"{question.previous} {question.text}" if question.previous else question.text
        words, dense = bm25.scores(text), corpus.vectors @ embedder.embed_query(text)
        fused = 1 / (_FUSION + _ranks(words)) + 1 / (_FUSION + _ranks(dense))
        for side, scores in ((BM25, words), (DENSE, dense), (FUSED, fused)):
            rankings[side].append(_articles(corpus, scores))
    return rankings


async def our_rankings(retriever: Retriever, questions: Sequence[Question], limit: int) -> list[list[str]]:
    """The same for ours, of the best `limit` passages."""
    rankings = []
    for question in questions:
        candidates = await retriever.search(question.text, previous=question.previous, limit=limit)
        rankings.append(list(dict.fromkeys(candidate.passage.source for candidate in candidates)))
    return rankings


def hits(rankings: Sequence[Sequence[str]], questions: Sequence[Question], first: int) -> float:
    """The share of answerable questions with a right article among the `first` best ones."""
    found = [
        not question.gold.isdisjoint(ranking[:first])
        for ranking, question in zip(rankings, questions, strict=True)
        if question.gold
    ]
    return float(np.mean(found))


def _words(text: str) -> list[str]:
    return [word for word in stems(text) if word not in COMMON]


def _ranks(scores: Scores) -> NDArray[np.int64]:
    """The place of each, the best being 1."""
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def _articles(corpus: Corpus, scores: Scores) -> list[str]:
    return list(dict.fromkeys(corpus.sources[at] for at in np.argsort(-scores, kind="stable")))
