"""Any Hugging Face encoder folder can be configured: each kind learns, is stored and read again; what cannot be used
is refused with what is wrong and what to do."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from deskhand.encoders.encoder import Encoder, SubwordTokenizer, load_encoder, pooled
from deskhand.encoders.errors import WeightsError
from deskhand.encoders.weights import find_weights
from deskhand.nlu import persistence
from deskhand.nlu.errors import ModelFilesError
from deskhand.nlu.joint_model import Example, JointModel, featurize
from deskhand.nlu.tags import Label, LabelledSpan, TagScheme
from deskhand.nlu.training import Hyperparameters, train
from deskhand.nlu.understanding import understand
from tests.nlu import hugging_face
from tests.nlu.conftest import words_of

pytestmark = pytest.mark.slow

TEXTS = (
    "hi 👍, from York to İstanbul!",
    "Zu\u0308rich–Leeds, 'café' 👩‍👩‍👧 don't",
    "من لندن إلى York",
    "a   b\u200bc \u00adsoft  İİİ end",
)


def words(text: str) -> tuple[tuple[int, int], ...]:
    """Words and single marks, as spaCy cuts."""
    return tuple(match.span() for match in re.finditer(r"[\w\u0300-\u036f]+|[^\w\s]", text))


def journey(start: str, end: str) -> Example:
    text = f"from {start} to {end}"
    cities = tuple(
        LabelledSpan(text.index(name), text.index(name) + len(name), Label("city", role))
        for name, role in ((start, "from"), (end, "to"))
    )
    return Example(text, words(text), "travel", cities)


EXAMPLES = [
    *(journey(start, end) for start in ("Leeds", "York", "Zürich") for end in ("İstanbul", "Bath")),
    *(Example(text, words(text), "greet") for text in ("hello", "hi", "good morning", "hi, hello!")),
]


@pytest.fixture(scope="module", params=hugging_face.KINDS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hugging_face.write(request.param, tmp_path_factory.mktemp("encoders") / request.param)


@pytest.fixture
def roberta(tmp_path: Path) -> Path:
    return hugging_face.write("roberta", tmp_path / "roberta")


def parameters(folder: Path, **more: Any) -> Hyperparameters:
    settings: dict[str, Any] = {"epochs": 25, "batch_size": 8, "frozen_layers": 1, "learning_rate": 1e-3, **more}
    return Hyperparameters(weights=str(folder), **settings)


def module(encoder: Encoder) -> torch.nn.Module:
    """Every encoder is one, too."""
    assert isinstance(encoder, torch.nn.Module)
    return encoder


def test_it_learns_and_understands_the_same_after_loading(folder: Path, tmp_path: Path) -> None:
    trained = train(EXAMPLES, parameters(folder))
    persistence.save(trained, tmp_path)
    loaded = persistence.load(tmp_path)
    for example in EXAMPLES:
        found = understand(loaded, example.text, example.words)
        assert found == understand(trained, example.text, example.words)
        assert found.ranking[0][0] == example.intent
        assert {(entity.start, entity.end) for entity in found.entities} <= set(example.words)


@pytest.mark.parametrize("text", TEXTS)
def test_subwords_belong_to_the_word_that_they_begin_in(folder: Path, text: str) -> None:
    model = JointModel(load_encoder(folder, 1, 0.1), ["greet"], TagScheme([Label("city")]))
    tokenizer = SubwordTokenizer(folder, 60)
    [row] = featurize([Example(text, words(text))], tokenizer, model)
    [subwords] = tokenizer([text])
    pairs = [(number, offsets) for number, offsets in zip(row.word_of_subword.tolist(), subwords.offsets, strict=True)]
    spans = words(text)
    for number, (start, end) in pairs:
        if number:
            assert spans[number - 1][0] < end
            assert start < spans[number - 1][1]
    starts = [s + len(text[s:e]) - len(text[s:e].lstrip()) for _, (s, e) in pairs if e > s]
    # A sub-word that begins in a word belongs to it. (One that covers several words belongs to the first.)
    begun = {i + 1 for i, (start, end) in enumerate(spans) if any(start <= s < end for s in starts)}
    assert begun == {number for number, _ in pairs} - {0}
    assert len(begun) >= 3


def test_texts_longer_than_its_positions_are_cut(folder: Path) -> None:
    encoder = load_encoder(folder, 1, 0.1)
    [subwords] = SubwordTokenizer(folder, 500)(["from York to Leeds " * 100])
    ids = torch.tensor([subwords.ids])
    assert encoder.upper(encoder.lower(ids, ids >= 0), ids >= 0).isfinite().all()
    assert hugging_face.POSITIONS - 2 <= len(subwords.ids) <= hugging_face.POSITIONS


def test_frozen_layers_do_not_learn_and_others_do(folder: Path) -> None:
    before = module(load_encoder(folder, 1, 0.1)).state_dict()
    after = module(train(EXAMPLES, parameters(folder, epochs=2)).model.encoder).state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert not any("word_embeddings" in name or "tok_embeddings" in name for name in changed)


def test_weights_in_half_precision_or_with_a_head_are_used(roberta: Path) -> None:
    tensors = {f"roberta.{name}": tensor.half() for name, tensor in load_file(roberta / "model.safetensors").items()}
    save_file({**tensors, "lm_head.bias": torch.zeros(3)}, roberta / "model.safetensors", {"format": "pt"})
    assert {tensor.dtype for tensor in module(load_encoder(roberta, 1, 0.1)).parameters()} == {torch.float32}


def test_the_norms_of_the_first_berts_are_read(tiny_encoder: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_encoder, tmp_path, dirs_exist_ok=True)
    old = {
        re.sub("LayerNorm.weight$", "LayerNorm.gamma", re.sub("LayerNorm.bias$", "LayerNorm.beta", name)): tensor
        for name, tensor in load_file(tmp_path / "model.safetensors").items()
    }
    save_file(old, tmp_path / "model.safetensors")
    new, read = load_encoder(tiny_encoder, 1, 0.1), load_encoder(tmp_path, 1, 0.1)
    ids = torch.tensor([[2, 5, 6, 3]])
    assert torch.equal(new.lower(ids, ids > 0), read.lower(ids, ids > 0))


@pytest.mark.parametrize(
    ("pooling", "first"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, True),
        ({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}, False),
        ({"pooling_mode": "cls", "include_prompt": True}, True),
        ({"pooling_mode": "mean"}, False),
    ],
)
def test_the_pooling_that_the_encoder_was_trained_with_is_used(
    tiny_encoder: Path, tmp_path: Path, pooling: dict[str, object], first: bool
) -> None:
    folder = with_pooling(tiny_encoder, tmp_path, pooling)
    encoder = load_encoder(folder, 1, 0.1)
    assert encoder.first_token_is_sentence == first
    hidden = torch.randn(2, 4, 8)
    vectors = pooled(hidden, torch.ones(2, 4, dtype=torch.bool), encoder.first_token_is_sentence)
    expected = hidden[:, 0] if first else hidden.mean(1)
    assert torch.allclose(vectors, torch.nn.functional.normalize(expected, dim=-1))


def test_a_pooling_that_we_do_not_have_is_refused(tiny_encoder: Path, tmp_path: Path) -> None:
    folder = with_pooling(tiny_encoder, tmp_path, {"pooling_mode_max_tokens": True, "pooling_mode_cls_token": False})
    with pytest.raises(WeightsError, match="max_tokens"):
        load_encoder(folder, 1, 0.1)


def with_pooling(encoder: Path, folder: Path, pooling: dict[str, object]) -> Path:
    shutil.copytree(encoder, folder, dirs_exist_ok=True)
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling/config.json").write_text(json.dumps(pooling), encoding="utf-8")
    return folder


def only_a_pickle(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def only_shards(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    (folder / "model.safetensors.index.json").write_text("{}", encoding="utf-8")


def only_a_slow_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.json").write_text("{}", encoding="utf-8")


def cut_off(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


def without_a_layer(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    kept = {name: tensor for name, tensor in tensors.items() if ".layer.3." not in name}
    save_file(kept, folder / "model.safetensors", {"format": "pt"})


def with_parts_that_nobody_computes(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    relative = {"encoder.layer.0.attention.self.distance_embedding.weight": torch.zeros(4, 4)}
    save_file(tensors | relative, folder / "model.safetensors", {"format": "pt"})


def broken_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")


def broken_config(folder: Path) -> None:
    (folder / "config.json").write_text("{", encoding="utf-8")


def with_code_of_its_own(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "mine", "auto_map": {"AutoModel": "mine.Mine"}}')
    (folder / "mine.py").write_text("raise SystemExit('it ran')", encoding="utf-8")


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (only_a_pickle, "any code when it is read.*AutoModel"),
        (only_shards, "several files.*AutoModel"),
        (only_a_slow_tokenizer, r"No tokenizer\.json.*AutoTokenizer"),
        (cut_off, "SafetensorError.*copy the folder anew"),
        (without_a_layer, r"missing.*layer\.3"),
        (with_parts_that_nobody_computes, "distance_embedding"),
        (broken_tokenizer, r"tokenizer\.json .*cannot be read"),
        (broken_config, r"config\.json"),
        (with_code_of_its_own, "mine"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused_with_what_to_do(
    roberta: Path, break_it: Callable[[Path], None], said: str
) -> None:
    break_it(roberta)
    with pytest.raises(WeightsError, match=said) as caught:
        train(EXAMPLES, parameters(roberta))
    assert str(roberta) in str(caught.value)


def test_a_folder_that_moved_after_training_is_named(roberta: Path, tmp_path: Path) -> None:
    (stored := tmp_path / "model").mkdir()
    persistence.save(train(EXAMPLES, parameters(roberta, epochs=1)), stored)
    roberta.rename(tmp_path / "elsewhere")
    with pytest.raises(WeightsError, match=str(roberta)):
        persistence.load(stored)


def test_a_tokenizer_that_changed_after_training_is_noticed(roberta: Path, tmp_path: Path) -> None:
    (stored := tmp_path / "model").mkdir()
    persistence.save(train(EXAMPLES, parameters(roberta, epochs=1)), stored)
    hugging_face.unigram().save(str(roberta / "tokenizer.json"))
    with pytest.raises(ModelFilesError, match="rasa train"):
        persistence.load(stored)


def test_the_same_folder_is_the_same_weights(roberta: Path) -> None:
    assert find_weights(str(roberta)) == find_weights(str(roberta))
    assert understand(train(EXAMPLES[:3], parameters(roberta, epochs=1)), "hi", words_of("hi")).ranking
