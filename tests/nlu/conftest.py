"""A tiny encoder with random weights, so that everything but its knowledge can be tested in milliseconds."""

from __future__ import annotations

import json
import string
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from deskhand.nlu.joint_model import Example
from deskhand.nlu.tags import Label, LabelledSpan
from deskhand.nlu.training import Hyperparameters
from tests.nlu import small_bot as bot_files
from tests.rasa_command import rasa

# With so little to compute, a second thread only waits for the first.
torch.set_num_threads(1)

HIDDEN, LAYERS, WIDE, POSITIONS = 32, 4, 64, 64
WORDS = ["hello", "hi", "where", "is", "my", "order", "tent", "stove", "cancel", "please", "the", "a"]


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in Hugging Face's layout."""
    folder = tmp_path_factory.mktemp("encoder")
    vocabulary = _write_tokenizer(folder)
    config = {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "hidden_act": "gelu",
        "vocab_size": len(vocabulary),
        "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 4,
        "intermediate_size": WIDE,
        "max_position_embeddings": POSITIONS,
        "type_vocab_size": 2,
        "layer_norm_eps": 1e-12,
    }
    (folder / "config.json").write_text(json.dumps(config))
    save_file(_random_tensors(len(vocabulary)), folder / "model.safetensors")
    return folder


def _write_tokenizer(folder: Path) -> dict[str, int]:
    characters = string.ascii_lowercase + string.digits + string.punctuation
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS, *characters, *(f"##{c}" for c in characters)]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [(piece, vocabulary[piece]) for piece in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", special_tokens=ends)
    tokenizer.save(str(folder / "tokenizer.json"))
    return vocabulary


def _random_tensors(vocabulary: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)

    def linear(name: str, rows: int, columns: int) -> dict[str, torch.Tensor]:
        weight = torch.randn(rows, columns, generator=generator) * 0.2
        return {f"{name}.weight": weight, f"{name}.bias": torch.zeros(rows)}

    def norm(name: str) -> dict[str, torch.Tensor]:
        return {f"{name}.weight": torch.ones(HIDDEN), f"{name}.bias": torch.zeros(HIDDEN)}

    tensors = norm("embeddings.LayerNorm")
    for name, rows in (("word", vocabulary), ("position", POSITIONS), ("token_type", 2)):
        tensors[f"embeddings.{name}_embeddings.weight"] = torch.randn(rows, HIDDEN, generator=generator)
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            tensors |= linear(f"{layer}.attention.{part}", HIDDEN, HIDDEN)
        tensors |= norm(f"{layer}.attention.output.LayerNorm")
        tensors |= linear(f"{layer}.intermediate.dense", WIDE, HIDDEN)
        tensors |= linear(f"{layer}.output.dense", HIDDEN, WIDE)
        tensors |= norm(f"{layer}.output.LayerNorm")
    return tensors


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
