"""With the real weights: it understands what it was not trained on."""

from __future__ import annotations

import pytest

from deskhand.nlu.joint_model import Example
from deskhand.nlu.training import Hyperparameters, TrainedModel, train
from deskhand.nlu.understanding import understand
from tests.nlu.conftest import example, words_of

pytestmark = pytest.mark.slow

TEXTS = {
    "order_status": [
        "where is my order",
        "has my parcel been sent",
        "track my delivery",
        "when will it arrive",
        "my package is late",
    ],
    "cancel_order": [
        "cancel my order",
        "i do not want it any more",
        "please stop the order",
        "i ordered by mistake",
        "undo my purchase",
    ],
    "reset_password": [
        "i forgot my password",
        "reset my password",
        "cannot sign in",
        "my login does not work",
        "new password please",
    ],
}
NUMBERS = ["FW-204518", "fw 201190", "FW-228841", "FW203344"]


@pytest.fixture(scope="module")
def trained() -> TrainedModel:
    examples: list[Example] = [example(text, intent) for intent, texts in TEXTS.items() for text in texts]
    examples += [example(f"where is {number} now", "order_status", order_number=number) for number in NUMBERS]
    return train(examples, Hyperparameters())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("any idea when my stuff gets here?", "order_status"),
        ("actually forget about the things I bought, don't send them", "cancel_order"),
        ("I can't remember what I chose to log in with", "reset_password"),
    ],
)
def test_other_words_for_the_same(trained: TrainedModel, text: str, intent: str) -> None:
    assert understand(trained, text, words_of(text)).ranking[0][0] == intent


def test_a_number_that_it_never_saw(trained: TrainedModel) -> None:
    text = "where is FW-219077 now"
    [entity] = understand(trained, text, words_of(text)).entities
    assert text[entity.start : entity.end] == "FW-219077"
