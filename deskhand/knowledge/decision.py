"""Whether to answer: how probable it is that the best passage answers the question.

A logistic regression over a few numbers that finding leaves behind. Its coefficients are in `decision.json`, with the
questions that they were fitted on and how well they did; `deskhand.knowledge.fitting` writes that file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deskhand.knowledge.retrieval import Candidate

FILE = Path(__file__).with_name("decision.json")


@dataclass(frozen=True)
class Decision:
    weights: Mapping[str, float]
    """By the names of `signals`. Those that are not named here don't count."""
    bias: float
    threshold: float
    """Below this probability there is no answer."""

    def probability(self, found: Mapping[str, float]) -> float:
        """That the answer is right, 0 to 1."""
        logit = self.bias + sum(weight * found.get(name, 0.0) for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


@cache
def fitted() -> Decision:
    """The decision that was fitted last."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return Decision(content["weights"], content["bias"], content["threshold"])


def signals(candidates: Sequence[Candidate]) -> dict[str, float]:
    """What the decision is made from: the best candidate's features, and how far it is ahead of other articles'."""
    best = candidates[0]
    others = [candidate.score for candidate in candidates if candidate.passage.article_id != best.passage.article_id]
    found = {name: float(value) for name, value in best.features.items()}
    found["score"] = float(best.score)
    found["lead"] = float(best.score - max(others)) if others else 0.0
    return found
