"""How the customer feels, over a conversation and not by one word. Pure: what reads a message is in `deskhand.nlu`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Mood(StrEnum):
    """What a message sounds like. The values are stored and shown in the desk."""

    CALM = "calm"
    ANNOYED = "annoyed"
    """Put out, swearing at a thing, sarcastic in passing: the assistant goes on."""
    ANGRY = "angry"
    """At the business or the assistant."""
    DISTRESSED = "distressed"


@dataclass(frozen=True)
class Feeling:
    """What one message sounds like: shares from 0 to 1, of which the rest is calm."""

    annoyed: float = 0.0
    angry: float = 0.0
    distressed: float = 0.0

    @property
    def weight(self) -> float:
        """How much it burdens the conversation, 0 to 1: being annoyed counts for a part."""
        return self.angry + self.distressed + ANNOYANCE * self.annoyed

    @property
    def mood(self) -> Mood:
        """What it sounds like most."""
        calm = 1.0 - self.annoyed - self.angry - self.distressed
        shares = {Mood.CALM: calm, Mood.ANNOYED: self.annoyed, Mood.ANGRY: self.angry, Mood.DISTRESSED: self.distressed}
        return max(shares, key=lambda mood: shares[mood])


ANNOYANCE = 0.4
"""So much of an angry message is one that sounds annoyed."""
FADES = 0.7
"""What is left of a feeling one message later."""


_NOT_WORDS = re.compile(r"\S*@\S+|\bhttps?://\S+|\S*\d\S*", re.IGNORECASE)
"""Addresses and numbers: "nobody@example.com" complains of nothing."""


def feeling_of(shares: Mapping[str, object] | None, text: str | None = None) -> Feeling:
    """The feeling whose shares are given by name; calm for what is not given, and for a text without a word."""
    if text is not None and not re.search(r"[^\W\d_]", _NOT_WORDS.sub(" ", text)):
        return Feeling()
    known = shares or {}
    return Feeling(*(_share(known.get(mood.value)) for mood in (Mood.ANNOYED, Mood.ANGRY, Mood.DISTRESSED)))


def _share(value: object) -> float:
    return min(1.0, max(0.0, float(value))) if isinstance(value, int | float) else 0.0


def strain(feelings: Sequence[Feeling]) -> float:
    """How heavy the conversation has become with its last message, the oldest feeling first. One angry message weighs
    at most 1; several that are annoyed, or angry ones before, add up and fade."""
    total = 0.0
    for feeling in feelings:
        total = FADES * total + feeling.weight
    return total


def overall(feelings: Sequence[Feeling]) -> Mood:
    """The mood of a whole conversation: the last strong one, else annoyed if that adds up, else calm."""
    for feeling in reversed(feelings[-RECENT:]):
        if feeling.mood in {Mood.ANGRY, Mood.DISTRESSED}:
            return feeling.mood
    return Mood.ANNOYED if strain(feelings) >= ANNOYANCE / 2 else Mood.CALM


RECENT = 6
"""So many messages later an outburst is over."""
