"""A contact's conversations as the contact sees them: one run of messages, whatever conversation they belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Author, Conversation, Message, Status
from deskhand.store import changes, rows
from deskhand.store.database import Database
from deskhand.store.delivery_tables import turns
from deskhand.store.identities import known_contact
from deskhand.store.rows import AnyRow
from deskhand.store.tables import conversations, messages
from deskhand.store.texts import storable

_CURSOR = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9]{1,9})")


@dataclass(frozen=True)
class Cursor:
    """The place of a message in its contact's run of messages."""

    conversation_id: UUID
    seq: int

    def __str__(self) -> str:
        return f"{self.conversation_id}.{self.seq}"


def cursor_from(text: str) -> Cursor | None:
    """The cursor that `str` made this text of; None for any other text."""
    match = _CURSOR.fullmatch(text)
    return Cursor(UUID(match[1]), int(match[2])) if match else None


@dataclass(frozen=True)
class Line:
    """One message, with what only its contact's page wants to know."""

    message: Message
    external_id: str | None = None
    author_name: str | None = None
    attachments: tuple[dict[str, Any], ...] = ()
    withdrawn: bool = False
    pressed: bool = False
    """It is a button's title, and no words of the contact's."""

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.message.conversation_id, self.message.seq)


@dataclass(frozen=True)
class Seen:
    """A stretch of what a contact sees, and how things are now."""

    conversation: Conversation | None = None
    """The current one, else the last one."""
    agent_name: str | None = None
    """Who answers, while agents have control and one of them has written."""
    thinking: bool = False
    """The assistant has not yet answered everything."""
    lines: tuple[Line, ...] = ()
    earlier: bool = False
    """There are lines before these."""
    later: bool = False
    """There are lines after these."""


class Timelines:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def latest(self, channel: str, external_id: str, limit: int) -> Seen:
        return await self._see(channel, external_id, None, None, limit)

    async def after(self, channel: str, external_id: str, cursor: Cursor, limit: int) -> Seen:
        """What follows, oldest first. For a cursor that is not this contact's: the latest."""
        return await self._see(channel, external_id, cursor, None, limit)

    async def before(self, channel: str, external_id: str, cursor: Cursor, limit: int) -> Seen:
        """The nearest ones before it, oldest first."""
        return await self._see(channel, external_id, None, cursor, limit)

    async def own(self, channel: str, external_id: str) -> Line | None:
        """The contact's message with the channel's id."""
        query = select(messages).where(messages.c.channel == channel, messages.c.external_id == storable(external_id))
        async with self._db.begin() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _line(row, ()) if row is not None else None

    async def wake(self, conversation_id: UUID) -> None:
        """Has whoever follows the conversation look, though nothing in it changed."""
        async with self._db.begin() as connection:
            await changes.tell(connection, conversation_id)

    async def _see(
        self, channel: str, external_id: str, after: Cursor | None, before: Cursor | None, limit: int
    ) -> Seen:
        async with self._db.begin() as connection:
            contact_id = await known_contact(connection, channel, storable(external_id))
            if contact_id is None:
                return Seen()
            conversation = await _current(connection, contact_id)
            if conversation is None:
                return Seen()
            # Before the lines: whoever is told that nothing more comes must have been given everything.
            thinking = await _is_thinking(connection, conversation)
            query = _all_of(contact_id)
            forward = False
            for cursor, following in ((after, True), (before, False)):
                place = await _place(connection, contact_id, cursor) if cursor else None
                if cursor and place is not None:
                    query, forward = query.where(_beyond(place, cursor, following=following)), following
            lines, more = await _read(connection, query, forward=forward, limit=limit)
            return Seen(
                conversation=conversation,
                agent_name=await _agent_name(connection, conversation),
                thinking=thinking,
                lines=lines,
                earlier=more and not forward,
                later=more and forward,
            )


def _all_of(contact_id: UUID) -> Select[Any]:
    return (
        select(messages, conversations.c.opened_at)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(conversations.c.contact_id == contact_id)
    )


def _beyond(place: AnyRow, cursor: Cursor, *, following: bool) -> Any:
    opened, conversation, seq = conversations.c.opened_at, conversations.c.id, messages.c.seq
    if following:
        return or_(
            and_(conversation == cursor.conversation_id, seq > cursor.seq),
            and_(conversation != cursor.conversation_id, opened > place.opened_at),
        )
    return or_(
        and_(conversation == cursor.conversation_id, seq < cursor.seq),
        and_(conversation != cursor.conversation_id, opened < place.opened_at),
    )


async def _place(connection: AsyncConnection, contact_id: UUID, cursor: Cursor) -> AnyRow | None:
    found = await connection.execute(
        select(conversations).where(
            conversations.c.id == cursor.conversation_id, conversations.c.contact_id == contact_id
        )
    )
    return found.one_or_none()


async def _read(
    connection: AsyncConnection, query: Select[Any], *, forward: bool, limit: int
) -> tuple[tuple[Line, ...], bool]:
    order = (conversations.c.opened_at, messages.c.conversation_id, messages.c.seq)
    ordered = query.order_by(*order) if forward else query.order_by(*(column.desc() for column in order))
    found: Sequence[AnyRow] = (await connection.execute(ordered.limit(limit + 1))).all()
    kept = list(found[:limit]) if forward else list(reversed(found[:limit]))
    offered = await rows.buttons_of(connection, [row.id for row in kept])
    return tuple(_line(row, offered.get(row.id, ())) for row in kept), len(found) > limit


def _line(row: AnyRow, offered: Sequence[Any]) -> Line:
    return Line(
        message=rows.message(row, offered),
        external_id=row.external_id,
        author_name=row.author_name,
        attachments=tuple(row.attachments),
        withdrawn=row.deleted_at is not None,
        pressed=row.button_id is not None,
    )


async def _current(connection: AsyncConnection, contact_id: UUID) -> Conversation | None:
    found = await connection.execute(
        select(conversations)
        .where(conversations.c.contact_id == contact_id)
        .order_by((conversations.c.status == Status.RESOLVED), conversations.c.opened_at.desc())
        .limit(1)
    )
    row = found.one_or_none()
    return rows.conversation(row) if row is not None else None


async def _agent_name(connection: AsyncConnection, conversation: Conversation) -> str | None:
    if conversation.status not in (Status.OPEN, Status.SNOOZED):
        return None
    name: str | None = await connection.scalar(
        select(messages.c.author_name)
        .where(
            messages.c.conversation_id == conversation.id,
            messages.c.author == Author.AGENT,
            messages.c.author_name.is_not(None),
        )
        .order_by(messages.c.seq.desc())
        .limit(1)
    )
    return name


async def _is_thinking(connection: AsyncConnection, conversation: Conversation) -> bool:
    if conversation.status is not Status.PENDING:
        return False
    of_it = messages.c.conversation_id == conversation.id
    if await connection.scalar(select(messages.c.id).where(of_it).limit(1)) is None:
        return True  # the greeting is on its way
    waiting = select(messages.c.id).where(of_it, messages.c.awaits_turn).limit(1)
    running = select(turns.c.id).where(turns.c.conversation_id == conversation.id, turns.c.state == "running")
    return (await connection.scalar(waiting)) is not None or (await connection.scalar(running)) is not None
