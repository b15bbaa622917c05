"""Who a customer is on WhatsApp: Meta's user id for this business first, the phone number second.

Since 2026 a customer may hide the number. Two customers must never be taken for one, so what does not clearly
belong together is not put together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deskhand.channels.whatsapp.json_values import text_at

_USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
_PHONE = re.compile(r"\+?([0-9]{4,20})")


@dataclass(frozen=True)
class Identity:
    user_id: str | None
    phone: str | None
    name: str | None = None
    """What they call themselves."""

    @property
    def external_id(self) -> str:
        return self.user_id or self.phone or ""

    @property
    def aliases(self) -> tuple[str, ...]:
        return (self.phone,) if self.user_id and self.phone else ()


def is_user_id(external_id: str) -> bool:
    return _USER_ID.fullmatch(external_id) is not None


def is_phone(external_id: str) -> bool:
    return _PHONE.fullmatch(external_id) is not None


def identity_of(message: Mapping[str, Any], cards: Sequence[Mapping[str, Any]]) -> Identity | None:
    """The sender of a message. `cards` are the `contacts` beside it. None when nobody is named."""
    own = _identity(text_at(message, "from_user_id"), text_at(message, "from"))
    for card in cards:
        named = _identity(text_at(card, "user_id"), text_at(card, "wa_id"))
        if _same(own, named) or (own.external_id == "" and len(cards) == 1):
            name = text_at(card, "profile", "name")
            own = Identity(own.user_id or named.user_id, own.phone or named.phone, name or None)
            break
    return own if own.external_id else None


def _identity(*ids: str) -> Identity:
    """Told apart by their looks: either id has been seen in the other's field."""
    phones = (match[1] for each in ids if (match := _PHONE.fullmatch(each)))
    return Identity(next((each for each in ids if is_user_id(each)), None), next(phones, None))


def _same(one: Identity, other: Identity) -> bool:
    """Whether two identities share an id and contradict each other in none."""
    pairs = [(one.user_id, other.user_id), (one.phone, other.phone)]
    known = [a == b for a, b in pairs if a and b]
    return bool(known) and all(known)
