"""What the tests of understanding share."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from deskhand.nlu.joint_model import Example
from deskhand.nlu.tags import Label, LabelledSpan
from deskhand.nlu.training import Hyperparameters
from tests.encoders.tiny import write_tiny_encoder
from tests.nlu import small_bot as bot_files
from tests.rasa_command import rasa

# With so little to compute, a second thread only waits for the first.
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in Hugging Face's layout, with random weights."""
    return write_tiny_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="session")
def tiny_parameters(tiny_encoder: Path) -> Hyperparameters:
    """Settings that learn the examples below within a second."""
    return Hyperparameters(
        weights=str(tiny_encoder), epochs=40, batch_size=8, frozen_layers=2, learning_rate=1e-3, max_tokens=48
    )


def words_of(text: str) -> tuple[tuple[int, int], ...]:
    """Words by white space."""
    spans, start = [], 0
    for word in text.split():
        start = text.index(word, start)
        spans.append((start, start + len(word)))
        start += len(word)
    return tuple(spans)


def example(text: str, intent: str | None = None, **entities: str) -> Example:
    """`example("my tent", "order", product="tent")`."""
    spans = tuple(
        LabelledSpan(text.index(value), text.index(value) + len(value), Label(entity))
        for entity, value in entities.items()
    )
    return Example(text, words_of(text), intent, spans)


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    """Three intents and two entities."""
    return [
        *(example(text, "greet") for text in ("hello", "hi", "hello hello", "hi hi", "hello hi", "hi hello")),
        *(
            example(f"{start} {product} {number}", "order_status", product=product, order_number=number)
            for start in ("where is my", "where is the")
            for product, number in (("tent", "fw-204518"), ("stove", "204519"), ("big tent", "fw-1"))
        ),
        *(
            example(f"cancel {what} {product}", "cancel_order", product=product)
            for what in ("my", "the", "a")
            for product in ("tent", "stove")
        ),
    ]


@pytest.fixture(scope="session")
def small_settings(tiny_encoder: Path) -> dict[str, object]:
    """Settings that learn the small bot roughly, and within seconds."""
    rates = {"learning_rate": 1e-3, "tag_learning_rate": 1e-2}
    return {"weights": tiny_encoder, "epochs": 15, "batch_size": 8, "frozen_layers": 2, **rates}


@pytest.fixture(scope="session")
def small_bot(small_settings: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small bot that plain `rasa train` has trained."""
    folder = bot_files.write(tmp_path_factory.mktemp("bots") / "small", **small_settings)
    (folder / "train.log").write_text(rasa(folder, "train"), encoding="utf-8")
    return folder
