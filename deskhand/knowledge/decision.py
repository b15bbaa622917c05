"""Whether to answer: how probable it is that the best passage answers the question.

A logistic regression over the numbers of `deskhand.knowledge.clues`. Its coefficients are in `decision.json`, with the
questions that they were fitted on and how well they did; `deskhand.knowledge.fitting` writes that file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("decision.json")
LEAST_MEANING = 0.25
"""The least similarity of a question to a passage that answers it, if nothing is known of asked questions. The weights
are fitted on many articles: where there are few, the best passage is far ahead of the others whatever is asked."""


@dataclass(frozen=True)
class Decision:
    weights: Mapping[str, float]
    """By the names of clues. Those that are not named here don't count."""
    bias: float
    threshold: float
    """Below this probability there is no answer."""
    with_asked: Decision | None = None
    """The same where it is known of asked questions that the article answers them; None if there is no difference."""

    def probability(self, found: Mapping[str, float]) -> float:
        """That the answer is right, 0 to 1."""
        decision = self._on(found)
        logit = decision.bias + sum(weight * found.get(name, 0.0) for name, weight in decision.weights.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))

    def answers(self, found: Mapping[str, float], probability: float) -> bool:
        """Whether that is enough to answer."""
        if not found.get("asked_there") and found.get("meaning", 1.0) < LEAST_MEANING:
            return False
        return probability >= self._on(found).threshold

    def _on(self, found: Mapping[str, float]) -> Decision:
        return self.with_asked if self.with_asked is not None and found.get("asked_there") else self


@cache
def fitted() -> Decision:
    """The decision that was fitted last."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    more = content.get("with_asked")
    return Decision(content["weights"], content["bias"], content["threshold"], _decision(more) if more else None)


def _decision(content: Mapping[str, Any]) -> Decision:
    return Decision(content["weights"], content["bias"], content["threshold"])
