"""Noting what becomes of a conversation, for its transcript. Done while its row is locked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ScalarSelect, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.desk import Event, EventKind
from deskhand.store.desk_tables import conversation_events, discarded_replies
from deskhand.store.people_tables import agents
from deskhand.store.rows import AnyRow, storable_value
from deskhand.store.tables import conversations
from deskhand.store.texts import storable


async def note_event(
    connection: AsyncConnection,
    conversation_id: UUID,
    kind: EventKind,
    now: datetime,
    agent_id: UUID | None = None,
    **details: object,
) -> None:
    """`details` are JSON values; those that are None are left out."""
    await connection.execute(
        insert(conversation_events).values(
            conversation_id=conversation_id,
            after_seq=_last_seq(conversation_id),
            at=now,
            kind=kind,
            agent_id=agent_id,
            details={key: storable_value(value) for key, value in details.items() if value is not None},
        )
    )


async def note_discarded(
    connection: AsyncConnection, conversation_id: UUID, turn_id: UUID, texts: list[str], now: datetime
) -> None:
    """Keeps what the assistant wanted to say after it had lost control."""
    if not texts:
        return
    await connection.execute(
        insert(discarded_replies),
        [
            {
                "id": uuid4(),
                "conversation_id": conversation_id,
                "after_seq": await connection.scalar(select(_last_seq(conversation_id))),
                "turn_id": turn_id,
                "text": storable(text),
                "at": now,
            }
            for text in texts
        ],
    )
    await note_event(connection, conversation_id, EventKind.DISCARDED, now, replies=len(texts))


async def events_of(connection: AsyncConnection, conversation_id: UUID, after_seq: int = 0) -> list[Event]:
    """In the order in which they happened."""
    found = await connection.execute(
        select(conversation_events, agents.c.name.label("agent_name"))
        .join(agents, agents.c.id == conversation_events.c.agent_id, isouter=True)
        .where(conversation_events.c.conversation_id == conversation_id, conversation_events.c.after_seq >= after_seq)
        .order_by(conversation_events.c.id)
    )
    return [_event(row) for row in found]


def _last_seq(conversation_id: UUID) -> ScalarSelect[int]:
    return select(conversations.c.last_seq).where(conversations.c.id == conversation_id).scalar_subquery()


def _event(row: AnyRow) -> Event:
    return Event(
        id=row.id,
        conversation_id=row.conversation_id,
        after_seq=row.after_seq,
        at=row.at,
        kind=EventKind(row.kind),
        agent_id=row.agent_id,
        agent_name=row.agent_name,
        details=row.details,
    )
