"""How a message sounds: multinomial logistic regression over the encoder as it was before training.

Fine-tuning for intents forgets tone; the vectors from before keep it (see `joint_model.pretrained_vectors`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from deskhand.conversation.escalation import HIGH_STAKES
from deskhand.conversation.mood import Mood

MOODS = tuple(Mood)
MOODY = frozenset({"complain", "insult", *HIGH_STAKES})
"""Sentences of these intents are of no known mood unless they are labelled; those of all others are calm."""
INVERSE_PENALTY = 30.0
"""As scikit-learn counts it."""
MOST_WEIGHT = 12.0
"""Rare moods count for more, but a dozen examples must not outweigh hundreds."""
FILE = "mood.safetensors"
NO_MOOD = -1


class MoodHead(nn.Module):
    """[N, vector] → [N, moods], in the order of `MOODS`."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.linear = nn.Linear(size, len(MOODS))

    def forward(self, vectors: Tensor) -> Tensor:
        """Probabilities."""
        return torch.softmax(self.linear(vectors), dim=-1)

    def shares(self, vector: Tensor) -> dict[str, float]:
        """Of one message, whose vector is [vector]."""
        with torch.inference_mode():
            return dict(zip((mood.value for mood in MOODS), self(vector[None])[0].tolist(), strict=True))


def number_of(mood: str | None, intent: str | None) -> int:
    """The place in `MOODS` of an example with this label and this intent, or `NO_MOOD`. A label that is none counts
    as missing."""
    if mood is not None:
        return MOODS.index(Mood(mood)) if mood in set(Mood) else NO_MOOD
    return NO_MOOD if intent is None or intent in MOODY else MOODS.index(Mood.CALM)


def fit(vectors: Tensor, gold: Sequence[int]) -> MoodHead | None:
    """Learns from vectors [N, size] and places in `MOODS`; None when there is nothing to tell apart."""
    labels = torch.tensor(gold)
    known = labels != NO_MOOD
    vectors, labels = vectors[known].clone(), labels[known]
    counts = torch.bincount(labels, minlength=len(MOODS)).float()
    if int((counts > 0).sum()) < 2:
        return None
    weights = (counts.max() / counts.clamp(min=1)).clamp(max=MOST_WEIGHT) * (counts > 0)
    head = MoodHead(vectors.shape[1])
    nn.init.zeros_(head.linear.weight)
    nn.init.zeros_(head.linear.bias)
    optimizer = torch.optim.LBFGS(head.parameters(), max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        penalty = head.linear.weight.square().sum() / (2 * INVERSE_PENALTY * len(labels))
        loss = functional.cross_entropy(head.linear(vectors), labels, weight=weights) + penalty
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]  # likewise
    return head.eval()


def save(head: MoodHead, folder: Path) -> None:
    """Writes the head into an existing folder."""
    save_file({name: tensor.contiguous() for name, tensor in head.state_dict().items()}, folder / FILE)


def load(folder: Path) -> MoodHead | None:
    """The head that `save` wrote; None when there was none to learn. Raises `OSError`, `SafetensorError`, `KeyError`
    or `RuntimeError` for a file that is not what it should be."""
    if not (folder / FILE).exists():
        return None
    tensors = load_file(folder / FILE)
    head = MoodHead(tensors["linear.weight"].shape[1])
    head.load_state_dict(tensors)
    return head.eval()
