"""Ranking by words: BM25 over fields of different weight, with spelling mistakes and synonyms.

S. Robertson, H. Zaragoza, M. Taylor: Simple BM25 Extension to Multiple Weighted Fields (CIKM 2004).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from deskhand.knowledge.words import COMMON, Term, Vocabulary, stems

_SATURATION = 1.2  # k1: how soon a repeated word stops counting more
_LENGTH = 0.3  # b: how much a long passage is marked down; passages are all short
_GROUP = 0.95  # a synonym counts a little less than the word itself
_KIND = 0.6  # "how long" or "where" decides only between passages on the same thing
_MISSPELT_SCORE = 84
_MISSPELT_LENGTH = 5
MOST_QUERY_WORDS = 60
"""A question longer than this is judged by its beginning, so that nobody can keep the server busy with one."""


@dataclass(frozen=True)
class Hit:
    index: int
    """The place of the text in the list that was indexed."""
    score: float
    coverage: float
    """How much of what the query speaks of is in the text, 0 to 1, rare words counting most."""


class LexicalIndex:
    """An index over texts with fields. Each text is a list of (field text, weight)."""

    def __init__(self, texts: Sequence[Sequence[tuple[str, float]]], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._weights = [self._weigh(fields) for fields in texts]
        lengths = [sum(weights.values()) for weights in self._weights]
        mean = sum(lengths) / len(lengths) if lengths else 1.0
        self._norms = [1 - _LENGTH + _LENGTH * length / mean for length in lengths]
        found_in = Counter(token for weights in self._weights for token in weights)
        count = len(self._weights)
        self._idf = {token: math.log(1 + (count - found + 0.5) / (found + 0.5)) for token, found in found_in.items()}
        self._unknown_idf = math.log(1 + count / 2) if count else 1.0
        self._words = vocabulary.words | {word for fields in texts for text, _ in fields for word in stems(text)}

    def _weigh(self, fields: Sequence[tuple[str, float]]) -> Counter[str]:
        weights: Counter[str] = Counter()
        for text, weight in fields:
            for term in self._vocabulary.terms(stems(text)):
                for token in _tokens(term):
                    weights[token] += weight  # type: ignore[assignment]  # counts may be fractions
        return weights

    def query(self, text: str) -> list[Term]:
        """The terms of a query, its misspelt words put right where a known word is near."""
        return self._vocabulary.terms([self._spelt(word) for word in stems(text)[:MOST_QUERY_WORDS]])

    def _spelt(self, word: str) -> str:
        if len(word) < _MISSPELT_LENGTH or word in COMMON or word in self._words:
            return word
        match = process.extractOne(word, self._words, scorer=fuzz.ratio, score_cutoff=_MISSPELT_SCORE)
        return word if match is None else str(match[0])

    def search(self, terms: Sequence[Term], limit: int = 5) -> list[Hit]:
        """The best texts for the terms, best first. Texts that share nothing with them are left out."""
        total = sum(self._importance(term) for term in terms if not term.kind)
        if not total:
            return []
        hits = []
        for index, weights in enumerate(self._weights):
            score = covered = 0.0
            for term in terms:
                best, share = self._match(term, weights, self._norms[index])
                score += best * (_KIND if term.kind else 1)
                covered += 0 if term.kind else share * self._importance(term)
            if covered:
                hits.append(Hit(index, score, covered / total))
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def _importance(self, term: Term) -> float:
        known = [self._idf[token] for token in _tokens(term) if token in self._idf]
        return max(known, default=self._unknown_idf)

    def _match(self, term: Term, weights: Counter[str], norm: float) -> tuple[float, float]:
        """The term's part of the score, and how fully the text speaks of it."""
        best = share = 0.0
        for token in _tokens(term):
            weight = weights.get(token, 0)
            if not weight:
                continue
            exact = token == term.word
            saturated = weight * (_SATURATION + 1) / (weight + _SATURATION * norm)
            best = max(best, self._idf[token] * saturated * (1 if exact else _GROUP))
            share = max(share, 1.0 if exact else _GROUP)
        return best, share


def _tokens(term: Term) -> list[str]:
    return [term.word, *(f"={group}" for group in sorted(term.groups))]
