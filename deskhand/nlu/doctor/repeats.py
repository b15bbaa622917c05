"""Sentences that are there more than once."""

from __future__ import annotations

from collections.abc import Iterable

from deskhand.nlu.doctor.corpus import Corpus, Sentence, grouped, normal
from deskhand.nlu.doctor.findings import Finding, Kind


def repeats(corpus: Corpus) -> list[Finding]:
    """The same sentence under two intents, annotated in two ways, or simply twice."""
    groups = grouped(corpus.sentences, lambda sentence: sentence.normal).values()
    return [_repeat(group, corpus.synonyms) for group in groups if len(group) > 1]


def _repeat(group: list[Sentence], synonyms: dict[str, str]) -> Finding:
    intents = list(dict.fromkeys(sentence.intent for sentence in group))
    quotes = tuple(sentence.quote() for sentence in group)
    if len(intents) > 1:
        message = f"The same sentence stands under {' and '.join(intents)}: neither can be learned."
        return Finding(Kind.TWO_INTENTS, message, "Keep it where it belongs and delete the other.", quotes)
    if len({_annotated(sentence, synonyms) for sentence in group}) > 1:
        message = f"The same sentence of {intents[0]} is annotated in two ways."
        return Finding(Kind.TWO_ANNOTATIONS, message, "Keep the one that is annotated rightly.", quotes)
    message = f"The same sentence of {intents[0]} is there {len(group)} times."
    return Finding(Kind.DUPLICATE, message, "Keep one.", quotes)


def _annotated(sentence: Sentence, synonyms: dict[str, str]) -> tuple[object, ...]:
    """What the annotations come to: a synonym and the value that it stands for are the same."""
    return tuple(
        (
            normal(each.text),
            each.entity,
            each.role,
            each.group,
            synonyms.get(each.value.lower(), each.value).lower(),
        )
        for each in sentence.annotations
    )


def held_out_sentences(training: Iterable[Sentence], held_out: Iterable[Sentence]) -> list[Finding]:
    """Sentences of the held-out set that stand in the training data, punctuation aside."""
    measured = {sentence.bare or sentence.normal: sentence for sentence in held_out}
    shared = [sentence for sentence in training if (sentence.bare or sentence.normal) in measured]
    return [
        Finding(
            Kind.HELD_OUT,
            "A sentence of the held-out set stands in the training data: it measures nothing any more.",
            "Delete the training example, or write another sentence into the held-out set.",
            (sentence.quote(), measured[sentence.bare or sentence.normal].quote("held out")),
        )
        for sentence in shared
    ]
