"""BERT's forward pass in plain PyTorch, cut in two: a frozen lower part and a trained upper part.

Written out, and not taken from `transformers`, because importing that takes 3.4 s and 100 MB at every start,
and because the cut lets training compute the lower part once. Parameters carry Hugging Face's names, so that
the safetensors files of any BERT load as they are. `encoder.py` falls back to `transformers` for other kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class BertShape:
    """The numbers of a BERT, as its `config.json` has them."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int
    type_vocab_size: int
    layer_norm_eps: float

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Raises `KeyError` when a number is missing."""
        return cls(**{name: config[name] for name in cls.__dataclass_fields__})


class Embeddings(nn.Module):
    """Words, positions and segments, summed and normalised."""

    def __init__(self, shape: BertShape) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(shape.vocab_size, shape.hidden_size)
        self.position_embeddings = nn.Embedding(shape.max_position_embeddings, shape.hidden_size)
        self.token_type_embeddings = nn.Embedding(shape.type_vocab_size, shape.hidden_size)
        self.LayerNorm = nn.LayerNorm(shape.hidden_size, eps=shape.layer_norm_eps)

    def forward(self, ids: Tensor) -> Tensor:
        """`ids` [batch, length] → [batch, length, hidden]."""
        positions = self.position_embeddings.weight[: ids.shape[1]]
        summed = self.word_embeddings(ids) + positions + self.token_type_embeddings.weight[0]
        normalised: Tensor = self.LayerNorm(summed)
        return normalised


class Layer(nn.Module):
    """One transformer layer: attention, then a feed-forward network, each with a residual and a norm."""

    def __init__(self, shape: BertShape, dropout: float) -> None:
        super().__init__()
        size = shape.hidden_size
        self.heads = shape.num_attention_heads
        self.dropout = dropout
        self.query = nn.Linear(size, size)
        self.key = nn.Linear(size, size)
        self.value = nn.Linear(size, size)
        self.all_three: nn.Module | None = None
        """Query, key and value at once, in the place of the three: for serving."""
        self.attention_output = nn.Linear(size, size)
        self.attention_norm = nn.LayerNorm(size, eps=shape.layer_norm_eps)
        self.intermediate = nn.Linear(size, shape.intermediate_size)
        self.output = nn.Linear(shape.intermediate_size, size)
        self.output_norm = nn.LayerNorm(size, eps=shape.layer_norm_eps)

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        """`hidden` [batch, length, size]; `mask` [batch, 1, 1, length], true where there is a token."""
        batch, length, size = hidden.shape
        heads = (batch, length, self.heads, size // self.heads)
        query, key, value = (projected.view(heads).transpose(1, 2) for projected in self._projected(hidden))
        rate = self.dropout if self.training else 0.0
        # Without dropout here PyTorch has a faster way, and learns no worse.
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        mixed = self.attention_output(mixed.transpose(1, 2).reshape(batch, length, size))
        hidden = self.attention_norm(hidden + functional.dropout(mixed, rate, self.training))
        wide = functional.gelu(self.intermediate(hidden))
        narrow = functional.dropout(self.output(wide), rate, self.training)
        normalised: Tensor = self.output_norm(hidden + narrow)
        return normalised

    def _projected(self, hidden: Tensor) -> tuple[Tensor, ...]:
        if self.all_three is None:
            return self.query(hidden), self.key(hidden), self.value(hidden)
        together: Tensor = self.all_three(hidden)
        return together.chunk(3, dim=-1)


class Bert(nn.Module):
    """A BERT encoder whose first `frozen_layers` layers and embeddings take no gradient."""

    def __init__(self, shape: BertShape, frozen_layers: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.embeddings = Embeddings(shape)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.num_hidden_layers))
        self.frozen_layers = min(frozen_layers, shape.num_hidden_layers)
        self.embeddings.requires_grad_(False)
        for layer in self.layers[: self.frozen_layers]:
            layer.requires_grad_(False)

    @torch.no_grad()
    def lower(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The frozen part. `ids` and `mask` [batch, length] → [batch, length, hidden]. Without dropout, so
        that the result can be kept and used again."""
        attention = _attention_mask(mask)
        hidden: Tensor = self.embeddings(ids)
        frozen = self.layers[: self.frozen_layers]
        if self.training:
            frozen.eval()
        for layer in frozen:
            hidden = layer(hidden, attention)
        if self.training:
            frozen.train()
        return hidden

    def upper(self, states: Tensor, mask: Tensor) -> Tensor:
        """The trained part, from what `lower` gave. [batch, length, hidden] → the same shape."""
        attention = _attention_mask(mask)
        hidden = states
        for layer in self.layers[self.frozen_layers :]:
            hidden = layer(hidden, attention)
        return hidden


def _attention_mask(mask: Tensor) -> Tensor | None:
    # No mask at all where nothing is padded: attention is faster then, as it is when serving one message.
    return None if bool(mask.all()) else mask[:, None, None, :].bool()


_LAYER_NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "attention_output": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "intermediate": "intermediate.dense",
    "output": "output.dense",
    "output_norm": "output.LayerNorm",
}


def _new_name(name: str) -> str:
    """The first BERTs, converted from TensorFlow, have its names in their norms."""
    return name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")


def load_hugging_face_tensors(model: Bert, tensors: Mapping[str, Tensor]) -> None:
    """Fills `model` from the tensors of a Hugging Face BERT, with or without the prefix `bert.`.

    Raises `KeyError` when one is missing, `RuntimeError` when one has another shape.
    """
    tensors = {_new_name(name): tensor for name, tensor in tensors.items()}
    prefix = "bert." if any(name.startswith("bert.") for name in tensors) else ""
    state = {}
    for name in model.state_dict():
        part, _, rest = name.partition(".")
        if part == "layers":
            number, ours, tensor = rest.split(".")
            theirs = f"encoder.layer.{number}.{_LAYER_NAMES[ours]}.{tensor}"
        else:
            theirs = name
        state[name] = tensors[prefix + theirs]
    model.load_state_dict(state)
