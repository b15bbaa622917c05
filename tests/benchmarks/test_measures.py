from __future__ import annotations

import pytest

from benchmarks.data_sets import Sentence, WordSpan
from benchmarks.measures import (
    FALLBACK,
    Entity,
    Prediction,
    accuracy,
    auroc,
    calibration_error,
    measure,
    outside_measures,
    slot_f1,
    to_words,
)


def sentence(intent: str | None, text: str = "hello", *entities: WordSpan) -> Sentence:
    return Sentence(tuple(text.split()), intent, entities)


def sure(intent: str, confidence: float = 1.0) -> Prediction:
    return Prediction(intent, intent, confidence)


def refused(best: str, confidence: float) -> Prediction:
    return Prediction(FALLBACK, best, confidence)


def test_a_refusal_is_wrong_as_served_and_right_by_its_best_intent() -> None:
    sentences = [sentence("a"), sentence("a"), sentence("b"), sentence("b")]
    predictions = [sure("a"), refused("a", 0.4), sure("a"), sure("b")]

    assert accuracy(sentences, predictions) == 0.75
    assert accuracy(sentences, predictions, as_served=True) == 0.5


def test_no_answer_at_all_is_wrong() -> None:
    assert accuracy([sentence("a")], [Prediction(None, None, 0.0)]) == 0.0


def test_calibration_error_is_the_weighted_gap_of_each_bin() -> None:
    sentences = [sentence("a")] * 10
    # Of those with 0.8 half are right: a gap of 0.3. Those with 1.0 all are: no gap.
    predictions = [sure("a", 0.8)] * 3 + [sure("b", 0.8)] * 3 + [sure("a", 1.0)] * 4

    assert calibration_error(sentences, predictions) == pytest.approx(0.6 * 0.3)


def test_gaps_of_different_bins_do_not_cancel() -> None:
    sentences = [sentence("a")] * 2
    predictions = [sure("a", 0.5), sure("b", 0.3)]

    assert calibration_error(sentences, predictions) == pytest.approx((0.5 + 0.3) / 2)


def test_out_of_scope_as_served_and_by_confidence() -> None:
    inside = [sure("a", 0.5 + number / 100) for number in range(19)] + [refused("a", 0.2)]
    outside = [refused("a", 0.1), refused("b", 0.4), sure("a", 0.45), sure("b", 0.9)]

    measures = outside_measures(inside, outside)

    assert measures.recall_as_served == 0.5
    assert measures.kept_as_served == 0.95
    # One of the twenty may go: the limit is the second lowest confidence, 0.5.
    assert measures.recall_at_95_kept == 0.75
    assert measures.auroc == pytest.approx((20 + 19 + 19 + 0) / 80)


def test_the_point_of_the_curve_keeps_at_least_95_percent() -> None:
    inside = [sure("a", 0.5)] * 100

    assert outside_measures(inside, [sure("a", 0.5)]).recall_at_95_kept == 0.0


def test_a_tie_counts_half() -> None:
    assert auroc([0.5, 0.9], [0.5]) == 0.75


@pytest.mark.parametrize(
    ("characters", "words"),
    [((5, 12), (1, 2)), ((5, 7), (1, 1)), ((8, 11), (2, 2)), ((4, 5), None), ((5, 13), (1, 2))],
)
def test_entities_are_widened_to_whole_words(characters: tuple[int, int], words: tuple[int, int] | None) -> None:
    spoken = sentence("play", "play so what. now")

    expected = WordSpan(*words, "track") if words else None

    assert to_words(spoken, Entity(*characters, "track")) == expected


def test_slot_f1_wants_the_exact_words_and_the_type() -> None:
    sentences = [
        sentence("play", "play so what now", WordSpan(1, 2, "track")),
        sentence("play", "play blue by miles", WordSpan(1, 1, "album"), WordSpan(3, 3, "artist")),
    ]
    right, too_short, wrong_type = Entity(5, 12, "track"), Entity(5, 7, "track"), Entity(5, 9, "track")
    artist = Entity(13, 18, "artist")

    def f1(first: tuple[Entity, ...], second: tuple[Entity, ...]) -> float:
        return slot_f1(sentences, [Prediction("play", "play", 1.0, first), Prediction("play", "play", 1.0, second)])

    assert f1((right,), (Entity(5, 9, "album"), artist)) == 1.0
    assert f1((too_short,), ()) == 0.0
    # One of two found is right, of three wanted: precision 1/2, recall 1/3.
    assert f1((), (wrong_type, artist)) == pytest.approx(0.4)


def test_only_measures_that_apply_are_given() -> None:
    plain = measure([sentence("a")], [], [sure("a")])
    whole = measure([sentence("a", "x", WordSpan(0, 0, "e"))], [sentence(None)], [sure("a"), refused("a", 0.1)])

    assert set(plain) == {"accuracy", "accuracy_as_served", "calibration_error"}
    assert set(whole) > {"slot_f1", "recall_as_served", "kept_as_served", "recall_at_95_kept", "auroc"}
