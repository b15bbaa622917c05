"""How messages sound, learned beside intents, and what is known of an example's mood."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from deskhand.nlu import persistence
from deskhand.nlu.joint_model import Example
from deskhand.nlu.mood import MOODS, NO_MOOD, ToneHead, Tones, fit, number_of
from deskhand.nlu.training import Hyperparameters, TrainedModel, train
from deskhand.nlu.understanding import Understanding, understand
from tests.nlu.conftest import example, words_of

CALM, ANGRY = MOODS.index("calm"), MOODS.index("angry")  # type: ignore[arg-type]

MARKED = [
    *(replace(example(f"my {thing}", "order_status"), mood="angry") for thing in ("tent", "stove", "tent fw-1")),
    *(replace(example(f"hello {thing}", "greet"), in_vain=True) for thing in ("tent", "stove", "fw-1")),
    *(example(text, "thank") for text in ("where is", "where", "is where is", "hi", "hi hi")),
]


def read(trained: TrainedModel, text: str) -> Understanding:
    return understand(trained, text, words_of(text))


@pytest.fixture(scope="module")
def trained(tiny_parameters: Hyperparameters) -> TrainedModel:
    return train(MARKED, tiny_parameters)


def test_it_learns_what_is_marked(trained: TrainedModel) -> None:
    angry, vain, neither = (read(trained, text) for text in ("my tent", "hello tent", "where is"))
    assert max(angry.mood, key=angry.mood.__getitem__) == "angry"
    assert max(neither.mood, key=neither.mood.__getitem__) == "calm"
    assert sum(angry.mood.values()) == pytest.approx(1.0)
    assert [found.in_vain is not None and found.in_vain > 0.5 for found in (angry, vain, neither)] == [
        False,
        True,
        False,
    ]


def test_it_is_the_same_after_storing(trained: TrainedModel, tmp_path: Path) -> None:
    persistence.save(trained, tmp_path)
    assert read(persistence.load(tmp_path), "hello tent") == read(trained, "hello tent")


def test_without_a_mark_nothing_is_said_of_it(
    examples: list[Example], tiny_parameters: Hyperparameters, tmp_path: Path
) -> None:
    trained = train(examples, replace(tiny_parameters, epochs=1))
    found = read(trained, "hello tent")
    assert (dict(found.mood), found.in_vain) == ({}, None)
    persistence.save(trained, tmp_path)
    assert read(persistence.load(tmp_path), "hello tent") == found


def test_what_only_one_of_the_marks_teaches(tiny_parameters: Hyperparameters) -> None:
    quick = replace(tiny_parameters, epochs=1)
    moods = train([replace(each, in_vain=False) for each in MARKED], quick)
    assert read(moods, "hello tent").mood
    assert read(moods, "hello tent").in_vain is None
    in_vain = train([replace(each, mood=None) for each in MARKED], quick)
    assert read(in_vain, "hello tent").in_vain is not None
    assert dict(read(in_vain, "hello tent").mood) == {}


def test_the_head_is_fitted_with_what_the_encoder_told_before_it_was_trained() -> None:
    """Of the trained encoder's vectors two messages are the same; only the earlier ones tell them apart."""
    head = ToneHead(2, 2, Tones(moods=True, in_vain=True))
    same = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    before = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    fit(head, same, before, torch.tensor([CALM, ANGRY]), torch.tensor([False, True]))
    with torch.no_grad():
        moods, in_vain = head(same, before)
        without = head(same)
    assert moods.argmax(dim=1).tolist() == [CALM, ANGRY]
    assert (in_vain > 0).tolist() == [False, True]
    assert torch.equal(without.moods[0], without.moods[1])


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
