"""The TED architecture (Vlasov, Mosig, Nichol, "Dialogue Transformers", arXiv:1910.00486) in PyTorch.

Each turn's features are embedded; a transformer that looks back only reads the turns; the last turn's vector
and every action are embedded into one space, where the similarity to the right action is to be the highest.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from deskhand.nlu.threads import one_thread

logger = logging.getLogger(__name__)

Turn = Mapping[str, NDArray[np.float32]]
"""One state of a dialogue: for each attribute (intent, slots, active_loop …) its features [size]."""


@dataclass(frozen=True)
class PolicyParameters:
    """What a designer may change in `config.yml`, under the same names."""

    epochs: int = 0
    """0: as many as make `STEPS` batches."""
    batch_size: int = 64
    learning_rate: float = 2e-3
    hidden_size: int = 128
    layers: int = 1
    heads: int = 4
    embedding_size: int = 32
    dropout: float = 0.1
    input_dropout: float = 0.2
    """How often a single feature is hidden in training, so that none is relied on alone."""
    random_seed: int = 42


STEPS = 1500
LEAST_EPOCHS, MOST_EPOCHS = 5, 200
SIMILARITY_SCALE = 10.0


class DialogueModel(nn.Module):
    """Dialogues → similarities to actions. B dialogues, T turns, F features, A actions."""

    def __init__(self, sizes: Mapping[str, int], actions: int, max_turns: int, parameters: PolicyParameters):
        super().__init__()
        self.sizes = dict(sorted(sizes.items()))
        self.max_turns = max_turns
        width = parameters.hidden_size
        self.input_dropout = nn.Dropout(parameters.input_dropout)
        self.turn = nn.Linear(sum(self.sizes.values()), width)
        self.positions = nn.Embedding(max_turns, width)
        layer = nn.TransformerEncoderLayer(
            width,
            parameters.heads,
            dim_feedforward=2 * width,
            dropout=parameters.dropout,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        self.turns = nn.TransformerEncoder(layer, parameters.layers, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(width)
        self.dialogue = nn.Linear(width, parameters.embedding_size)
        self.actions = nn.Embedding(actions, parameters.embedding_size)

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """`features` [B, T, F] with the last turn at the right end, `mask` [B, T] true for turns → [B, A]."""
        turns = features.shape[1]
        # Counted from the present backwards: what matters is how long ago something was.
        ago = torch.arange(turns - 1, -1, -1)
        hidden = self.turn(self.input_dropout(features)) + self.positions(ago)
        later = torch.triu(torch.ones(turns, turns, dtype=torch.bool), diagonal=1)
        # A padded turn sees itself: a row without anything to attend to would come out as not a number.
        itself = torch.eye(turns, dtype=torch.bool)
        hidden_turns = (~mask)[:, None, :] & ~itself
        blocked = (later | hidden_turns).repeat_interleave(self.turns.layers[0].self_attn.num_heads, dim=0)
        read = self.norm(self.turns(hidden, mask=blocked)[:, -1])
        dialogue = functional.normalize(self.dialogue(read), dim=-1)
        actions = functional.normalize(self.actions.weight, dim=-1)
        return SIMILARITY_SCALE * dialogue @ actions.T

    def batch(self, dialogues: Sequence[Sequence[Turn]]) -> tuple[Tensor, Tensor]:
        """Padded features [B, T, F] and mask [B, T]. What was never seen in training is left out."""
        longest = min(self.max_turns, max(max(len(turns) for turns in dialogues), 1))
        features = torch.zeros(len(dialogues), longest, sum(self.sizes.values()))
        mask = torch.zeros(len(dialogues), longest, dtype=torch.bool)
        for row, turns in enumerate(dialogues):
            for place, turn in enumerate(reversed(turns[-longest:])):
                features[row, longest - 1 - place] = self._vector(turn)
                mask[row, longest - 1 - place] = True
        return features, mask

    def _vector(self, turn: Turn) -> Tensor:
        parts = [
            torch.from_numpy(turn[name]) if name in turn else torch.zeros(size) for name, size in self.sizes.items()
        ]
        return torch.cat(parts) if parts else torch.zeros(0)


def feature_sizes(dialogues: Sequence[Sequence[Turn]]) -> dict[str, int]:
    """The length of each attribute's features."""
    return {name: len(values) for turns in dialogues for turn in turns for name, values in turn.items()}


def train_dialogue_model(
    dialogues: Sequence[Sequence[Turn]], actions: Sequence[int], count: int, parameters: PolicyParameters
) -> DialogueModel:
    """Learns which of `count` actions follows each dialogue. At least one dialogue is needed. The same input
    gives the same model."""
    with one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(parameters.random_seed)
        longest = max(len(turns) for turns in dialogues)
        model = DialogueModel(feature_sizes(dialogues), count, max(longest, 1), parameters)
        features, mask = model.batch(dialogues)
        _fit(model, features, mask, torch.tensor(actions), parameters)
    return model.eval()


def _fit(model: DialogueModel, features: Tensor, mask: Tensor, gold: Tensor, parameters: PolicyParameters) -> None:
    per_epoch = -(-len(gold) // parameters.batch_size)
    epochs = parameters.epochs or max(LEAST_EPOCHS, min(MOST_EPOCHS, STEPS // per_epoch))
    optimizer = torch.optim.AdamW(model.parameters(), lr=parameters.learning_rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, parameters.learning_rate, total_steps=epochs * per_epoch)
    model.train()
    with tqdm(total=epochs * per_epoch, desc="Learning dialogues", unit="batch", leave=False) as progress:
        for _ in range(epochs):
            for rows in torch.split(torch.randperm(len(gold)), parameters.batch_size):
                loss = functional.cross_entropy(model(features[rows], mask[rows]), gold[rows])
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                progress.update()


@one_thread()
@torch.inference_mode()
def action_probabilities(model: DialogueModel, turns: Sequence[Turn]) -> list[float]:
    """How likely each action is to come next."""
    features, mask = model.batch([turns])
    shares: list[float] = torch.softmax(model(features, mask)[0], dim=-1).tolist()
    return shares
