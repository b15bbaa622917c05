"""Sentences that are nearly the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from rapidfuzz import fuzz

from deskhand.nlu.doctor.corpus import Sentence, grouped, normal
from deskhand.nlu.doctor.findings import Finding, Kind
from deskhand.nlu.doctor.vectors import Vectors, near_pairs

LEAST_COSINE = 0.95
LEAST_RATIO = 92.0


def nearly_same(sentences: Sequence[Sentence], vectors: Vectors) -> list[Finding]:
    """Sentences that are as good as the same in meaning and in letters: in groups within an intent, in pairs
    between two intents."""
    near = {*near_pairs(vectors, LEAST_COSINE), *_same_words(sentences)}
    pairs = [pair for pair in sorted(near) if _alike(sentences[pair[0]], sentences[pair[1]])]
    within = [pair for pair in pairs if sentences[pair[0]].intent == sentences[pair[1]].intent]
    return [
        *(_two_intents(sentences[one], sentences[other]) for one, other in pairs if (one, other) not in set(within)),
        *(_one_intent([sentences[number] for number in group]) for group in _connected(within)),
    ]


def _same_words(sentences: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    """Pairs that differ in punctuation alone, which moves the vector of a short sentence far."""
    numbered = [(number, sentence.bare) for number, sentence in enumerate(sentences) if sentence.bare]
    for group in grouped(numbered, lambda pair: pair[1]).values():
        yield from combinations([number for number, _ in group], 2)


def _alike(one: Sentence, other: Sentence) -> bool:
    if one.normal == other.normal:  # `repeats` reports these
        return False
    if _told_apart(one) != _told_apart(other):
        return False
    return one.bare == other.bare or fuzz.ratio(one.normal, other.normal) >= LEAST_RATIO


def _told_apart(sentence: Sentence) -> tuple[object, ...]:
    """What makes two sentences different however alike they look: their entities' words and their numbers."""
    entities = sorted((each.entity, normal(each.text)) for each in sentence.annotations)
    return (*entities, *re.findall(r"\d+", sentence.normal))


def _connected(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Groups of numbers that pairs connect."""
    group_of: dict[int, list[int]] = {}
    for one, other in pairs:
        first, second = group_of.get(one, [one]), group_of.get(other, [other])
        if first is not second:
            merged = sorted({*first, *second})
            group_of.update(dict.fromkeys(merged, merged))
    return list({id(group): group for group in group_of.values()}.values())


def _one_intent(group: Sequence[Sentence]) -> Finding:
    return Finding(
        Kind.NEAR_DUPLICATE,
        f"{len(group)} examples of {group[0].intent} are nearly the same.",
        "Keep one and say the others in other words.",
        tuple(sentence.quote() for sentence in group),
        weight=len(group),
    )


def _two_intents(one: Sentence, other: Sentence) -> Finding:
    return Finding(
        Kind.NEARLY_TWO_INTENTS,
        f"Nearly the same sentence stands under {one.intent} and {other.intent}.",
        "Keep both only if the difference is meant; otherwise delete one.",
        (one.quote(), other.quote()),
        weight=fuzz.ratio(one.normal, other.normal),
    )
