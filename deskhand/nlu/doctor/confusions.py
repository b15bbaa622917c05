"""Intents that overlap, and examples that look mislabelled."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, combinations, zip_longest

import numpy as np
from numpy.typing import NDArray

from deskhand.nlu.doctor.beliefs import Beliefs
from deskhand.nlu.doctor.corpus import Sentence
from deskhand.nlu.doctor.findings import Finding, Kind

LEAST_CONFUSED = 4
LEAST_SHARE = 0.06
MUCH = 0.2
CLOSE = 8
AGREEING = 5
"""Of the nearest `CLOSE`."""
ALONE = 1
"""At most so many of all its neighbours share the label of an example that looks mislabelled."""
NOT_FOR_US = frozenset({"out_of_scope", "nlu_fallback"})
"""Rasa's names for what is not for this assistant: their examples are meant to look like others."""


def mislabelled(sentences: Sequence[Sentence], beliefs: Beliefs) -> list[Finding]:
    """Examples that a classifier without them takes for another intent, as surely as it usually knows that one
    (confident learning), and that stand alone among examples of that one."""
    return [_suspect(sentences, beliefs, number) for number in _suspects(beliefs)]


def _suspects(beliefs: Beliefs) -> list[int]:
    guesses, usual = beliefs.guesses, beliefs.usual
    rows = np.arange(len(guesses))
    sure = beliefs.probabilities[rows, guesses] >= usual[guesses]
    around = beliefs.labels[beliefs.neighbours]
    own = around == beliefs.labels[:, None]
    theirs = (around[:, :CLOSE] == guesses[:, None]).sum(axis=1)
    # Further out than half of the other intent's examples, own ones come in anyway.
    reach = np.clip(np.bincount(beliefs.labels)[guesses] // 2, CLOSE, around.shape[1])
    own_in_reach = (own & (np.arange(around.shape[1]) < reach[:, None])).sum(axis=1)
    alone = ~own[:, :CLOSE].any(axis=1) & (own_in_reach <= ALONE)
    found = (guesses != beliefs.labels) & sure & (theirs >= AGREEING) & alone
    return [int(number) for number in np.nonzero(found)[0] if beliefs.names[beliefs.labels[number]] not in NOT_FOR_US]


def _suspect(sentences: Sequence[Sentence], beliefs: Beliefs, number: int) -> Finding:
    sentence, other = sentences[number], beliefs.names[beliefs.guesses[number]]
    like = next(n for n in beliefs.neighbours[number] if beliefs.labels[n] == beliefs.guesses[number])
    own, theirs = (beliefs.probabilities[number, label] for label in (beliefs.labels[number], beliefs.guesses[number]))
    return Finding(
        Kind.MISLABELLED,
        f"An example of {sentence.intent} that stands alone among examples of {other}.",
        f"Move it to {other} if it means that; otherwise add examples like it to {sentence.intent}.",
        (sentence.quote(), sentences[like].quote("most like it there")),
        weight=float(theirs - own),
    )


def overlaps(sentences: Sequence[Sentence], beliefs: Beliefs) -> list[Finding]:
    """Pairs of intents of which many examples are taken for the other one."""
    findings = []
    for one, other in combinations(range(len(beliefs.names)), 2):
        sides = [_confused(beliefs, one, other), _confused(beliefs, other, one)]
        if sum(map(len, sides)) >= LEAST_CONFUSED and max(_shares(beliefs, (one, other), sides)) >= LEAST_SHARE:
            findings.append(_overlap(sentences, beliefs, (one, other), sides))
    return findings


def _confused(beliefs: Beliefs, label: int, taken_for: int) -> NDArray[np.intp]:
    """The examples of a label that are taken for the other one, the surest first."""
    numbers = np.nonzero((beliefs.labels == label) & (beliefs.guesses == taken_for))[0]
    order = np.argsort(-beliefs.probabilities[numbers, taken_for], kind="stable")
    return np.asarray(numbers[order])


def _overlap(
    sentences: Sequence[Sentence], beliefs: Beliefs, pair: tuple[int, int], sides: Sequence[NDArray[np.intp]]
) -> Finding:
    one, other = (beliefs.names[label] for label in pair)
    shares = _shares(beliefs, pair, sides)
    counts = " and ".join(
        f"{len(side)} of {np.sum(beliefs.labels == label)} examples of {beliefs.names[label]}"
        for label, side in zip(pair, sides, strict=True)
        if len(side)
    )
    if min(shares) >= MUCH:
        action = f"Merge {one} and {other} and let the action tell them apart, or draw a clear line and move these."
    else:
        action = "Move those that mean the other intent; for the rest add examples to both that show the difference."
    alternately = chain.from_iterable(zip_longest(*([int(number) for number in side] for side in sides)))
    return Finding(
        Kind.OVERLAP,
        f"{one} and {other}: {counts} look like the other.",
        action,
        tuple(
            sentences[number].quote(f"looks like {beliefs.names[beliefs.guesses[number]]}")
            for number in alternately
            if number is not None
        ),
        weight=sum(len(side) for side in sides) * max(shares),
        intents=(one, other),
    )


def _shares(beliefs: Beliefs, pair: tuple[int, int], sides: Sequence[NDArray[np.intp]]) -> list[float]:
    return [len(side) / int(np.sum(beliefs.labels == label)) for label, side in zip(pair, sides, strict=True)]
