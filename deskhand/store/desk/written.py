"""Whether what an agent's page sent has arrived, under the id that the page made."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from deskhand.store.database import Database
from deskhand.store.desk_tables import notes
from deskhand.store.tables import messages


async def is_written(db: Database, conversation_id: UUID, client_id: UUID) -> bool:
    """Messages and notes alike."""
    said = select(messages.c.id).where(messages.c.conversation_id == conversation_id, messages.c.client_id == client_id)
    noted = select(notes.c.id).where(notes.c.conversation_id == conversation_id, notes.c.id == client_id)
    async with db.begin() as connection:
        return (await connection.scalar(said)) is not None or (await connection.scalar(noted)) is not None
