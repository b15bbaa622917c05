"""Finding conversations by the words in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text

from deskhand.conversation.model import Status
from deskhand.conversation.people import Agent
from deskhand.store.database import Database
from deskhand.store.desk.visibility import visible_to
from deskhand.store.tables import contacts, conversations, handoffs, messages
from deskhand.store.texts import storable

LOOKED_AT = 500
"""The latest messages with the words: their conversations are the result."""

# As the index has it.
_HAS_WORDS = text("to_tsvector('simple', left(messages.text, 20000)) @@ websearch_to_tsquery('simple', :words)")


@dataclass(frozen=True)
class SearchHit:
    conversation_id: UUID
    message_id: UUID
    """The latest with the words."""
    contact_name: str | None
    channel: str
    status: Status
    text: str
    at: datetime


async def search(db: Database, words: str, agent: Agent, limit: int = 50) -> list[SearchHit]:
    """Conversations that the agent may see, those with the latest mention first.

    `words`: all of them must be in one message, "words in quotes" side by side, words after a minus must not be.
    """
    if not words.strip():
        return []
    async with db.begin() as connection:
        found = await connection.execute(_query(agent), {"words": storable(words)[:200]})
        hits: dict[UUID, SearchHit] = {}
        for row in found:
            if row.conversation_id not in hits and len(hits) < limit:
                hits[row.conversation_id] = SearchHit(**{**row._mapping, "status": Status(row.status)})
    return list(hits.values())


def _query(agent: Agent) -> Select[Any]:
    name = (
        select(handoffs.c.packet["crm_context"]["name"].astext)
        .where(handoffs.c.conversation_id == messages.c.conversation_id)
        .order_by(handoffs.c.requested_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            messages.c.conversation_id,
            messages.c.id.label("message_id"),
            func.left(messages.c.text, 4000).label("text"),
            messages.c.sent_at.label("at"),
            conversations.c.status,
            contacts.c.channel,
            func.coalesce(name, contacts.c.name).label("contact_name"),
        )
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(_HAS_WORDS, messages.c.deleted_at.is_(None), visible_to(agent))
        .order_by(messages.c.sent_at.desc())
        .limit(LOOKED_AT)
    )
