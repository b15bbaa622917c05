"""From cosines to honest probabilities, and to "I do not know". Fitted on messages held out of training."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from deskhand.nlu.joint_model import COSINE_SCALE

_SHARPNESS_GRID = torch.logspace(0.3, 2.0, 120)
"""From 2, almost flat, to 100, almost certain."""


@dataclass(frozen=True)
class Calibration:
    """How to read the intent head's cosines."""

    sharpness: float = COSINE_SCALE
    """What cosines are multiplied by before the softmax: temperature scaling (Guo et al. 2017)."""
    least_confidence: float = 0.0
    """Below this probability of the best intent the message counts as not understood."""
    least_similarity: float = -1.0
    """Below this cosine to the nearest prototype the message counts as unlike anything trained on."""

    def probabilities(self, cosines: Tensor) -> Tensor:
        """[…, intents] → the same shape, summing to 1."""
        return torch.softmax(cosines * self.sharpness, dim=-1)

    def understood(self, confidence: float, similarity: float) -> bool:
        """Whether the best intent, with this probability and cosine, is to be acted on."""
        return confidence >= self.least_confidence and similarity >= self.least_similarity


def calibrate(cosines: Tensor, gold: Tensor, refuse: float) -> Calibration:
    """The calibration that fits held-out messages.

    `cosines` [N, intents], `gold` [N], N ≥ 1. `refuse` is the share of rightly understood messages that may
    be refused for the sake of refusing those that belong to no intent; half of it for each of the two limits.
    """
    losses = [functional.cross_entropy(cosines * float(sharpness), gold) for sharpness in _SHARPNESS_GRID]
    sharpness = float(_SHARPNESS_GRID[int(torch.stack(losses).argmin())])
    best, predicted = torch.softmax(cosines * sharpness, dim=-1).max(dim=-1)
    right = predicted == gold
    if not bool(right.any()):
        return Calibration(sharpness=sharpness)
    nearest = cosines.max(dim=-1).values
    return Calibration(
        sharpness=sharpness,
        least_confidence=float(best[right].quantile(refuse / 2)),
        least_similarity=float(nearest[right].quantile(refuse / 2)),
    )


def expected_calibration_error(probabilities: Tensor, gold: Tensor, bins: int = 15) -> float:
    """How far confidence is from accuracy, over `bins` equally wide bins of confidence (Naeini et al. 2015).

    `probabilities` [N, intents], `gold` [N] → between 0 and 1.
    """
    confidence, predicted = probabilities.max(dim=-1)
    right = (predicted == gold).float()
    which = (confidence * bins).long().clamp(max=bins - 1)
    gaps = [
        (confidence[which == number].mean() - right[which == number].mean()).abs() * (which == number).sum()
        for number in range(bins)
        if bool((which == number).any())
    ]
    return float(torch.stack(gaps).sum() / len(gold))
