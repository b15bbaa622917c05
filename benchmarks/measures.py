"""What the predictions of one side are worth. Pure functions."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.data_sets import Sentence, WordSpan

FALLBACK = "nlu_fallback"
BINS = 15
KEPT = 0.95


@dataclass(frozen=True)
class Entity:
    """An entity as Rasa gives it: by characters, the end exclusive."""

    start: int
    end: int
    entity: str


@dataclass(frozen=True)
class Prediction:
    """What Rasa answered for one message.

    `served` is the first of the ranking, which may be `nlu_fallback`; `best` the first real intent in it, with its
    `confidence`. `best` is None when there is none.
    """

    served: str | None
    best: str | None
    confidence: float
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True)
class OutsideMeasures:
    """How well messages of no intent are told from the others."""

    recall_as_served: float
    """The share of messages of no intent that come back as `nlu_fallback`."""
    kept_as_served: float
    """The share of the other messages that do not."""
    recall_at_95_kept: float
    """By confidence alone, with the limit that keeps 95 % of these very test messages: a point of the curve, and not
    something that could be served, since it looks at the test."""
    auroc: float
    """By confidence alone: how often it is higher for a message of an intent than for one of none."""


def accuracy(sentences: Sequence[Sentence], predictions: Sequence[Prediction], *, as_served: bool = False) -> float:
    """The share of right intents: the best real one, or, `as_served`, with a refusal counted as wrong."""
    pairs = zip(sentences, predictions, strict=True)
    return statistics.fmean(sentence.intent == (found.served if as_served else found.best) for sentence, found in pairs)


def calibration_error(sentences: Sequence[Sentence], predictions: Sequence[Prediction], bins: int = BINS) -> float:
    """Expected calibration error over equally wide bins of confidence (Naeini et al. 2015, Guo et al. 2017)."""
    gaps = [0.0] * bins
    for sentence, found in zip(sentences, predictions, strict=True):
        number = min(max(math.ceil(found.confidence * bins) - 1, 0), bins - 1)
        gaps[number] += (sentence.intent == found.best) - found.confidence
    return math.fsum(abs(gap) for gap in gaps) / len(predictions)


def outside_measures(inside: Sequence[Prediction], outside: Sequence[Prediction]) -> OutsideMeasures:
    """`inside` are the answers to messages of some intent, `outside` to those of none. Neither is empty."""
    confidences = sorted(found.confidence for found in inside)
    limit = confidences[math.floor(len(confidences) * (1 - KEPT) + 1e-9)]
    below = [found.confidence for found in outside]
    return OutsideMeasures(
        recall_as_served=statistics.fmean(found.served == FALLBACK for found in outside),
        kept_as_served=statistics.fmean(found.served != FALLBACK for found in inside),
        recall_at_95_kept=statistics.fmean(confidence < limit for confidence in below),
        auroc=auroc(confidences, below),
    )


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """How often a number of `higher` is larger than one of `lower`, a tie counting half."""
    from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]  # takes a second, and only this needs it

    return float(roc_auc_score([1] * len(higher) + [0] * len(lower), [*higher, *lower]))


def to_words(sentence: Sentence, entity: Entity) -> WordSpan | None:
    """The words that an entity touches; None if it touches none.

    Tokenizers differ in where a word ends ("pm." or "pm"), and that is not to count: each side's entities are
    widened to whole words of the data set.
    """
    touched, start = [], 0
    for position, word in enumerate(sentence.words):
        if entity.start < start + len(word) and start < entity.end:
            touched.append(position)
        start += len(word) + 1
    return WordSpan(touched[0], touched[-1], entity.entity) if touched else None


def slot_f1(sentences: Sequence[Sentence], predictions: Sequence[Prediction]) -> float:
    """Micro F1 of entities, right only with the exact words and the right type, as conlleval counts."""
    gold = found = right = 0
    for sentence, predicted in zip(sentences, predictions, strict=True):
        wanted = set(sentence.entities)
        given = {span for entity in predicted.entities if (span := to_words(sentence, entity))}
        gold, found, right = gold + len(wanted), found + len(given), right + len(wanted & given)
    return 2 * right / (gold + found) if gold + found else 1.0


def measure(
    test: Sequence[Sentence],
    outside: Sequence[Sentence],
    predictions: Sequence[Prediction],
) -> dict[str, float]:
    """All measures that apply. `predictions` answer `test` and then `outside`."""
    inside, strange = predictions[: len(test)], predictions[len(test) :]
    measures = {
        "accuracy": accuracy(test, inside),
        "accuracy_as_served": accuracy(test, inside, as_served=True),
        "calibration_error": calibration_error(test, inside),
    }
    if outside:
        measures |= asdict(outside_measures(inside, strange))
    if any(sentence.entities for sentence in test):
        measures["slot_f1"] = slot_f1(test, inside)
    return measures
