"""Telling every process that a conversation has something new, and the outside desk, if agents work at one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.settings import get_settings
from deskhand.store.queue import queue_telling

CHANNEL = "deskhand_conversation"
"""PostgreSQL's NOTIFY on it carries the conversation's id, when the transaction commits."""

_NOTIFY = text("SELECT pg_notify(:channel, :conversation_id)")


async def tell(connection: AsyncConnection, conversation_id: UUID) -> None:
    await connection.execute(_NOTIFY, {"channel": CHANNEL, "conversation_id": str(conversation_id)})
    if desk_is_outside():
        await queue_telling(connection, conversation_id)


def desk_is_outside() -> bool:
    """Whether somebody must be told, who does not look into this database."""
    return get_settings().desk != "deskhand"
