"""All checks over one assistant's data."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from deskhand.nlu.doctor import agreement, breadth, names, repeats
from deskhand.nlu.doctor.annotations import cut_words, two_values
from deskhand.nlu.doctor.corpus import Corpus
from deskhand.nlu.doctor.findings import Finding, Kind
from deskhand.nlu.doctor.names import Names

LEARNED = frozenset({Kind.MISLABELLED, Kind.OVERLAP, Kind.NEARLY_TWO_INTENTS, Kind.NEAR_DUPLICATE})
"""The kinds that need the encoder, which takes most of the time."""


@dataclass(frozen=True)
class Patient:
    """What is looked at. Without the held-out set or the domain, the checks that need them are left out."""

    training: Corpus
    held_out: Corpus | None
    names: Names | None
    weights: str


def examine(patient: Patient, kinds: Collection[Kind] = tuple(Kind)) -> list[Finding]:
    """What there is to say of these kinds, the most important first. Raises `WeightsError`."""
    found = [finding for finding in _plain(patient) if finding.kind in kinds]
    if LEARNED.intersection(kinds):
        found += [finding for finding in _learned(patient) if finding.kind in kinds]
    order = list(Kind)
    return sorted(
        found, key=lambda finding: (order.index(finding.kind), -finding.weight, [q.place for q in finding.quotes])
    )


def _plain(patient: Patient) -> Iterator[Finding]:
    training, held_out = patient.training, patient.held_out
    both = training.sentences + (held_out.sentences if held_out else ())
    yield from training.findings
    yield from repeats.repeats(training)
    yield from two_values(training)
    if held_out:
        yield from held_out.findings
        yield from repeats.held_out_sentences(training.sentences, held_out.sentences)
    yield from cut_words(both)
    if patient.names:
        yield from names.unknown_intents(both, patient.names)
        yield from names.unknown_entities(both, patient.names)
    yield from breadth.few_examples(training.by_intent, patient.names)
    yield from breadth.very_many(training.by_intent)
    yield from breadth.narrow(training.by_intent)
    yield from agreement.disagreements(training.sentences)
    yield from agreement.boundaries(training.sentences)
    yield from agreement.single_values(training.sentences)


def _learned(patient: Patient) -> Iterator[Finding]:
    # Only here, because PyTorch takes a second or two to import.
    from deskhand.nlu.doctor.beliefs import believe
    from deskhand.nlu.doctor.confusions import mislabelled, overlaps
    from deskhand.nlu.doctor.near import nearly_same
    from deskhand.nlu.doctor.vectors import sentence_vectors

    # A sentence that is there twice would vouch for itself.
    sentences = list({(each.normal, each.intent): each for each in patient.training.sentences}.values())
    vectors = sentence_vectors([each.text for each in sentences], patient.weights)
    yield from nearly_same(sentences, vectors)
    if len(patient.training.by_intent) > 1:
        beliefs = believe(vectors, [each.intent for each in sentences])
        yield from mislabelled(sentences, beliefs)
        yield from overlaps(sentences, beliefs)
