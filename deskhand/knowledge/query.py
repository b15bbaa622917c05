"""How a question is read before it is searched for: what is looked up of it, and what of the one before."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deskhand.knowledge.lexicon import Lexicon, SearchTerm

_GOES_ON = re.compile(r"^\W*(?:and|but|or|so|also|what about|how about|what if|then|ok(?:ay)? (?:and|but))\b", re.I)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|these|those|they|them|their|there|one|ones|same|other|instead|else)\b", re.I
)
_FEW_TERMS = 2


@dataclass(frozen=True)
class Reading:
    texts: tuple[str, ...]
    """To be embedded: the question, and perhaps the one before with it."""
    shares: NDArray[np.float32]
    """How much each counts; together 1."""
    terms: list[SearchTerm]


def read_question(question: str, previous: str | None, lexicon: Lexicon) -> Reading:
    """What to look up. A question that stands on its own is looked up alone."""
    text = lexicon.corrected(question)
    terms = lexicon.terms(text)
    share = _share_of_previous(text, terms) if previous else 0.0
    if not share or previous is None:
        return Reading((text,), np.ones(1, dtype=np.float32), terms)
    before = lexicon.corrected(previous)
    known = {term.word for term in terms}
    terms += [term for term in lexicon.terms(before) if term.word not in known]
    return Reading((text, f"{before} {text}"), np.array([1 - share, share], dtype=np.float32), terms)


def _share_of_previous(text: str, terms: list[SearchTerm]) -> float:
    """How much a question needs the one before it, 0 to 1."""
    signs = bool(_GOES_ON.search(text)) + bool(_POINTS_BACK.search(text)) + (len(terms) <= _FEW_TERMS)
    return (0.0, 0.4, 0.6, 0.7)[signs]
