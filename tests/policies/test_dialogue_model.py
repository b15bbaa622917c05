from __future__ import annotations

import numpy as np
import pytest
import torch

from deskhand.policies.dialogue_model import (
    DialogueModel,
    PolicyParameters,
    Turn,
    action_probabilities,
    feature_sizes,
    train_dialogue_model,
)

PARAMETERS = PolicyParameters(epochs=60, batch_size=8, hidden_size=32, learning_rate=5e-3)


def turn(intent: int, slot: int | None = None) -> Turn:
    features = {"intent": np.eye(4, dtype=np.float32)[intent]}
    return features if slot is None else {**features, "slots": np.eye(2, dtype=np.float32)[slot]}


DIALOGUES = [
    [turn(0)],
    [turn(0), turn(1)],
    [turn(2), turn(1)],
    [turn(3)],
    [turn(3, slot=1)],
    [turn(2, 0), turn(2), turn(3)],
]
ACTIONS = [0, 1, 2, 3, 4, 0]


@pytest.fixture(scope="module")
def model() -> DialogueModel:
    return train_dialogue_model(DIALOGUES, ACTIONS, 5, PARAMETERS)


def best(model: DialogueModel, turns: list[Turn]) -> int:
    return int(np.argmax(action_probabilities(model, turns)))


def test_it_learns_what_follows_which_history(model: DialogueModel) -> None:
    assert [best(model, turns) for turns in DIALOGUES] == ACTIONS


def test_what_it_predicts_are_probabilities(model: DialogueModel) -> None:
    shares = action_probabilities(model, [turn(1)])
    assert len(shares) == 5
    assert sum(shares) == pytest.approx(1.0, abs=1e-5)


def test_only_the_latest_turns_count(model: DialogueModel) -> None:
    recent = [turn(0), turn(2), turn(1)]
    assert len(recent) == model.max_turns
    long = action_probabilities(model, [turn(3)] * 20 + recent)
    assert long == pytest.approx(action_probabilities(model, recent), abs=1e-6)


def test_padding_changes_nothing(model: DialogueModel) -> None:
    together, mask = model.batch([[turn(0)], [turn(0), turn(2), turn(1)]])
    alone = model.batch([[turn(0)]])
    with torch.inference_mode():
        assert torch.allclose(model(together, mask)[0], model(*alone)[0], atol=1e-5)


def test_features_never_seen_in_training_are_left_out(model: DialogueModel) -> None:
    strange = {**turn(0), "active_loop": np.ones(7, dtype=np.float32)}
    assert action_probabilities(model, [strange]) == action_probabilities(model, [turn(0)])


def test_a_dialogue_without_turns_has_probabilities(model: DialogueModel) -> None:
    assert sum(action_probabilities(model, [])) == pytest.approx(1.0, abs=1e-5)


def test_the_same_seed_gives_the_same_model(model: DialogueModel) -> None:
    torch.manual_seed(99)
    again = train_dialogue_model(DIALOGUES, ACTIONS, 5, PARAMETERS)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), again.parameters(), strict=True))


def test_sizes_are_found_in_whatever_turn_has_them() -> None:
    assert feature_sizes(DIALOGUES) == {"intent": 4, "slots": 2}
