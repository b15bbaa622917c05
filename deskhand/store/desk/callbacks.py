"""Contacts who want to hear from a person at a time of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.desk import Callback, CallbackWay, EventKind
from deskhand.conversation.model import Status
from deskhand.store import changes
from deskhand.store.control import change, locked
from deskhand.store.database import Database
from deskhand.store.desk.events import note_event
from deskhand.store.desk_tables import callbacks
from deskhand.store.errors import ConversationNotFound
from deskhand.store.rows import AnyRow
from deskhand.store.texts import storable

SOON = timedelta(minutes=10)
"""Who is to be called within so long keeps their place in the line."""


class Callbacks:
    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def arrange(
        self, conversation_id: UUID | str, wanted_at: datetime | None, way: CallbackWay, reach: str = "", note: str = ""
    ) -> Callback:
        """Stores it in place of what was arranged before in this conversation, and is not done yet.

        `wanted_at`: None for whenever somebody is there. A conversation that nobody has taken sleeps until then: its
        contact need not keep a place in the line. Raises `ConversationNotFound`.
        """
        try:
            wanted = UUID(str(conversation_id))
        except ValueError as exc:  # as in `rasa shell`
            raise ConversationNotFound("There is no such conversation.") from exc
        async with self._db.begin() as connection:
            row = await locked(connection, wanted)
            values = {
                "wanted_at": wanted_at,
                "way": way,
                "reach": storable(reach),
                "note": storable(note),
                "created_at": self._now(),
                "reminded_at": None,
            }
            changed = await connection.execute(
                update(callbacks)
                .where(callbacks.c.conversation_id == row.id, callbacks.c.done_at.is_(None))
                .values(**values)
                .returning(callbacks)
            )
            stored = changed.first()
            if stored is None:
                added = await connection.execute(
                    insert(callbacks)
                    .values(id=uuid4(), conversation_id=row.id, contact_id=row.contact_id, **values)
                    .returning(callbacks)
                )
                stored = added.one()
            await _sleep_until(connection, row, wanted_at, self._now())
            await changes.tell(connection, row.id)
            return callback(stored)

    async def to_do(self, limit: int = 200) -> list[Callback]:
        """Those that nobody has dealt with, the soonest first; those without a time before all."""
        return await self._list(callbacks.c.done_at.is_(None), limit)

    async def of_conversation(self, conversation_id: UUID) -> list[Callback]:
        return await self._list(callbacks.c.conversation_id == conversation_id, 50)

    async def done(self, callback_id: UUID, agent_id: UUID, outcome: str) -> Callback | None:
        """Marks it as dealt with. None when there is no such callback, or somebody has dealt with it already."""
        async with self._db.begin() as connection:
            changed = await connection.execute(
                update(callbacks)
                .where(callbacks.c.id == callback_id, callbacks.c.done_at.is_(None))
                .values(done_at=self._now(), done_by=agent_id, outcome=storable(outcome))
                .returning(callbacks)
            )
            row = changed.one_or_none()
            if row is None:
                return None
            await changes.tell(connection, row.conversation_id)
            return callback(row)

    async def remind(self) -> list[Callback]:
        """Those whose time has come and that the desk was not reminded of: it is now, once each.

        A conversation that slept until then is open again and waits for an agent.
        """
        due = (callbacks.c.done_at.is_(None), callbacks.c.reminded_at.is_(None), callbacks.c.wanted_at <= self._now())
        async with self._db.begin() as connection:
            found = (await connection.execute(select(callbacks.c.id, callbacks.c.conversation_id).where(*due))).all()
        reminded = [await self._remind(one.id, one.conversation_id, due) for one in found]
        return [one for one in reminded if one is not None]

    async def _remind(self, callback_id: UUID, conversation_id: UUID, due: tuple[Any, ...]) -> Callback | None:
        """The conversation is locked first, as by everybody else who changes both."""
        async with self._db.begin() as connection:
            await locked(connection, conversation_id)
            changed = await connection.execute(
                update(callbacks)
                .where(callbacks.c.id == callback_id, *due)
                .values(reminded_at=self._now())
                .returning(callbacks)
            )
            row = changed.one_or_none()
            if row is None:
                return None
            await _wake(connection, conversation_id, self._now())
            return callback(row)

    async def _list(self, which: ColumnElement[bool], limit: int) -> list[Callback]:
        query = select(callbacks).where(which)
        order = (callbacks.c.wanted_at.asc().nulls_first(), callbacks.c.created_at)
        async with self._db.begin() as connection:
            found = await connection.execute(query.order_by(*order).limit(limit))
            return [callback(row) for row in found]


async def _sleep_until(connection: AsyncConnection, row: AnyRow, at: datetime | None, now: datetime) -> None:
    if at is None or at - now < SOON or row.assignee_id is not None:
        return
    if row.status not in (Status.OPEN, Status.SNOOZED):
        return
    await note_event(connection, row.id, EventKind.SNOOZED, now, until=at.isoformat())
    await change(connection, row.id, status=Status.SNOOZED, snoozed_until=at, waiting_since=None)


async def _wake(connection: AsyncConnection, conversation_id: UUID, now: datetime) -> None:
    row = await locked(connection, conversation_id)
    if row.status == Status.SNOOZED:
        await note_event(connection, row.id, EventKind.WOKEN, now)
        await change(connection, row.id, status=Status.OPEN, snoozed_until=None, waiting_since=now)
    await changes.tell(connection, conversation_id)


def callback(row: AnyRow) -> Callback:
    return Callback(
        id=row.id,
        conversation_id=row.conversation_id,
        contact_id=row.contact_id,
        wanted_at=row.wanted_at,
        way=CallbackWay(row.way),
        reach=row.reach,
        note=row.note,
        created_at=row.created_at,
        reminded_at=row.reminded_at,
        done_at=row.done_at,
        done_by=row.done_by,
        outcome=row.outcome,
    )
