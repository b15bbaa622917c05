"""Intents with too few or too narrow examples, or far too many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

from deskhand.nlu.doctor.corpus import Sentence
from deskhand.nlu.doctor.findings import Finding, Kind, Quote
from deskhand.nlu.doctor.names import Names

FEW = 10
FEW_OF_MEDIAN = 0.25
MANY_OF_MEDIAN = 5
LEAST_TO_JUDGE = 8
SAME = 0.5
_SHOWN = 4


def few_examples(by_intent: Mapping[str, Sequence[Sentence]], names: Names | None) -> list[Finding]:
    """Intents with a single example (certainly too few), or few of their own or beside the others, or none."""
    usual = median(len(examples) for examples in by_intent.values())
    findings = []
    for intent, examples in by_intent.items():
        count = len(examples)
        quotes = tuple(sentence.quote() for sentence in examples[:_SHOWN])
        action = f"Write some more for {intent}, as customers say it: {int(max(FEW, usual))} or so, as others have."
        if count == 1:
            message = f"{intent} has a single example."
            findings.append(Finding(Kind.SINGLE_EXAMPLE, message, action, quotes))
        elif count < max(FEW, FEW_OF_MEDIAN * usual):
            message = f"{intent} has {count} examples, where half of the intents have {usual:.0f} or more."
            findings.append(Finding(Kind.FEW_EXAMPLES, message, action, quotes, weight=-count))
    return [*findings, *_never_recognised(by_intent, names)]


def _never_recognised(by_intent: Mapping[str, Sequence[Sentence]], names: Names | None) -> list[Finding]:
    learned = {intent.split("/")[0] for intent in by_intent}
    return [
        Finding(
            Kind.FEW_EXAMPLES,
            f"{intent} is in the domain, but has no example: only a button or a trigger can bring it about.",
            "Write examples if customers are to say it.",
            (Quote(place, intent, intent),),
        )
        for intent, place in (names.intents if names else {}).items()
        if intent not in learned and not intent.startswith("EXTERNAL")
    ]


def very_many(by_intent: Mapping[str, Sequence[Sentence]]) -> list[Finding]:
    """Intents with many times as many examples as the others: what is unclear will be taken for them."""
    usual = median(len(examples) for examples in by_intent.values())
    return [
        Finding(
            Kind.UNBALANCED,
            f"{intent} has {len(examples)} examples, {len(examples) / usual:.0f} times the usual {usual:.0f}.",
            "Delete examples that add nothing, or write more for the others.",
            (examples[0].quote(),),
            weight=len(examples) / usual,
        )
        for intent, examples in by_intent.items()
        if len(by_intent) > 2 and len(examples) > MANY_OF_MEDIAN * max(usual, FEW)
    ]


def narrow(by_intent: Mapping[str, Sequence[Sentence]]) -> list[Finding]:
    """Intents of which half of the examples begin alike, or are one sentence with other entities in it."""
    findings = []
    for intent, examples in by_intent.items():
        if len(examples) < LEAST_TO_JUDGE:
            continue
        for what, keys in (("begin with", _beginnings(examples)), ("are of the form", _shapes(examples))):
            if finding := _mostly(intent, examples, what, keys):
                findings.append(finding)
                break
    return findings


def _mostly(intent: str, examples: Sequence[Sentence], what: str, keys: Sequence[str]) -> Finding | None:
    [(key, count)] = Counter(keys).most_common(1)
    if not key or count < SAME * len(examples):
        return None
    same = [sentence for sentence, own in zip(examples, keys, strict=True) if own == key]
    return Finding(
        Kind.NARROW,
        f"{count} of {len(examples)} examples of {intent} {what} {key!r}.",
        "Say some in other words: as a question, a wish, a fragment, with a story around it.",
        tuple(sentence.quote() for sentence in same[:_SHOWN]),
        weight=count / len(examples),
    )


def _beginnings(examples: Sequence[Sentence]) -> list[str]:
    """The first two words of each; nothing of those that have no more."""
    return [
        " ".join(word.text for word in sentence.words[:2]) if len(sentence.words) > 2 else "" for sentence in examples
    ]


def _shapes(examples: Sequence[Sentence]) -> list[str]:
    """Each sentence with its entities' names in place of their words; nothing of those that are only an entity."""
    shapes = []
    for sentence in examples:
        shape, end = "", 0
        for each in sorted(sentence.annotations, key=lambda annotation: annotation.start):
            shape += sentence.text[end : each.start] + f"[{each.entity}]"
            end = max(end, each.end)
        shape = " ".join((shape + sentence.text[end:]).casefold().split())
        shapes.append(shape if " " in shape else "")
    return shapes
