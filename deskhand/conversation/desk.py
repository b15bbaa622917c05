"""What agents work with. Frozen values without I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from deskhand.conversation.model import Citation


class Priority(IntEnum):
    URGENT = 1
    HIGH = 2
    NORMAL = 3
    LOW = 4


@dataclass(frozen=True)
class Team:
    name: str
    title: str
    restricted: bool = False
    """Its conversations are seen by its own agents and by administrators only."""
    hours: Mapping[int, tuple[time, time]] | None = None
    """By weekday, Monday is 0; a day that is missing is closed. None: the business's hours."""
    holidays: tuple[date, ...] = ()


class EventKind(StrEnum):
    """What can become of a conversation, other than words."""

    HANDOFF = "handoff"
    """The assistant asked for an agent. Details: reason, team, priority."""
    TAKEOVER = "takeover"
    """Details: `from`, the name of the colleague who had it, or "assistant"."""
    RETURN = "return"
    """To the assistant: by an agent, or by the contact if there is none."""
    ASSIGNED = "assigned"
    """Details: `to` (an agent's name) or `team`."""
    PRIORITY = "priority"
    SNOOZED = "snoozed"
    """Details: `until`."""
    WOKEN = "woken"
    """The time came, the contact wrote, or an agent did it."""
    RESOLVED = "resolved"
    """Details: outcome, summary."""
    REOPENED = "reopened"
    """By an agent, or by the contact if there is none."""
    DISCARDED = "discarded"
    """The assistant was about to say something when it lost control."""


@dataclass(frozen=True)
class Event:
    id: int
    conversation_id: UUID
    after_seq: int
    """The number of the last message before it."""
    at: datetime
    kind: EventKind
    agent_id: UUID | None = None
    agent_name: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Note:
    """Seen by agents only."""

    id: UUID
    conversation_id: UUID
    after_seq: int
    agent_id: UUID
    agent_name: str
    text: str
    at: datetime
    mentions: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class CannedReply:
    id: UUID
    shortcut: str
    title: str
    text: str
    """May hold {{contact.name}}, {{agent.name}}, {{order.number}} and the like."""
    language: str | None = None
    team: str | None = None


@dataclass(frozen=True)
class Draft:
    """A reply that was proposed to an agent."""

    id: UUID
    conversation_id: UUID
    agent_id: UUID
    question: str
    proposed: str
    at: datetime
    citations: tuple[Citation, ...] = ()
    sent_message_id: UUID | None = None
    sent_text: str | None = None


@dataclass(frozen=True)
class Discarded:
    """What the assistant wanted to say after it had lost control. No customer ever saw it."""

    id: UUID
    conversation_id: UUID
    after_seq: int
    turn_id: UUID
    text: str
    at: datetime


@dataclass(frozen=True)
class Understanding:
    """What the assistant made of what a contact said, and did about it."""

    turn_id: UUID
    """Messages of the contact and the replies bear it, too."""
    intent: str | None
    confidence: float | None
    """0 to 1."""
    entities: tuple[tuple[str, str], ...] = ()
    """Kinds and values."""
    actions: tuple[str, ...] = ()


class CallbackWay(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    CHANNEL = "channel"
    """Where the contact wrote."""


@dataclass(frozen=True)
class Callback:
    """A contact wants to hear from a person at a time of their own."""

    id: UUID
    conversation_id: UUID
    contact_id: UUID
    wanted_at: datetime | None
    """None: whenever somebody is there."""
    way: CallbackWay
    reach: str
    """The number or address, as the contact gave it; empty for the channel."""
    note: str
    created_at: datetime
    reminded_at: datetime | None = None
    done_at: datetime | None = None
    done_by: UUID | None = None
    outcome: str | None = None
