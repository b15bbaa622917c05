"""Intents that overlap, and examples that look mislabelled."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from deskhand.nlu.doctor.beliefs import Beliefs
from deskhand.nlu.doctor.corpus import Sentence
from deskhand.nlu.doctor.findings import Finding, Kind

LEAST_CONFUSED = 4
LEAST_SHARE = 0.06
MUCH = 0.2
AGREEING = 6


def mislabelled(sentences: Sequence[Sentence], beliefs: Beliefs) -> list[Finding]:
    """Examples that a classifier without them takes for another intent, as surely as it usually knows that one
    (confident learning), and whose neighbours nearly all belong there."""
    return [_suspect(sentences, beliefs, number) for number in _suspects(beliefs)]


def _suspects(beliefs: Beliefs) -> list[int]:
    guesses, usual = beliefs.guesses, beliefs.usual
    rows = np.arange(len(guesses))
    sure = beliefs.probabilities[rows, guesses] >= usual[guesses]
    theirs = (beliefs.labels[beliefs.neighbours] == guesses[:, None]).sum(axis=1)
    own = (beliefs.labels[beliefs.neighbours] == beliefs.labels[:, None]).sum(axis=1)
    found = (guesses != beliefs.labels) & sure & (theirs >= AGREEING) & (own <= 1)
    return [int(number) for number in np.nonzero(found)[0]]


def _suspect(sentences: Sequence[Sentence], beliefs: Beliefs, number: int) -> Finding:
    sentence, other = sentences[number], beliefs.names[beliefs.guesses[number]]
    like = next(n for n in beliefs.neighbours[number] if beliefs.labels[n] == beliefs.guesses[number])
    own, theirs = (beliefs.probabilities[number, label] for label in (beliefs.labels[number], beliefs.guesses[number]))
    return Finding(
        Kind.MISLABELLED,
        f"An example of {sentence.intent} that looks like {other} ({theirs:.0%} against {own:.0%}).",
        f"Move it to {other} if it means that; otherwise add examples like it to {sentence.intent}.",
        (sentence.quote(), sentences[like].quote("most like it there")),
        weight=float(theirs - own),
    )


def overlaps(sentences: Sequence[Sentence], beliefs: Beliefs) -> list[Finding]:
    """Pairs of intents of which many examples are taken for the other one."""
    findings = []
    for one, other in combinations(range(len(beliefs.names)), 2):
        sides = [_confused(beliefs, one, other), _confused(beliefs, other, one)]
        shares = [len(side) / max(1, (beliefs.labels == label).sum()) for side, label in zip(sides, (one, other), strict=True)]
        if sum(map(len, sides)) >= LEAST_CONFUSED and max(shares) >= LEAST_SHARE:
            findings.append(_overlap(sentences, beliefs, (one, other), sides, shares))
    return findings


def _confused(beliefs: Beliefs, label: int, taken_for: int) -> NDArray[np.intp]:
    """The examples of a label that are taken for the other one, the surest first."""
    numbers = np.nonzero((beliefs.labels == label) & (beliefs.guesses == taken_for))[0]
    order = np.argsort(-beliefs.probabilities[numbers, taken_for], kind="stable")
    return np.asarray(numbers[order])


def _overlap(
    sentences: Sequence[Sentence],
    beliefs: Beliefs,
    pair: tuple[int, int],
    sides: Sequence[NDArray[np.intp]],
    shares: Sequence[float],
) -> Finding:
    one, other = (beliefs.names[label] for label in pair)
    counts = " and ".join(
        f"{len(side)} of {(beliefs.labels == label).sum()} examples of {beliefs.names[label]} ({share:.0%})"
        for label, side, share in zip(pair, sides, shares, strict=True)
        if len(side)
    )
    both = min(shares) >= MUCH
    action = (
        f"Merge {one} and {other}, and let the action tell them apart, or say in the file where the line is and move these."
        if both
        else "Move those that mean the other intent; for the rest add examples to both that show the difference."
    )
    quotes = tuple(
        sentences[number].quote(f"looks like {beliefs.names[taken_for]}")
        for side, taken_for in zip(sides, reversed(pair), strict=True)
        for number in side
    )
    return Finding(
        Kind.OVERLAP,
        f"{one} and {other}: {counts} look like the other.",
        action,
        quotes,
        weight=sum(len(side) for side in sides) * max(shares),
        intents=(one, other),
    )
