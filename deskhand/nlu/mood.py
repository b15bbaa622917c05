"""How a message sounds, and whether it says that the assistant's last answer missed: learned with the intents and
entities, over the same encoder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from deskhand.conversation.escalation import HIGH_STAKES
from deskhand.conversation.mood import Mood

MOODS = tuple(Mood)
MOODY = frozenset({"complain", "insult", *HIGH_STAKES})
"""Sentences of these intents are of no known mood unless they are labelled; those of all others are calm."""
NO_MOOD = -1
SCALE = 8.0
"""Sentence vectors have the length 1, from which a layer alone takes long to learn to be sure."""
SMOOTHING = 0.05
"""What sounds annoyed to one reader sounds angry to another."""


@dataclass(frozen=True)
class Tones:
    """What of a message's tone there are examples to learn from."""

    moods: bool = False
    in_vain: bool = False

    @classmethod
    def of(cls, moods: Iterable[int], in_vain: Iterable[bool]) -> Tones:
        """From all examples: their places in `MOODS` or `NO_MOOD`, and whether they are in vain."""
        return cls(moods=len(set(moods) - {NO_MOOD}) > 1, in_vain=any(in_vain))


NO_TONES = Tones()


class ToneHead(nn.Module):
    """Over a sentence's vector: its mood, and whether it is in vain. Either is missing when nothing was to learn."""

    def __init__(self, size: int, tones: Tones) -> None:
        super().__init__()
        self.moods = _zeroed(nn.Linear(size, len(MOODS))) if tones.moods else None
        self.in_vain = _zeroed(nn.Linear(size, 1)) if tones.in_vain else None

    def forward(self, sentences: Tensor) -> tuple[Tensor | None, Tensor | None]:
        """Unit vectors [B, hidden] → logits of the moods [B, moods], in the order of `MOODS`, and of being in vain
        [B]."""
        scaled = SCALE * sentences
        return (
            None if self.moods is None else self.moods(scaled),
            None if self.in_vain is None else self.in_vain(scaled)[:, 0],
        )


def _zeroed(layer: nn.Linear) -> nn.Linear:
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


class ToneLoss:
    """What the head is trained by. Rare labels count for more, by the root of how rare they are."""

    def __init__(self, moods: Tensor, in_vain: Tensor) -> None:
        """Of all examples, [N]: places in `MOODS` or `NO_MOOD`, and 1 for those in vain, else 0."""
        counts = torch.bincount(moods[moods != NO_MOOD], minlength=len(MOODS)).float()
        self._mood_weights = (counts.max() / counts.clamp(min=1)).sqrt() * (counts > 0)
        found = in_vain.sum()
        self._in_vain_weight = ((len(in_vain) - found) / found.clamp(min=1)).sqrt()

    def __call__(self, head: ToneHead, sentences: Tensor, moods: Tensor, in_vain: Tensor) -> Tensor:
        """Of a batch: unit vectors [B, hidden] and their labels [B]."""
        mood_logits, in_vain_logits = head(sentences)
        loss: Tensor = sentences.sum() * 0.0
        known = moods != NO_MOOD
        if mood_logits is not None and bool(known.any()):
            loss = loss + functional.cross_entropy(
                mood_logits[known], moods[known], weight=self._mood_weights, label_smoothing=SMOOTHING
            )
        if in_vain_logits is not None:
            loss = loss + functional.binary_cross_entropy_with_logits(
                in_vain_logits, in_vain.float(), pos_weight=self._in_vain_weight
            )
        return loss


def tone_of(head: ToneHead, sentence: Tensor) -> tuple[dict[str, float], float | None]:
    """The moods' shares by name and the probability of being in vain, of one unit vector [hidden]; empty and None where
    nothing of it was learned."""
    moods, in_vain = head(sentence[None])
    shares = {} if moods is None else dict(zip(map(str, MOODS), torch.softmax(moods[0], dim=-1).tolist(), strict=True))
    return shares, None if in_vain is None else float(torch.sigmoid(in_vain[0]))


def number_of(mood: str | None, intent: str | None) -> int:
    """The place in `MOODS` of an example with this label and this intent, or `NO_MOOD`. A label that is none counts
    as missing."""
    if mood is not None:
        return MOODS.index(Mood(mood)) if mood in set(Mood) else NO_MOOD
    return NO_MOOD if intent is None or intent in MOODY else MOODS.index(Mood.CALM)
