"""Words that reading messages and reading statuses share."""

from __future__ import annotations

from dataclasses import dataclass

CHANNEL = "whatsapp"
MOST_ID = 256


@dataclass(frozen=True)
class Ignored:
    """Nothing to store. The reason is a word of ours."""

    reason: str


def usable_id(value: str) -> str:
    """The id, if it can be stored and compared: printable, without blanks. Otherwise nothing."""
    fits = 0 < len(value) <= MOST_ID and value.isascii() and value.isprintable() and " " not in value
    return value if fits else ""
