from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
import torch

from deskhand.nlu.joint_model import LINEAR_SHARE, Example
from deskhand.nlu.training import (
    FEWEST_EPOCHS,
    MOST_EPOCHS,
    Hyperparameters,
    TrainedModel,
    epochs_for,
    holdout_split,
    name_in_words,
    train,
)
from deskhand.nlu.understanding import Understanding, understand
from tests.nlu.conftest import example, words_of


def read(trained: TrainedModel, text: str) -> Understanding:
    return understand(trained, text, words_of(text))


@pytest.fixture(scope="module")
def trained(examples: list[Example], tiny_parameters: Hyperparameters) -> TrainedModel:
    return train(examples, tiny_parameters)


def test_it_learns_intents(trained: TrainedModel, examples: list[Example]) -> None:
    right = [read(trained, item.text).ranking[0][0] == item.intent for item in examples]
    assert sum(right) == len(right)


def test_it_learns_entities(trained: TrainedModel) -> None:
    text = "where is my tent fw-204518"
    found = {(entity.label.entity, text[entity.start : entity.end]) for entity in read(trained, text).entities}
    assert found == {("product", "tent"), ("order_number", "fw-204518")}


def test_confidences_are_probabilities_in_order(trained: TrainedModel) -> None:
    shares = [share for _, share in read(trained, "hello tent").ranking]
    assert sum(shares) == pytest.approx(1.0, abs=1e-5)
    assert shares == sorted(shares, reverse=True)


def test_the_same_seed_gives_the_same_model(examples: list[Example], tiny_parameters: Hyperparameters) -> None:
    torch.manual_seed(1)
    one = train(examples, tiny_parameters).model.trained_state()
    torch.manual_seed(2)
    two = train(examples, tiny_parameters).model.trained_state()
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_training_leaves_other_random_numbers_alone(examples: list[Example], tiny_parameters: Hyperparameters) -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    train(examples[:4], replace(tiny_parameters, epochs=1))
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("text", ["", "  \n", "\u200b", "😀👍🏽", "\ud83d", "tent " * 50_000, "x" * 1_000_000])
def test_any_text_can_be_read(trained: TrainedModel, text: str) -> None:
    understanding = read(trained, text)
    assert all(0 <= entity.start < entity.end <= len(text) for entity in understanding.entities)
    if not text.strip():
        assert understanding == Understanding()


def test_without_entities_only_intents_are_learned(tiny_parameters: Hyperparameters) -> None:
    found = read(train([example("hi", "greet"), example("my tent", "order")], tiny_parameters), "my tent")
    assert found.entities == ()
    assert found.ranking[0][0] == "order"


def test_without_intents_only_entities_are_learned(tiny_parameters: Hyperparameters) -> None:
    data = [example("my tent", product="tent"), example("my stove", product="stove"), example("hello")]
    found = read(train(data, replace(tiny_parameters, epochs=40)), "my stove")
    assert [entity.label.entity for entity in found.entities] == ["product"]
    assert found.ranking == ()


def test_a_single_intent_is_always_the_likeliest(tiny_parameters: Hyperparameters) -> None:
    found = read(train([example("hi", "greet"), example("hello", "greet")], tiny_parameters), "hello")
    assert found.ranking == (("greet", pytest.approx(1.0)),)


def test_a_message_like_none_in_training_is_not_understood(trained: TrainedModel) -> None:
    # With random weights nothing is near anything in particular; what counts is that the limit is applied.
    strict = replace(trained, calibration=replace(trained.calibration, least_prominence=2.01))
    assert not read(strict, "hello").understood


def test_the_encoder_as_it_was_has_a_say(examples: list[Example], tiny_parameters: Hyperparameters) -> None:
    model = train(examples, tiny_parameters).model
    assert model.intent_head is not None
    vectors = torch.nn.functional.normalize(torch.randn(3, model.encoder.hidden_size), dim=-1)
    pretrained = torch.randn(3, model.intent_head.linear.in_features)
    of_intents = model.intent_head.linear(pretrained)
    corrected = model.intent_head(vectors, pretrained) - model.intent_head.cosines(vectors)
    assert torch.allclose(corrected, LINEAR_SHARE * of_intents, atol=1e-6)
    assert float(of_intents.detach().std()) > 0.1


def test_every_intent_keeps_two_examples_and_gives_its_share() -> None:
    gold = [0] * 10 + [1] * 2 + [2] * 3 + [-1] * 5
    kept, held = holdout_split(gold, 0.2, seed=1)
    assert sorted(kept + held) == list(range(20))
    assert Counter(gold[index] for index in held) == {0: 2, 2: 1}


def test_small_data_is_seen_more_often() -> None:
    parameters = Hyperparameters()
    assert epochs_for(50, parameters) == MOST_EPOCHS
    assert epochs_for(100_000, parameters) == FEWEST_EPOCHS
    assert epochs_for(50, replace(parameters, epochs=3)) == 3


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Refund_not_showing_up", "refund not showing up"),
        ("PlayMusic", "play music"),
        ("faq/opening-hours", "faq opening hours"),
        ("cancel+refund", "cancel refund"),
        ("бронь", "бронь"),
        ("__", "__"),
    ],
)
def test_the_name_of_an_intent_is_read_as_words(name: str, words: str) -> None:
    assert name_in_words(name) == words


def test_an_intent_is_known_by_its_name_alone_as_well() -> None:
    examples = [Example("where is my parcel", intent="order_status"), Example("has it shipped", intent="order_status")]
    examples += [Example("good morning", intent="change_password"), Example("hi there", intent="change_password")]
    trained = train(examples, Hyperparameters(epochs=2, holdout=0.0))
    assert understand(trained, "change password", ()).ranking[0][0] == "change_password"
