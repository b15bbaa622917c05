"""Who has a conversation now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from deskhand.conversation.model import Status
from deskhand.conversation.people import Agent
from deskhand.store.database import Database
from deskhand.store.desk.visibility import visible_to
from deskhand.store.errors import ConversationNotFound
from deskhand.store.tables import conversations


@dataclass(frozen=True)
class Holding:
    conversation_id: UUID
    assignee_id: UUID | None
    is_open: bool
    """Agents have it, and nobody put it off."""


async def holding_of(db: Database, agent: Agent, conversation_id: UUID) -> Holding:
    """Raises `ConversationNotFound`, also for a conversation that the agent may not see."""
    query = select(conversations.c.assignee_id, conversations.c.status).where(
        conversations.c.id == conversation_id, visible_to(agent)
    )
    async with db.begin() as connection:
        row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise ConversationNotFound("There is no such conversation.")
    return Holding(conversation_id, row.assignee_id, row.status == Status.OPEN)
