"""Proving to the assistant that the desk asks for a file, with a key that both of them have. Pure functions."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

LASTS_SECONDS = 60
"""Of a signature: a request is made at once. Two machines' clocks may differ by that much."""


def signature_of(message_id: UUID, place: int, at: int, key: str) -> str:
    """For the file at this place of the message, asked for at `at` (seconds since 1970)."""
    said = f"deskhand.attachment:{message_id}:{place}:{at}"
    return hmac.new(key.encode(), said.encode(), hashlib.sha256).hexdigest()


def is_signed(message_id: UUID, place: int, at: str, signature: str, key: str, *, now: float) -> bool:
    if not (at.isascii() and at.isdecimal() and len(at) <= 12) or abs(now - int(at)) > LASTS_SECONDS:
        return False
    return hmac.compare_digest(signature_of(message_id, place, int(at), key).encode(), signature.encode())
