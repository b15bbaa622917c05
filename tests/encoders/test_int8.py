"""Serving in 8 bits, with the real encoder."""

from __future__ import annotations

import pytest
import torch

from deskhand.encoders import int8
from deskhand.encoders.bert import Bert, Layer
from deskhand.encoders.encoder import Encoder, SubwordTokenizer, load_encoder, pooled
from deskhand.encoders.weights import DEFAULT_WEIGHTS, find_weights

TEXTS = ("where is my order FW-204518", "reset my password", "👍", "ich möchte mein Geld zurück " * 12)

pytestmark = pytest.mark.skipif(
    "x86" not in torch.backends.quantized.supported_engines, reason="this CPU is served in 32-bit floats"
)


def encoder() -> Encoder:
    loaded = load_encoder(find_weights(DEFAULT_WEIGHTS).folder, frozen_layers=3, dropout=0.0)
    assert isinstance(loaded, Bert)
    loaded.eval()
    return loaded


@torch.inference_mode()
def vector(encoder: Encoder, text: str) -> torch.Tensor:
    ids = torch.tensor([SubwordTokenizer(find_weights(DEFAULT_WEIGHTS).folder, 128)([text])[0].ids])
    mask = torch.ones_like(ids, dtype=torch.bool)
    return pooled(encoder.upper(encoder.lower(ids, mask), mask), mask)[0]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_keeps_its_meaning(text: str) -> None:
    exact, rounded = encoder(), encoder()
    int8.quantize(rounded)
    before, after = vector(exact, text), vector(rounded, text)
    assert float(before @ after) > 0.98
    assert not torch.equal(before, after)


def test_the_layers_hold_no_32_bit_weights_any_more() -> None:
    rounded = encoder()
    int8.quantize(rounded)
    assert isinstance(rounded, Bert)
    assert {parameter.ndim for parameter in rounded.layers.parameters()} == {1}, "the norms, which stay exact"


@torch.inference_mode()
def test_three_maps_at_once_are_the_three_one_after_the_other() -> None:
    exact, rounded = encoder(), encoder()
    int8.quantize(rounded)
    assert isinstance(exact, Bert)
    assert isinstance(rounded, Bert)
    before, after = exact.layers[0], rounded.layers[0]
    assert isinstance(before, Layer)
    assert isinstance(after, Layer)
    assert after.all_three is not None
    inputs = torch.randn(1, 5, exact.hidden_size)
    apart = [int8.Int8Linear(linear)(inputs) for linear in (before.query, before.key, before.value)]
    assert torch.equal(after.all_three(inputs), torch.cat(apart, dim=-1))


def test_a_row_of_zeros_stays_zero() -> None:
    linear = torch.nn.Linear(8, 4)
    torch.nn.init.zeros_(linear.weight)
    assert torch.allclose(int8.Int8Linear(linear)(torch.randn(3, 8)), linear.bias.expand(3, 4))


def test_an_encoder_of_another_kind_stays_as_it_is() -> None:
    class Other(torch.nn.Module):
        hidden_size, first_token_is_sentence = 4, False

        def __init__(self) -> None:
            super().__init__()
            self.linear = torch.nn.Linear(4, 4)

        def lower(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            return ids

        def upper(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            return states

    other = Other()
    int8.quantize(other)
    assert isinstance(other.linear, torch.nn.Linear)
