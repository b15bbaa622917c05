from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from torch import nn

from deskhand.encoders.encoder import Encoder, SubwordTokenizer, frozen_copy, load_encoder, pad, pooled
from deskhand.encoders.errors import WeightsError


def ids_and_mask(*rows: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    return pad([torch.tensor(row) for row in rows])


def module(encoder: Encoder) -> nn.Module:
    assert isinstance(encoder, nn.Module)
    return encoder


def test_the_encoder_computes_what_transformers_computes(tiny_encoder: Path) -> None:
    transformers = pytest.importorskip("transformers")
    theirs = transformers.BertModel.from_pretrained(tiny_encoder, local_files_only=True).eval()
    ours = load_encoder(tiny_encoder, frozen_layers=2, dropout=0.1).eval()
    ids, mask = ids_and_mask([2, 5, 6, 7, 3], [2, 9, 3])
    with torch.no_grad():
        expected = theirs(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        found = ours.upper(ours.lower(ids, mask), mask)
    assert torch.allclose(found[mask], expected[mask], atol=1e-5)


def test_padding_changes_nothing(tiny_encoder: Path) -> None:
    encoder = load_encoder(tiny_encoder, frozen_layers=2, dropout=0.1).eval()
    alone = ids_and_mask([2, 9, 3])
    among = ids_and_mask([2, 9, 3], [2, 5, 6, 7, 8, 9, 3])
    one = pooled(encoder.upper(encoder.lower(*alone), alone[1]), alone[1])
    two = pooled(encoder.upper(encoder.lower(*among), among[1]), among[1])
    assert torch.allclose(one[0], two[0], atol=1e-5)


def test_only_the_upper_layers_learn(tiny_encoder: Path) -> None:
    encoder = load_encoder(tiny_encoder, frozen_layers=3, dropout=0.1)
    ids, mask = ids_and_mask([2, 5, 3])
    encoder.upper(encoder.lower(ids, mask), mask).sum().backward()
    learning = {name for name, parameter in encoder.named_parameters() if parameter.grad is not None}
    assert learning
    assert all(name.startswith("layers.3.") for name in learning)


def test_the_frozen_part_is_the_same_in_training_and_in_use(tiny_encoder: Path) -> None:
    encoder = load_encoder(tiny_encoder, frozen_layers=3, dropout=0.5)
    ids, mask = ids_and_mask([2, 5, 6, 3])
    assert torch.equal(encoder.train().lower(ids, mask), encoder.eval().lower(ids, mask))


def test_another_kind_of_encoder_goes_through_transformers(tiny_encoder: Path, tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    shutil.copytree(tiny_encoder, tmp_path, dirs_exist_ok=True)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "hidden_act": "relu"}))
    encoder = load_encoder(tmp_path, frozen_layers=2, dropout=0.1)
    ids, mask = ids_and_mask([2, 5, 6, 3], [2, 3])
    hidden = encoder.upper(encoder.lower(ids, mask), mask)
    assert hidden.shape == (2, 4, encoder.hidden_size)


def test_a_frozen_copy_stays_when_the_encoder_learns_and_shares_what_never_does(tiny_encoder: Path) -> None:
    encoder = load_encoder(tiny_encoder, frozen_layers=2, dropout=0.0)
    copied = frozen_copy(encoder)
    ids, mask = ids_and_mask([2, 5, 6, 3])
    before = copied.upper(copied.lower(ids, mask), mask)
    with torch.no_grad():
        for parameter in module(encoder).parameters():
            parameter.mul_(1.5 if parameter.requires_grad else 1.0)
    assert torch.equal(copied.upper(copied.lower(ids, mask), mask), before)
    assert not torch.equal(encoder.upper(encoder.lower(ids, mask), mask), before)
    assert not any(parameter.requires_grad for parameter in module(copied).parameters())
    own = {id(parameter) for parameter in module(copied).parameters()} - {id(p) for p in module(encoder).parameters()}
    assert len(own) == sum(parameter.requires_grad for parameter in module(encoder).parameters())


def test_weights_that_do_not_fit_their_config_are_an_error_that_names_the_folder(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_encoder, tmp_path, dirs_exist_ok=True)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 9}))
    with pytest.raises(WeightsError, match=str(tmp_path)):
        load_encoder(tmp_path, frozen_layers=2, dropout=0.1)


@pytest.mark.parametrize("text", ["x" * 1_000_000, "hello " * 200_000, "😀" * 300_000])
def test_of_a_very_long_text_only_the_beginning_is_read(tiny_encoder: Path, text: str) -> None:
    [subwords] = SubwordTokenizer(tiny_encoder, max_tokens=32)([text])
    assert 2 <= len(subwords.ids) <= 32


@pytest.mark.parametrize("text", ["", "   ", "\ud83d", "\x00", "👩‍👩‍👧", "ﷺ", "İ"])
def test_any_text_has_subwords(tiny_encoder: Path, text: str) -> None:
    [subwords] = SubwordTokenizer(tiny_encoder, max_tokens=32)([text])
    assert len(subwords.ids) >= 2
    assert all(0 <= start <= end <= len(text) for start, end in subwords.offsets)
