"""Telling every process that a conversation has something new."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

CHANNEL = "deskhand_conversation"
"""PostgreSQL's NOTIFY on it carries the conversation's id, when the transaction commits."""

_NOTIFY = text("SELECT pg_notify(:channel, :conversation_id)")


async def tell(connection: AsyncConnection, conversation_id: UUID) -> None:
    await connection.execute(_NOTIFY, {"channel": CHANNEL, "conversation_id": str(conversation_id)})
