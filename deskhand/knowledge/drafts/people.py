"""What the people in a conversation are called, as far as the conversation shows it. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from deskhand.conversation.model import Author, HandoffPacket, Message

_NAME = r"[A-Z][a-z][\w'’-]*"
_ADDRESSED = re.compile(rf"\b(?i:hi|hiya|hello|hey|dear|morning|afternoon|evening|thanks|thank you),?\s+({_NAME})\b")
_INTRODUCED = re.compile(rf"\b(?i:my name is|my name['’]s|i am|i['’]m|it['’]s|this is)\s+({_NAME}(?:\s+{_NAME})?)")
_HERE = re.compile(rf"(?:^|[.!,]\s+)({_NAME}) here\b")
_SIGNED = re.compile(rf"(?i:regards|wishes|best|thanks|cheers|sincerely|love)[,!.]*\s+({_NAME}(?:\s+{_NAME})?)\W*$")
_LAST_LINE = re.compile(rf"\n\s*[-–]*\s*({_NAME})(?:\s+(?:from|at)\b.*)?\W*$")
_NO_NAMES = frozenset(
    {
        "there",
        "again",
        "all",
        "team",
        "everyone",
        "everybody",
        "both",
        "sir",
        "madam",
        "so",
        "for",
        "the",
        "this",
        "you",
    }
)


def names_in(
    messages: Sequence[Message], packets: Iterable[HandoffPacket] = (), *, never: Iterable[str] = ()
) -> set[str]:
    """Names of people, and their parts, as they address each other, sign, and introduce themselves, and as the CRM has
    them. `never`: what is no person, such as the business."""
    found = {name for message in messages for name in _in_message(message)}
    for packet in packets:
        values = (packet.crm_context.get("name"), packet.crm_context.get("customer_id"))
        found |= {value for value in values if isinstance(value, str)}
    parts = found | {part for name in found for part in name.split() if len(part) > 1}
    excluded = _NO_NAMES | {word.casefold() for text in never for word in [text, *text.split()]}
    return {part for part in parts if part.casefold() not in excluded}


def _in_message(message: Message) -> Iterator[str]:
    if message.author is Author.SYSTEM:
        return
    # The assistant never says what it is called this way, but it may address the customer.
    patterns = (
        [_ADDRESSED] if message.author is Author.ASSISTANT else [_ADDRESSED, _INTRODUCED, _HERE, _SIGNED, _LAST_LINE]
    )
    for pattern in patterns:
        yield from (match.group(1) for match in pattern.finditer(message.text))
