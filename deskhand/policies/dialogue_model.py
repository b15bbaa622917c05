"""The TED architecture (Vlasov, Mosig, Nichol, "Dialogue Transformers", arXiv:1910.00486) in PyTorch.

Each turn's features are embedded; a transformer that looks back only reads the turns; the last turn's vector
and every action are embedded into one space, where the similarity to the right action is to be the highest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from deskhand.encoders.threads import one_thread
from deskhand.policies.dialogue_features import Turn


@dataclass(frozen=True)
class PolicyParameters:
    """What a designer may change in `config.yml`, under the same names."""

    epochs: int = 0
    """0: as many as make `dialogue_training.STEPS` batches."""
    batch_size: int = 64
    learning_rate: float = 5e-3
    hidden_size: int = 64
    layers: int = 1
    heads: int = 4
    embedding_size: int = 32
    dropout: float = 0.1
    input_dropout: float = 0.1
    """How often a single feature is hidden in training, so that none is relied on alone."""
    random_seed: int = 42


FIRST_SCALE = 10.0
"""By how much similarities, which are cosines, are multiplied before the softmax. It is learned from here on."""


class Batch(NamedTuple):
    """B dialogues of T turns of up to F features. Padding is at the left, and of row 0."""

    rows: Tensor
    """[B, T, F], the features' rows in the embedding."""
    values: Tensor
    """[B, T, F], 0 where there is no feature."""
    mask: Tensor
    """[B, T], true for turns."""


class Layer(nn.Module):
    """A transformer layer with the norms first, in which `readers` look at `turns`: both may be the same."""

    def __init__(self, width: int, heads: int, dropout: float):
        super().__init__()
        self.heads = heads
        self.attention_norm, self.forward_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.keys_and_values = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.joined = nn.Linear(width, width)
        self.feed_forward = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        self.dropout = nn.Dropout(dropout)

    def forward(self, readers: Tensor, turns: Tensor, seen: Tensor) -> Tensor:
        """`readers` [B, R, W], `turns` [B, T, W], `seen` [B, R, T] true where a reader may look → [B, R, W]."""
        query = self._split(self.query(self.attention_norm(readers)))
        keys, values = map(self._split, self.keys_and_values(self.attention_norm(turns)).chunk(2, dim=-1))
        read = functional.scaled_dot_product_attention(query, keys, values, attn_mask=seen[:, None])
        read = readers + self.dropout(self.joined(read.transpose(1, 2).flatten(2)))
        result: Tensor = read + self.dropout(self.feed_forward(self.forward_norm(read)))
        return result

    def _split(self, vectors: Tensor) -> Tensor:
        """[B, N, W] → [B, heads, N, W / heads]."""
        return vectors.view(*vectors.shape[:2], self.heads, -1).transpose(1, 2)


class DialogueModel(nn.Module):
    """Dialogues → similarities to actions."""

    def __init__(self, features: Sequence[str], actions: int, max_turns: int, parameters: PolicyParameters):
        super().__init__()
        self.features = tuple(features)
        self.max_turns = max_turns
        self._row_of = {name: row for row, name in enumerate(features, start=1)}
        width = parameters.hidden_size
        self.input_dropout = parameters.input_dropout
        self.turn = nn.Embedding(1 + len(features), width)
        self.positions = nn.Embedding(max_turns, width)
        # Small beside the features: when something was said matters less than what.
        nn.init.normal_(self.turn.weight, std=0.5)
        nn.init.normal_(self.positions.weight, std=0.1)
        self.dropout = nn.Dropout(parameters.dropout)
        self.layers = nn.ModuleList(
            Layer(width, parameters.heads, parameters.dropout) for _ in range(parameters.layers)
        )
        self.norm = nn.LayerNorm(width)
        self.dialogue = nn.Linear(width, parameters.embedding_size)
        self.actions = nn.Embedding(actions, parameters.embedding_size)
        self.log_scale = nn.Parameter(torch.tensor(math.log(FIRST_SCALE)))

    def forward(self, batch: Batch) -> Tensor:
        """Scaled similarities of each dialogue to each action, [B, A]."""
        turns = self.dropout(self._embed(batch))
        length = turns.shape[1]
        earlier = torch.ones(length, length, dtype=torch.bool).tril()
        # A padded turn sees itself: a row without anything to look at would come out as not a number.
        seen = (earlier & batch.mask[:, None]) | torch.eye(length, dtype=torch.bool)
        for layer in self.layers[:-1]:
            turns = layer(turns, turns, seen)
        # Only the present turn is asked what comes next.
        present = self.layers[-1](turns[:, -1:], turns, seen[:, -1:])[:, 0]
        dialogue = functional.normalize(self.dialogue(self.norm(present)), dim=-1)
        actions = functional.normalize(self.actions.weight, dim=-1)
        similarities: Tensor = self.log_scale.exp() * dialogue @ actions.T
        return similarities

    def _embed(self, batch: Batch) -> Tensor:
        values = batch.values
        if self.training and self.input_dropout:
            values = values * (torch.rand_like(values) >= self.input_dropout)
        turns = (self.turn(batch.rows) * values[..., None]).sum(dim=2)
        # Counted from the present backwards: what matters is how long ago something was.
        ago = torch.arange(turns.shape[1] - 1, -1, -1)
        embedded: Tensor = turns + self.positions(ago)
        return embedded

    def encode(self, turns: Sequence[Turn]) -> tuple[Tensor, Tensor]:
        """Rows and values [1 + N, F] of turns, after one of padding. What was never seen in training is left out."""
        known = [
            [(self._row_of[name], value) for name, value in turn.items() if name in self._row_of] for turn in turns
        ]
        most = max([1, *map(len, known)])
        rows, values = torch.zeros(1 + len(turns), most, dtype=torch.long), torch.zeros(1 + len(turns), most)
        for place, features in enumerate(known, start=1):
            if features:
                rows[place, : len(features)] = torch.tensor([row for row, _ in features])
                values[place, : len(features)] = torch.tensor([value for _, value in features])
        return rows, values


@one_thread()
@torch.inference_mode()
def action_probabilities(model: DialogueModel, turns: Sequence[Turn]) -> list[float]:
    """How likely each action is to come next."""
    latest = list(turns[-model.max_turns :]) or [{}]
    rows, values = model.encode(latest)
    batch = Batch(rows[None, 1:], values[None, 1:], torch.ones(1, len(latest), dtype=torch.bool))
    shares: list[float] = torch.softmax(model(batch)[0], dim=-1).tolist()
    return shares
