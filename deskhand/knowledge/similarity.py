"""How near a question is to texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deskhand.knowledge.lexicon import SearchTerm

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Query:
    """A question as the passages are compared with it."""

    vectors: Floats
    """[texts, DIMENSION]: the question, and perhaps the question together with the one before."""
    shares: Floats
    """[texts]: how much each counts; together 1."""
    terms: Sequence[SearchTerm]
    texts: Sequence[str] = ()
    """What the vectors are of."""


def similarities(vectors: Floats, query: Query, mean: Floats | None) -> Floats:
    """[texts, DIMENSION] → [texts]: cosines after the mean is taken away."""
    common = np.zeros(vectors.shape[1], dtype=np.float32) if mean is None else mean
    found: Floats = query.shares @ (_unit(query.vectors - common) @ _unit(vectors - common).T)
    return found


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return unit
