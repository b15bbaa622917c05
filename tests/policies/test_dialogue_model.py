from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch

from deskhand.policies.dialogue_features import Examples, Turn
from deskhand.policies.dialogue_model import Batch, DialogueModel, PolicyParameters, action_probabilities
from deskhand.policies.dialogue_training import train_dialogue_model

PARAMETERS = PolicyParameters(epochs=60, batch_size=8, hidden_size=32)


def turn(intent: str, slot: float = 0.0) -> Turn:
    return {f"intent {intent}": 1.0} | ({"slot member 0": slot} if slot else {})


DIALOGUES = [
    [turn("greet")],
    [turn("greet"), turn("thank")],
    [turn("ask"), turn("thank")],
    [turn("bye")],
    [turn("bye", slot=1.0)],
    [turn("ask", 1.0), turn("ask"), turn("bye")],
]
ACTIONS = [0, 1, 2, 3, 4, 0]


def examples(dialogues: Sequence[Sequence[Turn]], actions: Sequence[int]) -> Examples:
    made = Examples()
    for turns, action in zip(dialogues, actions, strict=True):
        made.add(tuple(made.place(each) for each in turns), action)
    return made


@pytest.fixture(scope="module")
def model() -> DialogueModel:
    return train_dialogue_model(examples(DIALOGUES, ACTIONS), 5, PARAMETERS)


def best(model: DialogueModel, turns: list[Turn]) -> int:
    return int(np.argmax(action_probabilities(model, turns)))


def batch(model: DialogueModel, turns: list[Turn], padding: int = 0) -> Batch:
    rows, values = model.encode(turns)
    places = [0] * padding + list(range(1, len(turns) + 1))
    return Batch(rows[None, places], values[None, places], torch.tensor([[place > 0 for place in places]]))


@pytest.mark.parametrize("layers", [1, 2])
def test_it_learns_what_follows_which_history(layers: int) -> None:
    parameters = PolicyParameters(epochs=60, batch_size=8, hidden_size=32, layers=layers)
    model = train_dialogue_model(examples(DIALOGUES, ACTIONS), 5, parameters)
    assert [best(model, turns) for turns in DIALOGUES] == ACTIONS


def test_what_it_predicts_are_probabilities(model: DialogueModel) -> None:
    shares = action_probabilities(model, [turn("thank")])
    assert len(shares) == 5
    assert sum(shares) == pytest.approx(1.0, abs=1e-5)


def test_only_the_latest_turns_count(model: DialogueModel) -> None:
    recent = [turn("greet"), turn("ask"), turn("thank")]
    assert len(recent) == model.max_turns
    long = action_probabilities(model, [turn("bye")] * 20 + recent)
    assert long == pytest.approx(action_probabilities(model, recent), abs=1e-6)


@pytest.mark.parametrize("layers", [1, 2])
def test_padding_changes_nothing(layers: int) -> None:
    parameters = PolicyParameters(hidden_size=32, layers=layers)
    model = DialogueModel(["intent greet", "intent ask"], 4, 6, parameters).eval()
    turns = [turn("greet"), turn("ask")]
    with torch.inference_mode():
        assert torch.allclose(model(batch(model, turns)), model(batch(model, turns, padding=4)), atol=1e-5)


def test_a_turn_does_not_see_what_comes_after_it() -> None:
    model = DialogueModel(["intent greet", "intent ask"], 4, 6, PolicyParameters(hidden_size=32, layers=2)).eval()
    seen = torch.zeros(3, 3, dtype=torch.bool)

    def remember(_layer: object, inputs: tuple[torch.Tensor, ...], _output: object) -> None:
        seen.copy_(inputs[2][0])

    with model.layers[0].register_forward_hook(remember), torch.inference_mode():
        model(batch(model, [turn("greet"), turn("ask"), turn("greet")]))
    assert torch.equal(seen, torch.ones(3, 3, dtype=torch.bool).tril())


def test_features_never_seen_in_training_are_left_out(model: DialogueModel) -> None:
    strange = {**turn("greet"), "loop order_form": 1.0}
    assert action_probabilities(model, [strange]) == action_probabilities(model, [turn("greet")])


def test_a_dialogue_without_turns_has_probabilities(model: DialogueModel) -> None:
    assert sum(action_probabilities(model, [])) == pytest.approx(1.0, abs=1e-5)


def test_the_same_seed_gives_the_same_model(model: DialogueModel) -> None:
    torch.manual_seed(99)
    again = train_dialogue_model(examples(DIALOGUES, ACTIONS), 5, PARAMETERS)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), again.parameters(), strict=True))


def test_another_seed_gives_another_model(model: DialogueModel) -> None:
    parameters = PolicyParameters(epochs=60, batch_size=8, hidden_size=32, random_seed=7)
    other = train_dialogue_model(examples(DIALOGUES, ACTIONS), 5, parameters)
    assert not torch.equal(model.dialogue.weight, other.dialogue.weight)


def test_training_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    train_dialogue_model(examples(DIALOGUES, ACTIONS), 5, PolicyParameters(epochs=3, hidden_size=8))
    assert "Learning dialogues" in capsys.readouterr().err


def test_a_known_model_is_gone_on_with(model: DialogueModel) -> None:
    parameters = PolicyParameters(epochs=1, batch_size=8, hidden_size=32, learning_rate=1e-6)
    longer = [*DIALOGUES, [turn("greet"), turn("ask"), turn("thank"), turn("praise")]]
    going_on = train_dialogue_model(examples(longer, [*ACTIONS, 2]), 5, parameters, known=model)
    assert going_on.max_turns == 4
    assert set(going_on.features) == {*model.features, "intent praise"}
    assert [best(going_on, turns) for turns in DIALOGUES] == ACTIONS
