"""Messages that did not reach their customers: which, why, and once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Text, select, update

from deskhand.store.database import Database
from deskhand.store.delivery_tables import sends
from deskhand.store.message_state import refresh_message
from deskhand.store.queue import queue_send
from deskhand.store.recipients import recipient_of
from deskhand.store.tables import contacts, messages


@dataclass(frozen=True)
class SentPart:
    """One call of a channel's API, as it went."""

    message_id: UUID
    conversation_id: UUID
    channel: str
    position: int
    state: str
    attempts: int
    repeats: int
    external_id: str | None
    cause: str | None
    code: str | None
    detail: str | None
    queued_at: datetime
    finished_at: datetime | None


async def stuck_parts(db: Database, limit: int = 200) -> list[SentPart]:
    """What has failed or waits, the newest first."""
    query = _PARTS.where(sends.c.state.in_(["failed", "waiting"])).order_by(sends.c.queued_at.desc()).limit(limit)
    async with db.begin() as connection:
        return [SentPart(**row._mapping) for row in await connection.execute(query)]


async def parts_of(db: Database, beginning: str) -> list[SentPart]:
    """Those of the message whose id begins so, in order. Empty if there is none."""
    query = _PARTS.where(sends.c.message_id.cast(Text).startswith(beginning.lower(), autoescape=True))
    async with db.begin() as connection:
        found = await connection.execute(query.order_by(sends.c.order_no, sends.c.position))
        return [SentPart(**row._mapping) for row in found]


async def send_again(db: Database, message_ids: Sequence[UUID]) -> int:
    """Queues what has failed of these messages. Returns how many parts that are."""
    again = 0
    async with db.begin() as connection:
        found = await connection.execute(
            select(sends.c.contact_id, sends.c.channel)
            .where(sends.c.message_id.in_(message_ids), sends.c.state.in_(["failed", "waiting"]))
            .distinct()
            .order_by(sends.c.contact_id)
        )
        for contact_id, channel in found.all():
            await recipient_of(connection, contact_id, lock=True)
            await connection.execute(update(contacts).where(contacts.c.id == contact_id).values(unreachable_at=None))
            queued = await connection.execute(
                update(sends)
                .where(
                    sends.c.message_id.in_(message_ids),
                    sends.c.contact_id == contact_id,
                    sends.c.state.in_(["failed", "waiting"]),
                    sends.c.position >= 0,
                )
                .values(state="queued", queued_at=datetime.now(UTC), not_before=None, paced=False, finished_at=None)
                .returning(sends.c.message_id)
            )
            changed = list(queued.scalars())
            again += len(changed)
            for message_id in set(changed):
                await refresh_message(connection, message_id)
            await queue_send(connection, channel, contact_id)
    return again


_PARTS = select(
    sends.c.message_id,
    messages.c.conversation_id,
    sends.c.channel,
    sends.c.position,
    sends.c.state,
    sends.c.attempts,
    sends.c.repeats,
    sends.c.external_id,
    sends.c.cause,
    sends.c.code,
    sends.c.detail,
    sends.c.queued_at,
    sends.c.finished_at,
).join(messages, messages.c.id == sends.c.message_id)
