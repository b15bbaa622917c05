"""Notes: what agents tell each other about a conversation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import any_, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.desk import Note
from deskhand.conversation.people import Agent
from deskhand.store import changes
from deskhand.store.control import locked
from deskhand.store.database import Database
from deskhand.store.desk.mentions import mentioned_in
from deskhand.store.desk.visibility import visible_to
from deskhand.store.desk_tables import notes
from deskhand.store.errors import ConversationNotFound
from deskhand.store.people_tables import agents
from deskhand.store.rows import AnyRow
from deskhand.store.tables import conversations
from deskhand.store.texts import storable

LONGEST_NOTE = 5000
"""In characters."""


class Notes:
    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def add(self, conversation_id: UUID, agent: Agent, text: str, *, note_id: UUID | None = None) -> Note:
        """Also of conversations that the assistant or a colleague has. "@Name" mentions that agent. `note_id`: made by
        the agent's page; the same one again changes nothing.

        Raises `ConversationNotFound`, and `ValueError` for a note without words or one that is too long.
        """
        if not text.strip() or len(text) > LONGEST_NOTE:
            raise ValueError(f"A note has 1 to {LONGEST_NOTE} characters.")
        async with self._db.begin() as connection:
            row = await locked(connection, conversation_id)
            visible = select(conversations.c.id).where(conversations.c.id == conversation_id, visible_to(agent))
            if await connection.scalar(visible) is None:
                raise ConversationNotFound("There is no such conversation.")
            known = await connection.execute(
                select(notes).where(
                    notes.c.id == note_id, notes.c.conversation_id == row.id, notes.c.agent_id == agent.id
                )
            )
            if (written := known.one_or_none()) is not None:
                return _note(written, agent.name)
            people = await connection.execute(select(agents.c.id, agents.c.name).where(agents.c.active))
            added = await connection.execute(
                insert(notes)
                .values(
                    id=note_id or uuid4(),
                    conversation_id=row.id,
                    after_seq=row.last_seq,
                    agent_id=agent.id,
                    text=storable(text.strip()),
                    mentions=mentioned_in(text, {one.id: one.name for one in people}),
                    at=self._now(),
                )
                .returning(notes)
            )
            await changes.tell(connection, row.id)
            return _note(added.one(), agent.name)

    async def mentioning(self, agent: Agent, limit: int = 50) -> list[Note]:
        """Notes in which colleagues mention the agent, in conversations that the agent may see, the latest first."""
        query = (
            select(notes, agents.c.name)
            .join(agents, agents.c.id == notes.c.agent_id)
            .join(conversations, conversations.c.id == notes.c.conversation_id)
            .where(literal(agent.id) == any_(notes.c.mentions), visible_to(agent))
            .order_by(notes.c.at.desc())
            .limit(limit)
        )
        async with self._db.begin() as connection:
            return [_note(row, row.name) for row in await connection.execute(query)]


async def notes_of(connection: AsyncConnection, conversation_id: UUID) -> list[Note]:
    """In the order in which they were written."""
    found = await connection.execute(
        select(notes, agents.c.name)
        .join(agents, agents.c.id == notes.c.agent_id)
        .where(notes.c.conversation_id == conversation_id)
        .order_by(notes.c.at)
    )
    return [_note(row, row.name) for row in found]


def _note(row: AnyRow, agent_name: str) -> Note:
    return Note(
        id=row.id,
        conversation_id=row.conversation_id,
        after_seq=row.after_seq,
        agent_id=row.agent_id,
        agent_name=agent_name,
        text=row.text,
        at=row.at,
        mentions=tuple(row.mentions),
    )
