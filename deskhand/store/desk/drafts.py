"""Replies that were proposed to agents, and what the agents made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from deskhand.conversation.desk import Draft
from deskhand.conversation.model import Citation
from deskhand.conversation.people import Agent
from deskhand.store.database import Database
from deskhand.store.desk.visibility import visible_to
from deskhand.store.desk_tables import drafts
from deskhand.store.errors import ConversationNotFound
from deskhand.store.rows import AnyRow, storable_value
from deskhand.store.tables import conversations
from deskhand.store.texts import storable


class Drafts:
    """`Work.say` notes what was sent."""

    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def propose(
        self, conversation_id: UUID, agent: Agent, question: str, proposed: str, citations: Sequence[Citation] = ()
    ) -> Draft:
        """Keeps a reply that is shown to an agent. Raises `ConversationNotFound`."""
        async with self._db.begin() as connection:
            visible = select(conversations.c.id).where(conversations.c.id == conversation_id, visible_to(agent))
            if await connection.scalar(visible) is None:
                raise ConversationNotFound("There is no such conversation.")
            added = await connection.execute(
                insert(drafts)
                .values(
                    id=uuid4(),
                    conversation_id=conversation_id,
                    agent_id=agent.id,
                    question=storable(question),
                    proposed=storable(proposed),
                    citations=[storable_value(asdict(one)) for one in citations],
                    at=self._now(),
                )
                .returning(drafts)
            )
            return _draft(added.one())

    async def of_conversation(self, conversation_id: UUID) -> list[Draft]:
        """In the order in which they were proposed."""
        query = select(drafts).where(drafts.c.conversation_id == conversation_id).order_by(drafts.c.at)
        async with self._db.begin() as connection:
            return [_draft(row) for row in await connection.execute(query)]

    async def sent(self, limit: int = 200) -> list[Draft]:
        """Those that agents sent, changed or not, the latest first."""
        query = select(drafts).where(drafts.c.sent_message_id.is_not(None)).order_by(drafts.c.at.desc()).limit(limit)
        async with self._db.begin() as connection:
            return [_draft(row) for row in await connection.execute(query)]


def _draft(row: AnyRow) -> Draft:
    return Draft(
        id=row.id,
        conversation_id=row.conversation_id,
        agent_id=row.agent_id,
        question=row.question,
        proposed=row.proposed,
        at=row.at,
        citations=tuple(Citation(**one) for one in row.citations),
        sent_message_id=row.sent_message_id,
        sent_text=row.sent_text,
    )
