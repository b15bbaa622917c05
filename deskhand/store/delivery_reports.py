"""What channels tell of messages that were sent. A state never goes back, whatever order reports come in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import DeliveryReport, DeliveryState
from deskhand.store import changes
from deskhand.store.delivery_tables import early_reports, sends
from deskhand.store.tables import messages
from deskhand.store.texts import storable

RANK = {"waiting": 0, "queued": 0, "sending": 0, "sent": 1, "delivered": 2, "failed": 3, "read": 4}
"""`failed` may follow `sent`, and even `delivered` on one of several devices; what was read has arrived."""


async def note_report(connection: AsyncConnection, report: DeliveryReport, now: datetime) -> None:
    """Notes it where it belongs; if what it is about is not known yet, keeps it for `apply_early_report`."""
    values = {"state": report.state, "cause": report.cause, "code": report.code}
    changed = await connection.execute(
        update(sends)
        .where(
            sends.c.channel == report.channel,
            sends.c.external_id == storable(report.external_id),
            _rank(sends.c.state) < RANK[report.state],
        )
        .values(**values)
        .returning(sends.c.message_id)
    )
    message_ids = set(changed.scalars())
    for message_id in message_ids:
        await refresh_message(connection, message_id)
    if not message_ids and not await _is_known(connection, report):
        early = upsert(early_reports).values(
            channel=report.channel, external_id=storable(report.external_id), at=now, **values
        )
        await connection.execute(
            early.on_conflict_do_update(
                index_elements=["channel", "external_id"],
                set_=values,
                where=_rank(early_reports.c.state) < RANK[report.state],
            )
        )


async def apply_early_report(connection: AsyncConnection, channel: str, external_id: str) -> None:
    """To be called in the transaction that notes the id of what was sent."""
    found = await connection.execute(
        delete(early_reports)
        .where(early_reports.c.channel == channel, early_reports.c.external_id == external_id)
        .returning(early_reports)
    )
    row = found.one_or_none()
    if row is not None:
        await connection.execute(
            update(sends)
            .where(
                sends.c.channel == channel,
                sends.c.external_id == external_id,
                _rank(sends.c.state) < RANK[row.state],
            )
            .values(state=row.state, cause=row.cause, code=row.code)
        )


async def refresh_message(connection: AsyncConnection, message_id: UUID) -> None:
    """What became of a message is what became of its parts: the worst of them, else the slowest."""
    found = await connection.execute(select(sends).where(sends.c.message_id == message_id, sends.c.position >= 0))
    parts = found.all()
    if not parts:
        return
    states = ["queued" if part.state == "sending" else part.state for part in parts]
    state = summary(states)
    blamed = next((part for part in parts if part.state == state), parts[0])
    told = state in (DeliveryState.FAILED, DeliveryState.WAITING)
    changed = await connection.execute(
        update(messages)
        .where(messages.c.id == message_id)
        .values(
            delivery=state,
            delivery_cause=blamed.cause if told else None,
            delivery_code=blamed.code if told else None,
        )
        .returning(messages.c.conversation_id)
    )
    await changes.tell(connection, changed.scalar_one())


def summary(states: Sequence[str]) -> str:
    for state in ("failed", "waiting"):
        if state in states:
            return state
    return min(states, key=RANK.__getitem__)


async def _is_known(connection: AsyncConnection, report: DeliveryReport) -> bool:
    found = await connection.scalar(
        select(sends.c.id).where(sends.c.channel == report.channel, sends.c.external_id == storable(report.external_id))
    )
    return found is not None


def _rank(column: ColumnElement[str]) -> ColumnElement[int]:
    return case(RANK, value=column)
