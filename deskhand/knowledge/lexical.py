"""Ranking by words: BM25 over fields of different weight, with spelling mistakes and synonyms.

S. Robertson, H. Zaragoza, M. Taylor: Simple BM25 Extension to Multiple Weighted Fields (CIKM 2004).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from deskhand.knowledge.words import Term, Vocabulary

_SATURATION = 1.2  # k1: how soon a repeated word stops counting more
_LENGTH = 0.5  # b: how much a long passage is marked down; passages are all short
_GROUP = 0.85  # a synonym counts a little less than the word itself
_MISSPELT_SCORE = 84
_MISSPELT_LENGTH = 5


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
        self._spellings = [token for token in self._idf if len(token) >= _MISSPELT_LENGTH - 1]

    def _weigh(self, fields: Sequence[tuple[str, float]]) -> Counter[str]:
        weights: Counter[str] = Counter()
        for text, weight in fields:
            for term in self._vocabulary.terms(text):
                for token in _tokens(term):
                    weights[token] += weight  # type: ignore[assignment]  # counts may be fractions
        return weights

    def query(self, text: str) -> list[Term]:
        """The terms of a query, its misspelt words put right where a known word is near."""
        return [self._spelt(term) for term in self._vocabulary.terms(text)]

    def _spelt(self, term: Term) -> Term:
        if any(token in self._idf for token in _tokens(term)) or len(term.word) < _MISSPELT_LENGTH:
            return term
        match = process.extractOne(term.word, self._spellings, scorer=fuzz.ratio, score_cutoff=_MISSPELT_SCORE)
        if match is None:
            return term
        known = self._vocabulary.terms(match[0])
        return known[0] if len(known) == 1 else Term(match[0])

    def search(self, terms: Sequence[Term], limit: int = 5) -> list[Hit]:
        """The best texts for the terms, best first. Texts that share nothing with them are left out."""
        total = sum(self._importance(term) for term in terms)
        hits = []
        for index, weights in enumerate(self._weights):
            score = covered = 0.0
            for term in terms:
                best, share = self._match(term, weights, self._norms[index])
                score += best
                covered += share * self._importance(term)
            if score:
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
