"""A conversation as an outside desk is told of it, and what such a desk tells us. Frozen values without I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from deskhand.conversation.model import Attachment, Author, HandoffPacket, Outcome, Status


class Standing(StrEnum):
    """Who has a conversation, as both desks can say it."""

    ASSISTANT = "assistant"
    AGENTS = "agents"
    ENDED = "ended"


def standing_of(status: Status) -> Standing:
    if status is Status.PENDING:
        return Standing.ASSISTANT
    return Standing.ENDED if status is Status.RESOLVED else Standing.AGENTS


@dataclass(frozen=True)
class Line:
    """One message, by whomever."""

    message_id: UUID
    seq: int
    author: Author
    name: str | None
    """Of the agent."""
    text: str
    sent_at: datetime
    channel: str | None = None
    """That the contact sent it over, and that has the bytes of `attachments`."""
    attachments: tuple[Attachment, ...] = ()


# -- what an outside desk is to be told, one after the other


@dataclass(frozen=True)
class Begin:
    """People are wanted in a conversation that the desk does not know yet."""

    conversation_id: UUID
    contact_id: UUID
    channel: str
    contact_name: str | None
    """As the CRM has it, if the contact was identified."""


@dataclass(frozen=True)
class Brief:
    """What agents should know before they answer: for them alone."""

    key: UUID
    """The same whenever it is tried again."""
    packet: HandoffPacket | None
    """None when nobody asked for a person, but one took over."""
    lines: Sequence[Line]
    upto_seq: int
    """What was said until then needs no telling any more."""
    handoff_id: UUID | None
    priority: int


@dataclass(frozen=True)
class PassOn:
    """What was said while agents have the conversation."""

    line: Line


@dataclass(frozen=True)
class Place:
    """Who has it now, which the desk does not know yet."""

    standing: Standing
    outcome: Outcome | None = None


Telling = Begin | Brief | PassOn | Place


# -- what an outside desk tells


@dataclass(frozen=True)
class Person:
    """Who works at an outside desk."""

    id: str
    """The desk's own."""
    name: str
    """What customers see."""


@dataclass(frozen=True)
class AgentSaid:
    case: str
    """The desk's own id of the conversation."""
    message: str
    """The desk's own id of the message: what a repeated delivery is recognised by."""
    text: str
    by: Person


@dataclass(frozen=True)
class Moved:
    """Somebody there took a conversation, gave it to the assistant, or ended it."""

    case: str
    standing: Standing
    """Who is to have it now."""
    shown: Standing
    """Who has it as the desk shows it at present, which may be told otherwise."""
    by: Person | None
    """Who has it there; None when nobody in particular does."""
    given: bool = False
    """It was given to somebody, or to the assistant, just now: more than an echo of what we told."""
    at: float | None = None
    """When, by the desk's clock (seconds since 1970): what is older than what was heard is not news."""


Heard = AgentSaid | Moved
