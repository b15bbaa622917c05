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
    """How to read the intent head's scores: cosines, a little corrected."""

    sharpness: float = COSINE_SCALE
    """What scores are multiplied by before the softmax: temperature scaling (Guo et al. 2017)."""
    least_prominence: float = 0.0
    """Below this `prominence` a message counts as not understood."""

    def probabilities(self, scores: Tensor) -> Tensor:
        """[…, intents] → the same shape, summing to 1."""
        return torch.softmax(scores * self.sharpness, dim=-1)

    def understood(self, scores: Tensor) -> bool:
        """Whether the best intent of a message with these scores, [intents], is to be acted on."""
        return bool(prominence(scores) >= self.least_prominence)


def prominence(scores: Tensor) -> Tensor:
    """How far the best score is above the mean of all: […, intents] → […].

    What belongs to no intent is not very near to any; but some messages are a little near to all of them, by their
    length or their tone alone, and that says nothing. With a sixth of the intents left out of training and taken
    for what is out of scope, this found more of it than cosine, probability or energy alone.
    """
    return scores.max(dim=-1).values - scores.mean(dim=-1)


def calibrate(scores: Tensor, gold: Tensor, refuse: float) -> Calibration:
    """The calibration that fits held-out messages.

    `scores` [N, intents], `gold` [N], N ≥ 1. `refuse` is the share of rightly understood messages that may
    be refused for the sake of refusing those that belong to no intent.
    """
    losses = [functional.cross_entropy(scores * float(sharpness), gold) for sharpness in _SHARPNESS_GRID]
    sharpness = float(_SHARPNESS_GRID[int(torch.stack(losses).argmin())])
    right = scores.argmax(dim=-1) == gold
    if not bool(right.any()):
        return Calibration(sharpness=sharpness)
    return Calibration(
        sharpness, least_prominence=float(prominence(scores)[right].quantile(refuse, interpolation="lower"))
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
