"""What delivery and the channels ask of each other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from deskhand.conversation.model import Attachment, InboundEvent, Message


class Cause(StrEnum):
    """Why something could not be sent, in words that hold for every channel."""

    RATE_LIMITED = "rate_limited"
    WINDOW_CLOSED = "window_closed"
    UNREACHABLE = "unreachable"
    """The customer blocked us, left, or cannot be reached on this channel."""
    REFUSED = "refused"
    """The channel will never take it as it is."""
    NOT_AUTHORISED = "not_authorised"
    """Our token or number is wrong or blocked: the operator must act."""
    UNAVAILABLE = "unavailable"
    """Time-outs, dropped connections, 5xx."""


@dataclass(frozen=True)
class Address:
    """Where a contact is on a channel."""

    contact_id: UUID
    external_id: str
    aliases: tuple[str, ...] = ()
    last_heard_at: datetime | None = None
    """When the customer last wrote: a channel may let us write freely only for a while after it."""


@dataclass(frozen=True)
class Part:
    """One call of a channel's API. A message becomes one or more, sent in order."""

    payload: Mapping[str, Any]
    """JSON. Made when the message is stored, and kept until it is sent."""


@dataclass(frozen=True)
class Sent:
    external_id: str | None
    """The channel's id of what was sent: delivery reports name it."""


@dataclass(frozen=True)
class TryLater:
    cause: Cause
    after_seconds: float | None = None
    """What the channel asked for; None: delivery's own pauses, which grow."""
    whole_channel: bool = False
    """Whether all sends of the channel must wait, not only this contact's."""
    code: str | None = None


@dataclass(frozen=True)
class GiveUp:
    cause: Cause
    code: str | None = None
    detail: str = ""
    """For agents and operators. No message text, no personal data."""


@dataclass(frozen=True)
class UseTemplate:
    """The channel takes no free words now: this part instead, if one is configured."""

    part: Part | None
    code: str | None = None


SendResult = Sent | TryLater | GiveUp | UseTemplate


@dataclass(frozen=True)
class Limits:
    """How fast a channel takes messages."""

    per_second: float
    """Over all contacts."""
    seconds_between: float = 0.0
    """Between two sends to one contact, once `burst` is used up."""
    burst: int = 1


class Connection(Protocol):
    """A channel with an API of its own, as delivery uses it. One instance a process."""

    name: str
    limits: Limits

    def parts(self, message: Message, address: Address) -> Sequence[Part]:
        """The calls that say `message`. Pure: no I/O, and the same for the same message."""

    async def send(self, part: Part, address: Address, idempotency_key: str) -> SendResult:
        """Makes one call. Raises nothing that a network can cause: that is `TryLater`.

        `idempotency_key` is the same for every try of this part; for channels that know such a thing.
        """

    async def show_typing(self, address: Address, external_id: str | None) -> None:
        """Tells the customer that an answer is on its way (and their message `external_id` read). Best effort."""

    def fetch(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """The bytes of an attachment. Raises `MediaUnavailable`."""

    async def close(self) -> None: ...


class Inbox(Protocol):
    """Where webhooks leave what they received. Delivery's side."""

    async def take(self, events: Sequence[InboundEvent]) -> object:
        """Stores all events in one transaction and queues the turns they want.

        After it returns nothing of them can be lost; what was taken before changes nothing. Raises
        `DatabaseUnavailable`: answer 503, the channel will deliver again.
        """

    async def reply_choices(self, channel: str, contact_external_id: str) -> Mapping[str, str]:
        """The buttons now on offer to the contact: id → title. For numbered text that stands for a button."""
