"""What a classifier that has not seen a sentence takes it for.

Kernel ridge regression on the encoder's vectors, whose leave-one-out predictions need one matrix inverse and no
second training: each residual is that of the whole fit, divided by a diagonal element (Rasmussen & Williams,
"Gaussian Processes for Machine Learning", 2006, equation 5.12). On 4,555 sentences in 46 intents it is right
for 86 of 100 sentences after 2 s, where plain linear regression is for 76.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from scipy.special import logsumexp
from threadpoolctl import threadpool_limits

from deskhand.nlu.doctor.vectors import Vectors, nearest

_SHARPNESS = 2.0
_RIDGE = 0.1
_NEIGHBOURS = 30
_AT_ONCE = 6000
"""The inverse takes the cube of this; more sentences are looked at in parts."""


@dataclass(frozen=True)
class Beliefs:
    """For each sentence its label, the probability of each label, and the sentences that are most like it."""

    names: tuple[str, ...]
    labels: NDArray[np.intp]
    probabilities: NDArray[np.float64]
    neighbours: NDArray[np.intp]

    @property
    def guesses(self) -> NDArray[np.intp]:
        """The likeliest label of each sentence."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @property
    def usual(self) -> NDArray[np.float64]:
        """For each label its mean probability where it is given: confident learning's threshold (Northcutt, Jiang
        and Chuang, "Confident Learning", 2021, arXiv:1911.00068)."""
        return np.array(
            [self.probabilities[self.labels == label, label].mean() for label in range(len(self.names))], dtype=float
        )


def believe(vectors: Vectors, intents: Sequence[str]) -> Beliefs:
    """Leave-one-out beliefs. Needs two intents or more."""
    names = tuple(sorted(set(intents)))
    numbers = {name: number for number, name in enumerate(names)}
    labels = np.array([numbers[intent] for intent in intents])
    scores = np.zeros((len(labels), len(names)), dtype=float)
    # With a core taken by others, the threads of linear algebra wait for each other: 29 s instead of 4.
    with threadpool_limits(limits=1):
        for part in _parts(labels):
            scores[part] = _left_out_scores(vectors[part], np.eye(len(names), dtype=np.float32)[labels[part]])
    return Beliefs(names, labels, _probabilities(scores, labels), nearest(vectors, _NEIGHBOURS))


def _parts(labels: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Few enough sentences each, with every label in each."""
    count = -(-len(labels) // _AT_ONCE)
    by_label = np.argsort(labels, kind="stable")
    return [by_label[start::count] for start in range(count)]


def _left_out_scores(vectors: Vectors, wanted: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each row what all others say. [rows, labels]"""
    kernel = np.exp(_SHARPNESS * (vectors @ vectors.T - 1))
    kernel[np.diag_indices_from(kernel)] += _RIDGE
    inverse = linalg.inv(kernel, overwrite_a=True, check_finite=False, assume_a="pos")
    weights = inverse @ wanted
    scores: NDArray[np.float32] = wanted - weights / np.diag(inverse)[:, None]
    return scores


def _probabilities(scores: NDArray[np.float64], labels: NDArray[np.intp]) -> NDArray[np.float64]:
    """A softmax, as sharp as fits the labels best."""
    rows = np.arange(len(labels))

    def logarithms(sharpness: float) -> NDArray[np.float64]:
        scaled = scores * sharpness
        result: NDArray[np.float64] = scaled - logsumexp(scaled, axis=1, keepdims=True)
        return result

    best = max(np.geomspace(1, 30, 12), key=lambda sharpness: logarithms(float(sharpness))[rows, labels].sum())
    return np.exp(logarithms(float(best)))
