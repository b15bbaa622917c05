"""Messages to customers, queued for sending in the transaction that stores them. Whoever wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Author, Message
from deskhand.store import rows
from deskhand.store.queue import SEND_TASK, send_lock, send_queue
from deskhand.store.tables import contacts, messages
from deskhand.store.texts import storable

READ_IN_PLACE = frozenset({"webchat"})
"""Channels without an API of their own: customers come and read."""


# The rows get their numbers, which are their order, in the order of `message_ids`. The contact's row is locked by a
# statement before this one, so that it sees every job that was queued until then.
_QUEUE_OUT = text(
    """
    WITH queued AS (
        INSERT INTO deskhand.sends (id, message_id, contact_id, channel, position, state, queued_at)
        SELECT gen_random_uuid(), message_id, :contact_id, :channel, 0, 'queued', :now
        FROM unnest(CAST(:message_ids AS uuid[])) WITH ORDINALITY AS stored (message_id, place) ORDER BY place
    ), marked AS (
        UPDATE deskhand.messages SET delivery = 'queued' WHERE id = ANY (CAST(:message_ids AS uuid[]))
    )
    SELECT deskhand_queue.procrastinate_defer_jobs_v1(ARRAY[ROW(
        CAST(:queue AS text), CAST(:task AS text), 0, CAST(:lock AS text), NULL,
        jsonb_build_object('channel', CAST(:channel AS text), 'contact_id', CAST(:contact_id AS uuid)), NULL
    )::deskhand_queue.procrastinate_job_to_defer_v1])
    WHERE NOT EXISTS (
        SELECT FROM deskhand_queue.procrastinate_jobs WHERE lock = CAST(:lock AS text) AND status = 'todo'
    )
    """
)


async def queue_out(connection: AsyncConnection, contact_id: UUID, stored: Sequence[Message], now: datetime) -> None:
    """Has these messages sent, in this order, after what is queued already. Changes nothing where customers read."""
    if not stored:
        return
    locked = select(contacts.c.channel).where(contacts.c.id == contact_id).with_for_update(key_share=True)
    channel = str(await connection.scalar(locked))
    if channel in READ_IN_PLACE:
        return
    await connection.execute(
        _QUEUE_OUT,
        {
            "contact_id": contact_id,
            "channel": channel,
            "now": now,
            "message_ids": [one.id for one in stored],
            "queue": send_queue(channel),
            "task": SEND_TASK,
            "lock": send_lock(contact_id),
        },
    )


async def store_line(connection: AsyncConnection, conversation_id: UUID, line: str, now: datetime) -> Message:
    """A line that is neither the assistant's nor a person's. It needs no control."""
    seq = await rows.next_seq(connection, conversation_id, 1, now)
    added = await connection.execute(
        insert(messages)
        .values(
            id=uuid4(),
            conversation_id=conversation_id,
            seq=seq,
            author=Author.SYSTEM,
            text=storable(line),
            sent_at=now,
        )
        .returning(messages)
    )
    return rows.message(added.one())
