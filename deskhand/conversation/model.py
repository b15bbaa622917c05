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


@dataclass(frozen=True)
class Handoff:
    id: UUID
    conversation_id: UUID
    packet: HandoffPacket
    requested_at: datetime
    closed_at: datetime | None = None
