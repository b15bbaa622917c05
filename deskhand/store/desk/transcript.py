"""Everything that the page of a conversation shows, in one read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.desk import Discarded, Event, EventKind, Note, Understanding
from deskhand.conversation.model import Author, Conversation, DeliveryState, Handoff, Message
from deskhand.conversation.people import Agent
from deskhand.store import rows
from deskhand.store.database import Database
from deskhand.store.desk.events import events_of
from deskhand.store.desk.notes import notes_of
from deskhand.store.desk.understanding import understandings_of
from deskhand.store.desk.visibility import visible_to
from deskhand.store.desk_tables import discarded_replies
from deskhand.store.errors import ConversationNotFound
from deskhand.store.people_tables import agents
from deskhand.store.recipients import Recipient, recipient_of
from deskhand.store.rows import AnyRow
from deskhand.store.tables import conversations, handoffs, messages, verifications

PAGE = 200


@dataclass(frozen=True)
class Line:
    """A message, with what only agents see of it."""

    message: Message
    author_name: str | None = None
    """Of the agent, as the contact saw it."""
    attachments: tuple[Mapping[str, Any], ...] = ()
    """As `deskhand.conversation.model.Attachment`."""
    edited: bool = False
    withdrawn: bool = False
    """The contact took it back; its words are gone."""
    delivery: DeliveryState | None = None
    """None for what the contact wrote, and on channels whose customers come and read."""
    delivery_cause: str | None = None
    delivery_code: str | None = None
    understanding: Understanding | None = None
    """Of the last message that a turn answers together."""


@dataclass(frozen=True)
class Entry:
    """One thing in a transcript; the field that `kind` names is set."""

    kind: str
    """"message", "note", "event" or "discarded"."""
    at: datetime
    message: Line | None = None
    note: Note | None = None
    event: Event | None = None
    discarded: Discarded | None = None


@dataclass(frozen=True)
class Transcript:
    conversation: Conversation
    contact: Recipient
    contact_name: str | None
    """As the CRM has it, if the contact was identified; else what they call themselves on their channel."""
    identity: str
    """Of the contact, as far as proven: "unverified", "matched" or "confirmed"."""
    assignee_name: str | None
    entries: tuple[Entry, ...]
    handoffs: tuple[Handoff, ...]
    """The latest first."""
    earlier: bool = False
    """There are messages before these."""

    @property
    def first_seq(self) -> int:
        """The number of the first message that is here; 0 if there is none."""
        return next((one.message.message.seq for one in self.entries if one.message is not None), 0)

    @property
    def last_seq(self) -> int:
        """The number of the last message that is here; 0 if there is none."""
        return max((one.message.message.seq for one in self.entries if one.message is not None), default=0)


class Transcripts:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def read(
        self, conversation_id: UUID, agent: Agent, *, before_seq: int | None = None, limit: int = PAGE
    ) -> Transcript:
        """The latest messages, or those before a number, and everything that happened between and after them.

        Raises `ConversationNotFound`, also for one that the agent may not see.
        """
        async with self._db.begin() as connection:
            row = await _visible(connection, conversation_id, agent)
            found = await _messages(connection, row.id, before_seq, limit + 1)
            kept = found[-limit:]
            first = kept[0].seq if len(found) > limit else 0
            lines = await _lines(connection, row.id, kept)
            others = await _others(connection, row.id, first, before_seq)
            packets = await _handoffs(connection, row.id)
            contact = await recipient_of(connection, row.contact_id)
            return Transcript(
                conversation=rows.conversation(row),
                contact=contact,
                contact_name=_name_in(packets) or contact.name,
                identity=_identity(row),
                assignee_name=row.assignee_name,
                entries=_in_order(lines, others),
                handoffs=tuple(packets),
                earlier=len(found) > limit,
            )


async def _visible(connection: AsyncConnection, conversation_id: UUID, agent: Agent) -> AnyRow:
    found = await connection.execute(
        select(
            conversations,
            agents.c.name.label("assignee_name"),
            verifications.c.matched_at,
            verifications.c.confirmed_at,
        )
        .join(agents, agents.c.id == conversations.c.assignee_id, isouter=True)
        .join(verifications, verifications.c.conversation_id == cast(conversations.c.id, Text), isouter=True)
        .where(conversations.c.id == conversation_id, visible_to(agent))
    )
    row = found.one_or_none()
    if row is None:
        raise ConversationNotFound("There is no such conversation.")
    return row


async def _messages(
    connection: AsyncConnection, conversation_id: UUID, before_seq: int | None, limit: int
) -> list[AnyRow]:
    query = select(messages).where(messages.c.conversation_id == conversation_id)
    if before_seq is not None:
        query = query.where(messages.c.seq < before_seq)
    found = await connection.execute(query.order_by(messages.c.seq.desc()).limit(limit))
    return list(reversed(found.all()))


async def _lines(connection: AsyncConnection, conversation_id: UUID, found: Sequence[AnyRow]) -> list[Line]:
    offered = await rows.buttons_of(connection, [row.id for row in found])
    last_of_turn = {row.turn_id: row.id for row in found if row.turn_id and row.author == Author.CONTACT}
    understood = await understandings_of(connection, conversation_id, last_of_turn)
    return [
        Line(
            message=rows.message(row, offered.get(row.id, ())),
            author_name=row.author_name,
            attachments=tuple(row.attachments),
            edited=row.edited_at is not None,
            withdrawn=row.deleted_at is not None,
            delivery=DeliveryState(row.delivery) if row.delivery else None,
            delivery_cause=row.delivery_cause,
            delivery_code=row.delivery_code,
            understanding=understood.get(row.turn_id) if last_of_turn.get(row.turn_id) == row.id else None,
        )
        for row in found
    ]


async def _others(
    connection: AsyncConnection, conversation_id: UUID, first_seq: int, before_seq: int | None
) -> list[tuple[int, Entry]]:
    """With the number of the message that each comes after."""
    found = [(one.after_seq, Entry("note", one.at, note=one)) for one in await notes_of(connection, conversation_id)]
    events = await events_of(connection, conversation_id, first_seq)
    found += [
        (one.after_seq, Entry("event", one.at, event=one)) for one in events if one.kind is not EventKind.DISCARDED
    ]
    late = await connection.execute(
        select(discarded_replies)
        .where(discarded_replies.c.conversation_id == conversation_id)
        .order_by(discarded_replies.c.at)
    )
    found += [(one.after_seq, Entry("discarded", one.at, discarded=Discarded(**one._mapping))) for one in late]
    last = before_seq if before_seq is not None else None
    return [(seq, entry) for seq, entry in found if seq >= first_seq and (last is None or seq < last)]


async def _handoffs(connection: AsyncConnection, conversation_id: UUID) -> list[Handoff]:
    found = await connection.execute(
        select(handoffs).where(handoffs.c.conversation_id == conversation_id).order_by(handoffs.c.requested_at.desc())
    )
    return [rows.handoff(row) for row in found]


def _in_order(lines: Sequence[Line], others: Sequence[tuple[int, Entry]]) -> tuple[Entry, ...]:
    """A message, then what came after it, by time."""
    placed = [
        (line.message.seq, 0, line.message.sent_at, Entry("message", line.message.sent_at, line)) for line in lines
    ]
    placed += [(seq, 1, entry.at, entry) for seq, entry in others]
    return tuple(entry for *_, entry in sorted(placed, key=lambda one: one[:3]))


def _name_in(packets: Sequence[Handoff]) -> str | None:
    names = (packet.packet.crm_context.get("name") for packet in packets)
    return next((str(name) for name in names if name), None)


def _identity(row: AnyRow) -> str:
    if row.confirmed_at is not None:
        return "confirmed"
    return "matched" if row.matched_at is not None else "unverified"
