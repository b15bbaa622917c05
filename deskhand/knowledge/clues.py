"""What speaks for and against an answer: the numbers that the decision whether to give it is made from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from deskhand.knowledge.answer_kinds import Kind, kind_in
from deskhand.knowledge.words import Term, Vocabulary, stems

if TYPE_CHECKING:
    from deskhand.knowledge.composing import Composed
    from deskhand.knowledge.retrieval import Candidate

LOOKED_AT = 6
"""So many passages say which words are common among what was found."""
_MOST_WORDS = 60
_ALIKE = 80
"""A word as much like another, out of 100, may be the same one misspelt."""
_OWN_DEALINGS = re.compile(r"\b(?:did|have) i\b", re.IGNORECASE)

Words = frozenset[str]


class Clues:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._phrases: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for phrase, groups in vocabulary.phrases.items():
            for group in groups:
                self._phrases[group].append(phrase)

    def of(self, question: str, composed: Composed, candidates: Sequence[Candidate]) -> dict[str, float]:
        """By name; `deskhand.knowledge.decision` has the weights."""
        best = candidates[0]
        following = [candidate.score for candidate in candidates[1:LOOKED_AT]]
        kind = kind_in(composed.text, question)
        return {
            **{name: float(value) for name, value in best.features.items()},
            "ahead": _ahead(best.score, following),
            "missing": self._missing(question, composed, candidates[:LOOKED_AT]),
            "kind_missing": float(kind is Kind.MISSING),
            "kind_there": float(kind is Kind.THERE),
            # What a customer did or has is in the CRM and in no article.
            "own_dealings": float(_OWN_DEALINGS.search(question) is not None),
        }

    def _missing(self, question: str, composed: Composed, candidates: Sequence[Candidate]) -> float:
        """How much of what the question speaks of is not in the answer, 0 to 1. What few of the passages found have
        counts more: what all have says only what they are about."""
        terms = [term for term in dict.fromkeys(self._vocabulary.terms(stems(question)[:_MOST_WORDS])) if not term.kind]
        found = [_words_of(each) for each in candidates]
        answer = frozenset(stems(composed.text)).union(*(_head_of(each) for each in composed.used))
        rarity = [1 / (1 + sum(self._has(term, words, spelt=False) for words in found)) for term in terms]
        missing = [rare for rare, term in zip(rarity, terms, strict=True) if not self._has(term, answer)]
        return sum(missing) / (sum(rarity) or 1.0)

    def _has(self, term: Term, words: Words, *, spelt: bool = True) -> bool:
        phrases = [tuple(term.word.split(" ")), *(phrase for group in term.groups for phrase in self._phrases[group])]
        if any(words.issuperset(phrase) for phrase in phrases):
            return True
        if not spelt or len(term.word) < 4:
            return False
        return process.extractOne(term.word, words, scorer=fuzz.ratio, score_cutoff=_ALIKE) is not None


def _ahead(best: float, following: Sequence[float]) -> float:
    """How far the best one is ahead of the next few: 0 when they are as good, 1 when they are nothing beside it."""
    if not following or best <= 0:
        return 0.0
    return float(min(1.0, 1 - sum(following) / len(following) / best))


def _words_of(candidate: Candidate) -> Words:
    passage = candidate.passage
    return _head_of(candidate) | _stems_of((*passage.sentences, *passage.steps))


def _head_of(candidate: Candidate) -> Words:
    return _stems_of((candidate.passage.title, *candidate.passage.headings))


@lru_cache(maxsize=20_000)
def _stems_of(texts: tuple[str, ...]) -> Words:
    return frozenset(word for text in texts for word in stems(text))
