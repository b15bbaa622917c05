"""A webhook's JSON as what happened, in the order it is told. Pure: knows the payloads of the field `messages`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deskhand.channels.whatsapp.json_values import object_at, objects_at, text_at
from deskhand.channels.whatsapp.messages import event_from
from deskhand.channels.whatsapp.statuses import report_from
from deskhand.channels.whatsapp.vocabulary import Ignored
from deskhand.conversation.model import InboundEvent

OBJECT = "whatsapp_business_account"


@dataclass(frozen=True)
class Webhook:
    events: tuple[InboundEvent, ...]
    ignored: Mapping[str, int]
    """How many things had nothing in them for us, by reason."""


def read(payload: object, phone_number_id: str) -> Webhook:
    """Everything that concerns our number. What we have no use for is counted, never refused: it would come again for
    a week, and with it what we can use."""
    events: list[InboundEvent] = []
    ignored: Counter[str] = Counter()
    for found in _found(payload, phone_number_id):
        if isinstance(found, Ignored):
            ignored[found.reason] += 1
        else:
            events.append(found)
    return Webhook(tuple(events), dict(ignored))


def _found(payload: object, phone_number_id: str) -> Iterator[InboundEvent | Ignored]:
    if text_at(payload, "object") != OBJECT:
        yield Ignored("another product")
        return
    for entry in objects_at(payload, "entry"):
        for change in objects_at(entry, "changes"):
            if change.get("field") != "messages":
                yield Ignored("another field")
            elif text_at(change, "value", "metadata", "phone_number_id") != phone_number_id:
                yield Ignored("another number")
            else:
                yield from _told(object_at(change, "value"))


def _told(value: Mapping[str, Any]) -> Iterator[InboundEvent | Ignored]:
    cards = objects_at(value, "contacts")
    for message in objects_at(value, "messages"):
        yield event_from(message, cards)
    for status in objects_at(value, "statuses"):
        yield report_from(status)
