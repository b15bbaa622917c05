from __future__ import annotations

from pathlib import Path

import pytest
import torch

from deskhand.encoders.encoder import SubwordTokenizer, load_encoder
from deskhand.nlu.joint_model import Batch, Example, JointModel, encode, featurize, word_shape
from deskhand.nlu.tags import Label, TagScheme


@pytest.fixture
def model(tiny_encoder: Path) -> JointModel:
    encoder = load_encoder(tiny_encoder, frozen_layers=2, dropout=0.1)
    return JointModel(encoder, ["greet", "order"], TagScheme([Label("product")])).eval()


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("FW-204518", "X2-d6"),
        ("204518", "d6"),
        ("jo@x.com", "x2@x1.x3"),
        ("LS6", "X2d1"),
        ("hello", "x5"),
        ("x" * 50, "x9"),
        ("😀", "😀"),
        ("", ""),
    ],
)
def test_the_shape_of_a_word(word: str, shape: str) -> None:
    assert word_shape(word) == shape


def test_subwords_belong_to_the_words_that_they_are_part_of(tiny_encoder: Path, model: JointModel) -> None:
    tokenizer = SubwordTokenizer(tiny_encoder, 32)
    [row] = featurize([Example("my  fw-2 tent", ((0, 2), (4, 8), (9, 13)))], tokenizer, model)
    #                               [CLS] my f ##w - 2 tent [SEP]
    assert row.word_of_subword.tolist() == [0, 1, 2, 2, 2, 2, 3, 0]


def test_words_that_the_encoder_does_not_reach_are_left_out(tiny_encoder: Path, model: JointModel) -> None:
    text = " ".join(["tent"] * 50)
    words = tuple((5 * i, 5 * i + 4) for i in range(50))
    [row] = featurize([Example(text, words)], SubwordTokenizer(tiny_encoder, 12), model)
    assert len(row.shapes) == len(row.tags) == 10


def test_a_message_understood_alone_or_in_a_batch_is_the_same(tiny_encoder: Path, model: JointModel) -> None:
    tokenizer = SubwordTokenizer(tiny_encoder, 32)
    texts = [Example("my tent", ((0, 2), (3, 7))), Example("where is my stove", ((0, 5), (6, 8), (9, 11), (12, 17)))]
    rows = featurize(texts, tokenizer, model)
    assert model.tag_head is not None
    together, alone = Batch.of(rows), Batch.of(rows[:1])
    hidden, vectors = encode(model.encoder, together)
    hidden_alone, vectors_alone = encode(model.encoder, alone)
    scores = model.tag_head(hidden, together.word_of_subword, together.shapes)
    scores_alone = model.tag_head(hidden_alone, alone.word_of_subword, alone.shapes)
    assert torch.allclose(vectors[0], vectors_alone[0], atol=1e-5)
    assert torch.allclose(scores[0, :2], scores_alone[0], atol=1e-5)


def test_only_what_training_changes_is_kept(model: JointModel) -> None:
    names = set(model.trained_state())
    assert "intent_head.prototypes" in names
    assert any(name.startswith("encoder.layers.3.") for name in names)
    assert "intent_head.linear.weight" in names
    assert not any(name.startswith(("encoder.embeddings", "encoder.layers.0.", "pretrained.")) for name in names)
