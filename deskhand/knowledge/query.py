"""How a question is read before it is searched for: what is looked up of it, and what of the one before."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deskhand.knowledge.lexicon import Lexicon, SearchTerm

_GOES_ON = re.compile(r"^\W*(?:and|but|or|so|also|what about|how about|what if|then|ok(?:ay)? (?:and|but))\b", re.I)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|these|those|they|them|their|there|one|ones|same|other|instead|else)\b", re.I
)
_BIAS, _WEIGHT_OF_GOING_ON, _WEIGHT_OF_POINTING_BACK, _WEIGHT_OF_LENGTH = 3.4, 4.4, 2.1, -2.6
"""Logistic regression over 1,824 pairs of messages of which the second goes on from the first (those that
`knowledge/asked/follow-ups` was made of) and 4,000 of two that have nothing to do with each other; the last weight is
that of the logarithm of the number of words."""
_LEAST_SHARE, _MOST_SHARE = 0.15, 0.9
"""Of what comes before: with less, only the question itself is looked up; and that always has a say."""
_WORDS_BEFORE = 40
"""So many of its last words are looked up: the encoder reads the beginning of a text only, and the question comes
last."""
_CHARACTERS_OF_A_WORD = 10
"""At most, on average: some scripts put nothing between words."""


@dataclass(frozen=True)
class Reading:
    texts: tuple[str, ...]
    """To be embedded: the question, and perhaps the one before with it."""
    shares: NDArray[np.float32]
    """How much each counts; together 1."""
    terms: list[SearchTerm]


def read_question(question: str, previous: str | None, lexicon: Lexicon) -> Reading:
    """What to look up. A question that hardly goes on from the one before is looked up alone."""
    text = lexicon.corrected(question)
    terms = lexicon.terms(text)
    share = _share_of_previous(text) if previous else 0.0
    if share < _LEAST_SHARE or previous is None:
        return Reading((text,), np.ones(1, dtype=np.float32), terms)
    before = " ".join(lexicon.corrected(previous).split()[-_WORDS_BEFORE:])
    known = {term.word for term in terms}
    terms += [replace(term, idf=term.idf * share) for term in lexicon.terms(before) if term.word not in known]
    return Reading((text, f"{before} {text}"), np.array([1 - share, share], dtype=np.float32), terms)


def _share_of_previous(text: str) -> float:
    """How probable it is that a question goes on from the one before it, up to `_MOST_SHARE`."""
    words = max(1.0, len(text.split()), len(text) / _CHARACTERS_OF_A_WORD)
    logit = _BIAS + _WEIGHT_OF_LENGTH * math.log(words)
    logit += _WEIGHT_OF_GOING_ON * bool(_GOES_ON.search(text))
    logit += _WEIGHT_OF_POINTING_BACK * bool(_POINTS_BACK.search(text))
    return min(_MOST_SHARE, 1 / (1 + math.exp(-logit)))
