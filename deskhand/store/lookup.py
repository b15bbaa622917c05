"""Conversations found by the beginning of their id, as people type it."""

from __future__ import annotations

from sqlalchemy import Text, cast, select

from deskhand.conversation.model import Conversation
from deskhand.store import rows
from deskhand.store.database import Database
from deskhand.store.tables import conversations
from deskhand.store.texts import storable


async def conversations_beginning_with(db: Database, beginning: str, limit: int = 2) -> list[Conversation]:
    """At most `limit` of them."""
    begins = cast(conversations.c.id, Text).startswith(storable(beginning).lower(), autoescape=True)
    async with db.begin() as connection:
        found = await connection.execute(select(conversations).where(begins).limit(limit))
        return [rows.conversation(row) for row in found]
