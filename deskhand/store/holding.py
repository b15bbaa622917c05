"""Holding back what a contact cannot be sent now: until they write, or are back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store import rows
from deskhand.store.delivery_tables import sends
from deskhand.store.message_state import refresh_message
from deskhand.store.queue import queue_send
from deskhand.store.recipients import recipient_of
from deskhand.store.tables import contacts

WINDOW_CLOSED = "window_closed"

_WAITING = {"state": "waiting", "paced": False, "not_before": None}


async def hold_back(
    connection: AsyncConnection, contact_id: UUID, cause: str, states: Sequence[str] = ("queued", "sending")
) -> None:
    """Whatever is to be sent to the contact waits. Their row must be locked."""
    held = await connection.execute(
        update(sends)
        .where(sends.c.contact_id == contact_id, sends.c.state.in_(states))
        .values(cause=cause, **_WAITING)
        .returning(sends.c.message_id)
    )
    for message_id in set(held.scalars()):
        await refresh_message(connection, message_id)


async def add_template(connection: AsyncConnection, send_id: UUID, template: Mapping[str, Any], now: datetime) -> None:
    """Queues the template in the stead of a part that waits. Since the customer last wrote one is enough."""
    waits = (await connection.execute(select(sends).where(sends.c.id == send_id))).one()
    heard = select(contacts.c.last_heard_at).where(contacts.c.id == waits.contact_id)
    last_heard_at = await connection.scalar(heard) or datetime.min.replace(tzinfo=UTC)
    reminded = await connection.scalar(
        select(sends.c.id)
        .where(sends.c.contact_id == waits.contact_id, sends.c.position < 0, sends.c.queued_at > last_heard_at)
        .limit(1)
    )
    if reminded is not None:
        return
    await connection.execute(
        upsert(sends)
        .values(
            id=uuid4(),
            message_id=waits.message_id,
            contact_id=waits.contact_id,
            channel=waits.channel,
            order_no=waits.order_no,
            position=-1,
            part=rows.storable_value(dict(template)),
            state="queued",
            queued_at=now,
        )
        .on_conflict_do_nothing()
    )


async def note_window_closed(
    connection: AsyncConnection, channel: str, external_id: str, code: str | None, template: Mapping[str, Any] | None
) -> bool:
    """What the channel had taken, and tells only now that it was too late for, waits like what it refused at once.

    Returns whether there was such a part. A template that was too late has failed: False.
    """
    its = (sends.c.channel == channel, sends.c.external_id == external_id, sends.c.position >= 0)
    contact_id = await connection.scalar(select(sends.c.contact_id).where(*its))
    if contact_id is None:
        return False
    recipient = await recipient_of(connection, contact_id, lock=True)
    found = await connection.execute(select(sends).where(*its, sends.c.state == "sent").with_for_update(key_share=True))
    row = found.one_or_none()
    if row is None:
        return False
    # Without its id: the same told again is about nothing.
    await connection.execute(
        update(sends)
        .where(sends.c.id == row.id)
        .values(cause=WINDOW_CLOSED, code=code, external_id=None, finished_at=None, **_WAITING)
    )
    if recipient.last_heard_at is not None and row.started_at is not None and recipient.last_heard_at > row.started_at:
        await connection.execute(update(sends).where(sends.c.id == row.id).values(state="queued"))  # it is open again
    else:
        await hold_back(connection, contact_id, WINDOW_CLOSED, ["queued"])  # what is being sent now will tell by itself
        if template is not None:
            await add_template(connection, row.id, template, datetime.now(UTC))
    await refresh_message(connection, row.message_id)
    await queue_send(connection, channel, contact_id)
    return True
