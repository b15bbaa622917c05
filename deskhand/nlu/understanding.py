"""What a trained model makes of one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from deskhand.encoders.threads import one_thread
from deskhand.nlu.joint_model import Batch, Example, Featurized, encode, featurize, pretrained_vectors
from deskhand.nlu.mood import tone_of
from deskhand.nlu.tags import Label, Span
from deskhand.nlu.training import TrainedModel


@dataclass(frozen=True)
class FoundEntity:
    """An entity in a message, by characters, with the lowest probability of its words' tags."""

    start: int
    end: int
    label: Label
    confidence: float


@dataclass(frozen=True)
class Understanding:
    """The intents with their probabilities, likeliest first, whether to act on the first, and the entities."""

    ranking: tuple[tuple[str, float], ...] = ()
    understood: bool = False
    entities: tuple[FoundEntity, ...] = ()
    mood: Mapping[str, float] = field(default_factory=dict)
    """The shares of the moods by name; empty for a model that learned none."""
    in_vain: float | None = None
    """How probably it says that the answer before missed; None for a model that did not learn it."""


@one_thread()
@torch.inference_mode()
def understand(trained: TrainedModel, text: str, words: Sequence[Span]) -> Understanding:
    """Reads one message. Text without a visible character is not understood, and holds nothing."""
    if not text.strip():
        return Understanding()
    [row] = featurize([Example(text=text, words=tuple(words))], trained.tokenizer, trained.model)
    batch = Batch.of([row])
    hidden, sentences = encode(trained.model.encoder, batch)
    pretrained = pretrained_vectors(trained.model, batch)
    [(ranking, understood)] = _intents(trained, sentences, pretrained)
    mood, in_vain = tone_of(trained.model.tone_head(sentences, pretrained))
    return Understanding(ranking, understood, _entities(trained, hidden, batch, row, words), mood, in_vain)


@torch.inference_mode()
def understand_intents(trained: TrainedModel, texts: Sequence[str], batch_size: int = 32) -> list[Understanding]:
    """The intents alone of several texts, none of them blank, read together: those of similar length at a time."""
    rows = featurize([Example(text=text) for text in texts], trained.tokenizer, trained.model)
    order = sorted(range(len(rows)), key=lambda at: len(rows[at].states))
    found: dict[int, Understanding] = {}
    for first in range(0, len(order), batch_size):
        places = order[first : first + batch_size]
        batch = Batch.of([rows[at] for at in places])
        _, sentences = encode(trained.model.encoder, batch)
        intents = _intents(trained, sentences, pretrained_vectors(trained.model, batch))
        found |= {at: Understanding(*each) for at, each in zip(places, intents, strict=True)}
    return [found[at] for at in range(len(texts))]


def _intents(
    trained: TrainedModel, sentences: Tensor, pretrained: Tensor
) -> list[tuple[tuple[tuple[str, float], ...], bool]]:
    """(ranking, whether understood) of each message."""
    head = trained.model.intent_head
    if head is None:
        return [((), True)] * len(sentences)
    return [_ranked(trained, scores) for scores in head(sentences, pretrained)]


def _ranked(trained: TrainedModel, scores: Tensor) -> tuple[tuple[tuple[str, float], ...], bool]:
    confidences, order = trained.calibration.probabilities(scores).sort(descending=True, stable=True)
    numbers, shares = order.tolist(), confidences.tolist()
    ranking = tuple((trained.model.intents[number], share) for number, share in zip(numbers, shares, strict=True))
    return ranking, trained.calibration.understood(scores)


def _entities(
    trained: TrainedModel, hidden: Tensor, batch: Batch, row: Featurized, words: Sequence[Span]
) -> tuple[FoundEntity, ...]:
    head = trained.model.tag_head
    if head is None or not len(row.shapes):
        return ()
    scores = head(hidden, batch.word_of_subword, batch.shapes)[0]
    tags = head.crf.decode(scores)
    found = list(trained.model.scheme.decode(tags))
    if not found:
        return ()
    probabilities = head.crf.probabilities(scores)
    return tuple(
        FoundEntity(
            start=words[first][0],
            end=words[last][1],
            label=label,
            confidence=min(float(probabilities[i, tags[i]]) for i in range(first, last + 1)),
        )
        for first, last, label in found
    )
