"""The things that a support desk is about. Frozen values without I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Status(StrEnum):
    PENDING = "pending"
    """The assistant has control."""
    OPEN = "open"
    """An agent has control, or is awaited."""
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Author(StrEnum):
    CONTACT = "contact"
    ASSISTANT = "assistant"
    AGENT = "agent"
    SYSTEM = "system"


class Outcome(StrEnum):
    RESOLVED_BY_ASSISTANT = "resolved_by_assistant"
    RESOLVED_BY_AGENT = "resolved_by_agent"
    ABANDONED = "abandoned"


@dataclass(frozen=True)
class Contact:
    id: UUID
    channel: str
    external_id: str
    """Who this is on that channel. Never an email address or anything else that a customer typed."""


@dataclass(frozen=True)
class Conversation:
    id: UUID
    contact_id: UUID
    status: Status
    control_token: int
    """Grows by one at every takeover and return. Whoever holds an old one cannot speak any more."""
    opened_at: datetime
    outcome: Outcome | None = None
    rating: int | None = None
    resolved_at: datetime | None = None
    rating_comment: str | None = None
    team: str | None = None
    priority: int = 3
    """1 is the most urgent, 4 the least."""
    assignee_id: UUID | None = None
    """The agent who has it, or had it when it was resolved."""
    snoozed_until: datetime | None = None
    waiting_since: datetime | None = None
    """Since when the contact has waited for an agent's answer."""
    last_message_at: datetime | None = None
    last_seq: int = 0
    """The number of the last message."""
    reopened: int = 0
    """How often it was taken up again after an agent had resolved it."""
    first_response_at: datetime | None = None
    """Of an agent."""
    language: str | None = None


class AttachmentKind(StrEnum):
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    UNSUPPORTED = "unsupported"
    """Of a kind that the channel may invent tomorrow."""


@dataclass(frozen=True)
class Attachment:
    """Something that a customer sent beside words."""

    kind: AttachmentKind
    media_id: str | None = None
    """The channel's own id, by which its bytes are fetched. None for what has no bytes, such as a location."""
    mime_type: str | None = None
    file_name: str | None = None
    size: int | None = None
    """In bytes, as the channel says."""
    description: str = ""
    """In words, for agents: a place's name and coordinates, a shared contact's name, a sticker's emoji."""


@dataclass(frozen=True)
class InboundMessage:
    """What a channel received, before it is stored."""

    channel: str
    contact_external_id: str
    external_id: str
    """The channel's own id of the message: what a repeated delivery is recognised by."""
    text: str
    button_id: str | None = None
    """Set when the customer pressed a button that was offered in this conversation."""
    aliases: tuple[str, ...] = ()
    """Other ids of the same contact on this channel, such as the phone number beside a user id."""
    order: int = 0
    """Grows with each of a contact's messages, as the channel counts or dates them: 0 where it does not. Webhooks
    may bring messages in another order."""
    attachments: tuple[Attachment, ...] = ()
    contact_name: str | None = None
    """What they call themselves on the channel. It proves nothing."""


@dataclass(frozen=True)
class InboundEdit:
    """A customer changed the words of a message. No new turn."""

    channel: str
    contact_external_id: str
    external_id: str
    text: str


@dataclass(frozen=True)
class InboundDeletion:
    """A customer took a message back."""

    channel: str
    contact_external_id: str
    external_id: str


@dataclass(frozen=True)
class InboundReaction:
    """A customer marked a message with emoji, or took the mark back. It answers nothing: no turn."""

    channel: str
    contact_external_id: str
    external_id: str
    """Of the message that is marked: the business's or the customer's own."""
    emoji: str
    """Empty: none any more."""
    order: int = 0
    """As of `InboundMessage`: an older mark does not replace a newer one."""


class DeliveryState(StrEnum):
    """What became of a message to a customer. It never goes back, whatever order reports come in."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    WAITING = "waiting"
    """It may not be sent now, such as outside a messaging window: an agent sees why."""


@dataclass(frozen=True)
class DeliveryReport:
    """A channel tells what became of something that was sent."""

    channel: str
    external_id: str
    """The id that the channel gave what was sent."""
    state: DeliveryState
    cause: str | None = None
    """Why it failed: a word of `deskhand.channels.delivery.contracts.Cause`."""
    code: str | None = None
    """The channel's own code of the failure."""
    instead: Mapping[str, object] | None = None
    """What the channel would take in its place where free words came too late: a call of its API."""


@dataclass(frozen=True)
class ContactReachable:
    """A channel tells that a customer blocked us or left, or is back: nothing is sent to them meanwhile."""

    channel: str
    contact_external_id: str
    reachable: bool


InboundEvent = InboundMessage | InboundEdit | InboundDeletion | InboundReaction | DeliveryReport | ContactReachable


@dataclass(frozen=True)
class Button:
    title: str
    payload: str
    """What pressing it means to Rasa: `/affirm`, `/inform{"order_number": "FW-204518"}`. Never leaves the
    server: the customer's side sees `id` only."""
    id: str = ""


@dataclass(frozen=True)
class Citation:
    title: str
    url: str


@dataclass(frozen=True)
class Reply:
    """One message of the assistant, before it is stored."""

    text: str
    buttons: tuple[Button, ...] = ()
    citations: tuple[Citation, ...] = ()
    image: str | None = None


@dataclass(frozen=True)
class Message:
    id: UUID
    conversation_id: UUID
    seq: int
    """Counts from 1 within the conversation."""
    author: Author
    text: str
    sent_at: datetime
    buttons: tuple[Button, ...] = ()
    citations: tuple[Citation, ...] = ()
    image: str | None = None
    """The address of a picture. `text` holds it as a link as well, for where pictures cannot be shown."""
    reaction: str = ""
    """The emoji with which the contact marked it."""


@dataclass(frozen=True)
class HandoffPacket:
    """Everything that an agent needs, so that the customer repeats nothing."""

    reason: str
    summary: str
    tried: tuple[str, ...] = ()
    slots: Mapping[str, object] = field(default_factory=dict)
    crm_context: Mapping[str, object] = field(default_factory=dict)
    identity: str = "unverified"
    suggested_resolution: str | None = None
    policy: Citation | None = None
    """The article that the suggestion rests on."""
    open: tuple[str, ...] = ()
    """What the customer wants and nothing has settled, in words."""
    mood: str = "calm"
    """A value of `conversation.mood.Mood`, over the whole conversation."""
    sentiment: float | None = None
    """-1 (very unhappy) to 0; None when nothing was read."""
    language: str | None = None


@dataclass(frozen=True)
class Handoff:
    id: UUID
    conversation_id: UUID
    packet: HandoffPacket
    requested_at: datetime
    closed_at: datetime | None = None
    team: str | None = None
    priority: int = 3
    sentiment: float | None = None
    """-1 (very unhappy) to 1."""
    language: str | None = None
