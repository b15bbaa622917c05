"""Queueing work in the transaction that makes it necessary.

The queue is procrastinate's, in a schema of its own in this database; `deskhand.channels.delivery` runs its
workers. A job is only a wake-up: "see what this conversation needs", "see what this contact is to be sent".
What is to be done stands in our own tables, so a job too many does no harm, and one that has not begun yet will do
for everything that comes until then: whoever queues holds the row (the conversation's, the contact's) that the
job locks first, so the job sees what was stored.
"""

from __future__ import annotations

import json
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

QUEUE_SCHEMA = "deskhand_queue"
TURN_QUEUE = "turns"
TURN_TASK = "deskhand.take_turns"
SEND_TASK = "deskhand.send"
MEDIA_TASK = "deskhand.keep_media"
DESK_QUEUE = "desk"
"""An outside desk that hangs holds up neither turns nor sends."""
DESK_TASK = "deskhand.tell_desk"

# The function that procrastinate documents for queueing from SQL.
_DEFER = text(
    """
    SELECT deskhand_queue.procrastinate_defer_jobs_v1(ARRAY[ROW(
        CAST(:queue AS text), CAST(:task AS text), 0, CAST(:lock AS text), NULL, CAST(:arguments AS jsonb), NULL
    )::deskhand_queue.procrastinate_job_to_defer_v1])
    WHERE NOT EXISTS (
        SELECT FROM deskhand_queue.procrastinate_jobs WHERE lock = CAST(:lock AS text) AND status = 'todo'
    )
    """
)


def send_queue(channel: str) -> str:
    """Each channel has a queue of its own: one whose API hangs does not hold up another."""
    return f"send_{channel}"


def send_lock(contact_id: UUID) -> str:
    return f"send {contact_id}"


async def queue_turn(connection: AsyncConnection, conversation_id: UUID) -> None:
    """Has somebody see what the conversation needs. Its row must be locked."""
    await _defer(
        connection,
        queue=TURN_QUEUE,
        task=TURN_TASK,
        lock=f"turn {conversation_id}",
        arguments={"conversation_id": str(conversation_id)},
    )


async def queue_send(connection: AsyncConnection, channel: str, contact_id: UUID) -> None:
    """Has somebody send what is due to the contact, one after the other. The contact's row must be locked."""
    await _defer(
        connection,
        queue=send_queue(channel),
        task=SEND_TASK,
        lock=send_lock(contact_id),
        arguments={"channel": channel, "contact_id": str(contact_id)},
    )


async def queue_media(connection: AsyncConnection, channel: str, message_id: UUID) -> None:
    """Has somebody fetch and keep the files of a message, beside what is sent on its channel."""
    await _defer(
        connection,
        queue=send_queue(channel),
        task=MEDIA_TASK,
        lock=f"media {message_id}",
        arguments={"channel": channel, "message_id": str(message_id)},
    )


async def queue_telling(connection: AsyncConnection, conversation_id: UUID) -> None:
    """Has somebody tell the outside desk what it does not know of the conversation yet."""
    await _defer(
        connection,
        queue=DESK_QUEUE,
        task=DESK_TASK,
        lock=f"desk {conversation_id}",
        arguments={"conversation_id": str(conversation_id)},
    )


async def _defer(connection: AsyncConnection, *, queue: str, task: str, lock: str, arguments: dict[str, str]) -> None:
    values = {"queue": queue, "task": task, "lock": lock, "arguments": json.dumps(arguments)}
    await connection.execute(_DEFER, values)
