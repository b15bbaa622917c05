"""Telling moods apart by vectors, and what is known of an example's mood."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from deskhand.nlu import mood
from deskhand.nlu.mood import MOODS, NO_MOOD, MoodHead, fit, number_of

CALM, ANGRY = MOODS.index("calm"), MOODS.index("angry")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def head() -> MoodHead:
    vectors = torch.tensor([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.5, 0.5]])
    fitted = fit(vectors, [CALM, CALM, ANGRY, NO_MOOD])
    assert fitted is not None
    return fitted


def test_it_learns_what_is_labelled(head: MoodHead) -> None:
    assert head.shares(torch.tensor([0.0, 1.0]))["angry"] > 0.5
    assert head.shares(torch.tensor([1.0, 0.0]))["calm"] > 0.5
    assert sum(head.shares(torch.tensor([0.3, 0.3])).values()) == pytest.approx(1.0)


def test_it_is_the_same_after_storing(head: MoodHead, tmp_path: Path) -> None:
    mood.save(head, tmp_path)
    loaded = mood.load(tmp_path)
    vector = torch.tensor([0.4, 0.6])
    assert loaded is not None
    assert loaded.shares(vector) == head.shares(vector)


def test_nothing_to_tell_apart_is_no_head(tmp_path: Path) -> None:
    assert fit(torch.ones(3, 2), [CALM] * 3) is None
    assert fit(torch.ones(2, 2), [NO_MOOD] * 2) is None
    assert mood.load(tmp_path) is None


@pytest.mark.parametrize(
    ("label", "intent", "expected"),
    [
        ("angry", "order_status", ANGRY),
        (None, "order_status", CALM),
        (None, "complain", NO_MOOD),
        (None, "threaten_legal_action", NO_MOOD),
        (None, None, NO_MOOD),
        ("cheerful", "order_status", NO_MOOD),
    ],
)
def test_what_is_known_of_an_example(label: str | None, intent: str | None, expected: int) -> None:
    assert number_of(label, intent) == expected
