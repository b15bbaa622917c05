"""How a message sounds, and whether it says that the assistant's last answer missed: learned with the intents and
entities, over the same encoder."""

from __future__ import annotations

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


class ToneHead(nn.Module):
    """Over a sentence's vector: its mood, and whether it is in vain."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.moods = nn.Linear(size, len(MOODS))
        self.in_vain = nn.Linear(size, 1)
        for layer in (self.moods, self.in_vain):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, sentences: Tensor) -> tuple[Tensor, Tensor]:
        """Unit vectors [B, hidden] → logits of the moods [B, moods], in the order of `MOODS`, and of being in vain
        [B]."""
        scaled = SCALE * sentences
        return self.moods(scaled), self.in_vain(scaled)[:, 0]


class ToneLoss:
    """What the head is trained by. Rare labels count for more, by the root of how rare they are."""

    def __init__(self, moods: Tensor, in_vain: Tensor) -> None:
        """Of all examples, [N]: places in `MOODS` or `NO_MOOD`, and 1 for those in vain, else 0."""
        counts = torch.bincount(moods[moods != NO_MOOD], minlength=len(MOODS)).float()
        self._mood_weights = (counts.max() / counts.clamp(min=1)).sqrt() * (counts > 0)
        self._learns_moods = int((counts > 0).sum()) > 1
        found = in_vain.sum()
        self._in_vain_weight = ((len(in_vain) - found) / found.clamp(min=1)).sqrt()
        self._learns_in_vain = bool(found)

    def __call__(self, head: ToneHead, sentences: Tensor, moods: Tensor, in_vain: Tensor) -> Tensor:
        """Of a batch: unit vectors [B, hidden] and their labels [B]."""
        mood_logits, in_vain_logits = head(sentences)
        loss: Tensor = mood_logits.sum() * 0.0
        known = moods != NO_MOOD
        if self._learns_moods and bool(known.any()):
            loss = loss + functional.cross_entropy(
                mood_logits[known], moods[known], weight=self._mood_weights, label_smoothing=SMOOTHING
            )
        if self._learns_in_vain:
            loss = loss + functional.binary_cross_entropy_with_logits(
                in_vain_logits, in_vain.float(), pos_weight=self._in_vain_weight
            )
        return loss


def tone_of(head: ToneHead, sentence: Tensor) -> tuple[dict[str, float], float]:
    """The moods' shares by name and the probability of being in vain, of one unit vector [hidden]."""
    moods, in_vain = head(sentence[None])
    shares = torch.softmax(moods[0], dim=-1).tolist()
    return dict(zip((mood.value for mood in MOODS), shares, strict=True)), float(torch.sigmoid(in_vain[0]))


def number_of(mood: str | None, intent: str | None) -> int:
    """The place in `MOODS` of an example with this label and this intent, or `NO_MOOD`. A label that is none counts
    as missing."""
    if mood is not None:
        return MOODS.index(Mood(mood)) if mood in set(Mood) else NO_MOOD
    return NO_MOOD if intent is None or intent in MOODY else MOODS.index(Mood.CALM)
