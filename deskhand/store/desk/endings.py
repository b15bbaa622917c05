"""Conversations that have ended and that the CRM has not been told of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from deskhand.conversation.desk import EventKind
from deskhand.conversation.identity import MAX_FAILURES
from deskhand.conversation.model import Outcome, Status
from deskhand.store.database import Database
from deskhand.store.desk_tables import aftercare, conversation_events
from deskhand.store.rows import AnyRow
from deskhand.store.tables import contacts, conversations, handoffs, verifications

TOLD_WITHIN = timedelta(days=7)
"""A CRM that is away for longer is not told of what ended before."""
AT_ONCE = 100

_BY_ITSELF = "The assistant dealt with it."


@dataclass(frozen=True)
class Ending:
    conversation_id: UUID
    customer_id: str
    """Whom the contact has shown to be."""
    channel: str
    outcome: Outcome
    summary: str
    ended_at: datetime
    rating: int | None


class Endings:
    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def untold(self) -> list[Ending]:
        """Those of identified customers, the oldest first; also when something has changed since they were told."""
        changed = func.greatest(conversations.c.resolved_at, conversations.c.rated_at)
        query = (
            select(
                conversations,
                contacts.c.channel,
                verifications.c.customer_id,
                _last_detail(),
                _last_packet(),
            )
            .join(contacts, contacts.c.id == conversations.c.contact_id)
            .join(verifications, verifications.c.conversation_id == cast(conversations.c.id, Text))
            .join(aftercare, aftercare.c.conversation_id == conversations.c.id, isouter=True)
            .where(
                conversations.c.status == Status.RESOLVED,
                conversations.c.resolved_at > self._now() - TOLD_WITHIN,
                verifications.c.customer_id.is_not(None),
                verifications.c.matched_at.is_not(None),
                verifications.c.failures < MAX_FAILURES,
                or_(aftercare.c.recorded_at.is_(None), aftercare.c.recorded_at < changed),
            )
            .order_by(conversations.c.resolved_at)
            .limit(AT_ONCE)
        )
        async with self._db.begin() as connection:
            return [_ending(row) for row in await connection.execute(query)]

    async def told(self, conversation_id: UUID) -> None:
        values = {"recorded_at": self._now()}
        async with self._db.begin() as connection:
            await connection.execute(
                insert(aftercare)
                .values(conversation_id=conversation_id, **values)
                .on_conflict_do_update(index_elements=[aftercare.c.conversation_id], set_=values)
            )


def _last_detail() -> Any:
    """What the agent wrote when they resolved it."""
    return (
        select(conversation_events.c.details["summary"].astext)
        .where(
            conversation_events.c.conversation_id == conversations.c.id,
            conversation_events.c.kind == EventKind.RESOLVED,
        )
        .order_by(conversation_events.c.id.desc())
        .limit(1)
        .scalar_subquery()
        .label("said")
    )


def _last_packet() -> Any:
    return (
        select(handoffs.c.packet["summary"].astext)
        .where(handoffs.c.conversation_id == conversations.c.id)
        .order_by(handoffs.c.requested_at.desc())
        .limit(1)
        .scalar_subquery()
        .label("handed_over")
    )


def _ending(row: AnyRow) -> Ending:
    return Ending(
        conversation_id=row.id,
        customer_id=row.customer_id,
        channel=row.channel,
        outcome=Outcome(row.outcome),
        summary=row.said or row.handed_over or _BY_ITSELF,
        ended_at=row.resolved_at,
        rating=row.rating,
    )
