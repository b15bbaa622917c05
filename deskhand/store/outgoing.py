"""Messages to customers, queued for sending in the transaction that stores them. Whoever wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Author, Message
from deskhand.store import rows
from deskhand.store.delivery_tables import sends
from deskhand.store.queue import queue_send
from deskhand.store.tables import contacts, messages
from deskhand.store.texts import storable

READ_IN_PLACE = frozenset({"webchat"})
"""Channels without an API of their own: customers come and read."""


async def queue_out(connection: AsyncConnection, contact_id: UUID, stored: Sequence[Message], now: datetime) -> None:
    """Has these messages sent, in this order, after what is queued already. Changes nothing where customers read."""
    if not stored:
        return
    locked = select(contacts.c.channel).where(contacts.c.id == contact_id).with_for_update()
    channel = str(await connection.scalar(locked))
    if channel in READ_IN_PLACE:
        return
    for message in stored:  # one by one: their numbers are their order
        await connection.execute(
            insert(sends).values(
                id=uuid4(),
                message_id=message.id,
                contact_id=contact_id,
                channel=channel,
                position=0,
                state="queued",
                queued_at=now,
            )
        )
    await connection.execute(
        update(messages).where(messages.c.id.in_([one.id for one in stored])).values(delivery="queued")
    )
    await queue_send(connection, channel, contact_id)


async def store_line(connection: AsyncConnection, conversation_id: UUID, text: str, now: datetime) -> Message:
    """A line that is neither the assistant's nor a person's. It needs no control."""
    seq = await rows.next_seq(connection, conversation_id, 1)
    added = await connection.execute(
        insert(messages)
        .values(
            id=uuid4(),
            conversation_id=conversation_id,
            seq=seq,
            author=Author.SYSTEM,
            text=storable(text),
            sent_at=now,
        )
        .returning(messages)
    )
    return rows.message(added.one())
