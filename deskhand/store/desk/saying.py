"""Storing what an agent says, in the transaction of whoever lets them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Author, Message
from deskhand.conversation.people import Agent
from deskhand.store import rows
from deskhand.store.desk_tables import drafts, read_marks
from deskhand.store.outgoing import queue_out
from deskhand.store.rows import AnyRow
from deskhand.store.tables import conversations, messages
from deskhand.store.texts import storable


async def said_before(connection: AsyncConnection, client_id: UUID | None, conversation_id: UUID) -> Message | None:
    """The message that the desk's page has sent already, under the id that it made."""
    if client_id is None:
        return None
    found = await connection.execute(
        select(messages).where(messages.c.client_id == client_id, messages.c.conversation_id == conversation_id)
    )
    row = found.one_or_none()
    return rows.message(row) if row is not None else None


async def store_agents_words(
    connection: AsyncConnection, row: AnyRow, agent: Agent, text: str, now: datetime, client_id: UUID | None = None
) -> Message:
    """The contact is answered by it, and it is queued for sending. The conversation's row is locked."""
    seq = await rows.next_seq(connection, row.id, 1, now)
    added = await connection.execute(
        insert(messages)
        .values(
            id=uuid4(),
            conversation_id=row.id,
            seq=seq,
            author=Author.AGENT,
            author_name=agent.name,
            agent_id=agent.id,
            client_id=client_id,
            text=storable(text),
            sent_at=now,
        )
        .returning(messages)
    )
    message = rows.message(added.one())
    await connection.execute(
        update(conversations)
        .where(conversations.c.id == row.id)
        .values(
            waiting_since=None,
            first_response_at=func.coalesce(conversations.c.first_response_at, now),
        )
    )
    await queue_out(connection, row.contact_id, [message], now)
    await mark_read(connection, agent.id, row.id, seq)
    return message


async def mark_read(connection: AsyncConnection, agent_id: UUID, conversation_id: UUID, seq: int) -> None:
    """The agent has seen the conversation up to this message. Never goes back."""
    mark = insert_or_update(read_marks).values(agent_id=agent_id, conversation_id=conversation_id, seq=seq)
    later = case((read_marks.c.seq > seq, read_marks.c.seq), else_=seq)
    await connection.execute(
        mark.on_conflict_do_update(index_elements=["agent_id", "conversation_id"], set_={"seq": later})
    )


async def note_draft_used(
    connection: AsyncConnection, draft_id: UUID, conversation_id: UUID, agent: Agent, message: Message
) -> None:
    """Keeps what became of a proposed reply. Does nothing for a draft of another conversation or agent."""
    await connection.execute(
        update(drafts)
        .where(
            drafts.c.id == draft_id,
            drafts.c.conversation_id == conversation_id,
            drafts.c.agent_id == agent.id,
            drafts.c.sent_message_id.is_(None),
        )
        .values(sent_message_id=message.id, sent_text=message.text)
    )
