"""How a message sounds, and whether it says that the assistant's last answer missed: learned with the intents and
entities, over the same encoder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from deskhand.conversation.escalation import HIGH_STAKES
from deskhand.conversation.mood import Mood
from deskhand.nlu.minimising import minimise

MOODS = tuple(Mood)
MOODY = frozenset({"complain", "insult", *HIGH_STAKES})
"""Sentences of these intents are of no known mood unless they are labelled; those of all others are calm."""
NO_MOOD = -1
SCALE = 8.0
"""Sentence vectors have the length 1, from which a layer alone takes long to learn to be sure."""
PENALTY = 5e-4
"""Times the squared weights, when the head is fitted at the end."""
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


class ToneLogits(NamedTuple):
    """Of B messages; None for what was not learned."""

    moods: Tensor | None
    """[B, moods], in the order of `MOODS`."""
    in_vain: Tensor | None
    """[B]"""


class ToneHead(nn.Module):
    """Over a sentence's vector: its mood, and whether it is in vain. Either is missing when nothing was to learn.

    While the encoder learns, the trained encoder's vector alone is looked at; `fit` then weighs it anew together with
    the vectors of the encoder as it was before, which has not learned to hear nothing but intents.
    """

    def __init__(self, size: int, pretrained_size: int, tones: Tones) -> None:
        """The sizes are those of a sentence's vector from the trained encoder and of its `pretrained_vectors`."""
        super().__init__()
        self.moods = _zeroed(nn.Linear(size + pretrained_size, len(MOODS))) if tones.moods else None
        self.in_vain = _zeroed(nn.Linear(size + pretrained_size, 1)) if tones.in_vain else None

    def forward(self, sentences: Tensor, pretrained: Tensor | None = None) -> ToneLogits:
        """Unit vectors [B, hidden] and [B, pretrained] of B messages; without the second only the first count."""
        known = sentences if pretrained is None else torch.cat([sentences, pretrained], dim=-1)
        moods, in_vain = (
            None if layer is None else functional.linear(SCALE * known, layer.weight[:, : known.shape[1]], layer.bias)
            for layer in (self.moods, self.in_vain)
        )
        return ToneLogits(moods, None if in_vain is None else in_vain[:, 0])


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

    def __call__(self, logits: ToneLogits, moods: Tensor, in_vain: Tensor) -> Tensor:
        """Of B messages with these labels, [B]; 0 where nothing of them is known."""
        losses = [torch.zeros(())]
        known = moods != NO_MOOD
        if logits.moods is not None and bool(known.any()):
            losses.append(
                functional.cross_entropy(
                    logits.moods[known], moods[known], weight=self._mood_weights, label_smoothing=SMOOTHING
                )
            )
        if logits.in_vain is not None:
            losses.append(
                functional.binary_cross_entropy_with_logits(
                    logits.in_vain, in_vain.float(), pos_weight=self._in_vain_weight
                )
            )
        return torch.stack(losses).sum()


def fit(head: ToneHead, sentences: Tensor, pretrained: Tensor, moods: Tensor, in_vain: Tensor) -> None:
    """Logistic regression over all of both vectors of N messages, [N, hidden] and [N, pretrained]. Labels [N] as of
    `ToneLoss`."""
    weights = [parameter for parameter in head.parameters() if parameter.dim() > 1]
    if not weights:
        return
    tone = ToneLoss(moods, in_vain)

    def loss_of() -> Tensor:
        penalty = torch.stack([weight.square().sum() for weight in weights]).sum()
        return tone(head(sentences, pretrained), moods, in_vain) + PENALTY * penalty

    minimise(loss_of, head.parameters(), most_rounds=150)


def tone_of(logits: ToneLogits) -> tuple[dict[str, float], float | None]:
    """The moods' shares by name and the probability of being in vain, of one message; empty and None where nothing of
    it was learned."""
    shares = {}
    if logits.moods is not None:
        shares = dict(zip(map(str, MOODS), torch.softmax(logits.moods[0], dim=-1).tolist(), strict=True))
    return shares, None if logits.in_vain is None else float(torch.sigmoid(logits.in_vain[0]))


def number_of(mood: str | None, intent: str | None) -> int:
    """The place in `MOODS` of an example with this label and this intent, or `NO_MOOD`. A label that is none counts
    as missing."""
    if mood is not None:
        return MOODS.index(Mood(mood)) if mood in set(Mood) else NO_MOOD
    return NO_MOOD if intent is None or intent in MOODY else MOODS.index(Mood.CALM)
