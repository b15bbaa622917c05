"""One message of a webhook as one event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deskhand.channels.typed_text import tidied
from deskhand.channels.whatsapp import attachments
from deskhand.channels.whatsapp.identities import Identity, identity_of
from deskhand.channels.whatsapp.json_values import number_at, object_at, text_at
from deskhand.channels.whatsapp.vocabulary import CHANNEL, Ignored, usable_id
from deskhand.conversation.model import (
    Attachment,
    InboundDeletion,
    InboundEdit,
    InboundEvent,
    InboundMessage,
    InboundReaction,
)

MOST_CHARACTERS = 65_536
"""What WhatsApp's own apps let a customer type."""
MOST_REACTION = 32
"""Characters. One emoji can have a dozen."""


@dataclass(frozen=True)
class Said:
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    button_id: str | None = None


def event_from(message: Mapping[str, Any], cards: Sequence[Mapping[str, Any]]) -> InboundEvent | Ignored:
    """What a message amounts to. `cards` are the `contacts` of the same webhook."""
    sender, message_id = identity_of(message, cards), usable_id(text_at(message, "id"))
    if sender is None or not message_id:
        return Ignored("malformed")
    if message.get("group_id") is not None:
        return Ignored("group")  # its members would read what is one customer's business
    kind = text_at(message, "type")
    special = _SPECIAL.get(kind)
    if special is not None:
        return special(message, sender)
    said = _said(kind, message)
    return said if isinstance(said, Ignored) else _inbound(message, message_id, sender, said)


def _inbound(message: Mapping[str, Any], message_id: str, sender: Identity, said: Said) -> InboundMessage:
    # Words without anything to read in them are something that the assistant cannot understand, and must answer.
    nothing = not said.text and not said.attachments and not said.button_id
    return InboundMessage(
        channel=CHANNEL,
        contact_external_id=sender.external_id,
        external_id=message_id,
        text=said.text,
        button_id=said.button_id,
        aliases=sender.aliases,
        order=number_at(message, "timestamp") or 0,
        attachments=(attachments.unsupported("text"),) if nothing else said.attachments,
        contact_name=sender.name,
    )


def _said(kind: str, message: Mapping[str, Any]) -> Said | Ignored:
    if kind in attachments.MEDIA:
        return Said(_words(text_at(message, kind, "caption")), (attachments.media(kind, message),))
    match kind:
        case "text":
            return Said(_words(text_at(message, "text", "body")))
        case "button":  # of a template of the business's own: its payload is none of ours
            return Said(_words(text_at(message, "button", "text")))
        case "interactive":
            return _chosen(message)
        case "location":
            return Said(attachments=(attachments.location(message),))
        case "contacts":
            return Said(attachments=attachments.contacts(message))
        case "order":
            return Said(_words(text_at(message, "order", "text")), (attachments.order(message),))
    named = text_at(message, "unsupported", "type") if kind == "unsupported" else kind
    return Said(attachments=(attachments.unsupported(named),))


def _chosen(message: Mapping[str, Any]) -> Said | Ignored:
    """A pressed button or a chosen row; anything else interactive was not sent by us."""
    interactive = object_at(message, "interactive")
    for kind in ("button_reply", "list_reply"):
        button_id, title = text_at(interactive, kind, "id"), _words(text_at(interactive, kind, "title"))
        if button_id:
            return Said(title, button_id=usable_id(button_id) or None)
    if text_at(interactive, "type") == "call_permission_reply":
        return Ignored("call permission")
    return Said(attachments=(attachments.unsupported(text_at(interactive, "type") or "interactive"),))


def _edit(message: Mapping[str, Any], sender: Identity) -> InboundEvent | Ignored:
    edited = object_at(message, "edit", "message")
    kind, changed = text_at(edited, "type"), usable_id(text_at(message, "edit", "original_message_id"))
    text = _words(text_at(edited, kind, "body" if kind == "text" else "caption"))
    if not changed or not text:
        return Ignored("malformed")
    return InboundEdit(CHANNEL, sender.external_id, changed, text)


def _deletion(message: Mapping[str, Any], sender: Identity) -> InboundEvent | Ignored:
    taken_back = usable_id(text_at(message, "revoke", "original_message_id"))
    return InboundDeletion(CHANNEL, sender.external_id, taken_back) if taken_back else Ignored("malformed")


def _reaction(message: Mapping[str, Any], sender: Identity) -> InboundEvent | Ignored:
    """No answer to anything: a thumb on "Shall I cancel it?" must not cancel. Without an emoji it is taken back."""
    marked = usable_id(text_at(message, "reaction", "message_id"))
    if not marked:
        return Ignored("malformed")
    emoji = _words(text_at(message, "reaction", "emoji"))[:MOST_REACTION]
    return InboundReaction(CHANNEL, sender.external_id, marked, emoji, number_at(message, "timestamp") or 0)


def _ignored(reason: str) -> Callable[[Mapping[str, Any], Identity], Ignored]:
    return lambda message, sender: Ignored(reason)


_SPECIAL: Mapping[str, Callable[[Mapping[str, Any], Identity], InboundEvent | Ignored]] = {
    "edit": _edit,
    "revoke": _deletion,
    "reaction": _reaction,
    "system": _ignored("system"),  # a new number or device: it shows again with the next message
    "request_welcome": _ignored("chat opened"),
}


def _words(text: str) -> str:
    return tidied(text[:MOST_CHARACTERS])
