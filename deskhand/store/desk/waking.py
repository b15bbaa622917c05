"""Ending snoozes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.desk import EventKind
from deskhand.conversation.model import Status
from deskhand.store import changes
from deskhand.store.database import Database
from deskhand.store.desk.events import note_event
from deskhand.store.tables import conversations


async def wake_due(db: Database, now: datetime) -> list[UUID]:
    """Opens those whose time has come, and says which."""
    due = (
        select(conversations.c.id)
        .where(conversations.c.status == Status.SNOOZED, conversations.c.snoozed_until <= now)
        .with_for_update(skip_locked=True, key_share=True)
    )
    async with db.begin() as connection:
        woken = [row.id for row in await connection.execute(due)]
        for conversation_id in woken:
            await _wake(connection, conversation_id, now)
        return woken


async def _wake(connection: AsyncConnection, conversation_id: UUID, now: datetime) -> None:
    await connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(status=Status.OPEN, snoozed_until=None)
    )
    await note_event(connection, conversation_id, EventKind.WOKEN, now)
    await changes.tell(connection, conversation_id)
