"""What channels tell of messages that were sent. A state never goes back, whatever order reports come in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import DeliveryReport, DeliveryState
from deskhand.store import rows
from deskhand.store.delivery_tables import early_reports, sends
from deskhand.store.holding import WINDOW_CLOSED, note_window_closed
from deskhand.store.message_state import refresh_message
from deskhand.store.texts import storable

RANK = {"waiting": 0, "queued": 0, "sending": 0, "sent": 1, "delivered": 2, "failed": 3, "read": 4}
"""`failed` may follow `sent`, and even `delivered` on one of several devices; what was read has arrived."""


async def note_report(connection: AsyncConnection, report: DeliveryReport, now: datetime) -> None:
    """Notes it where it belongs; if what it is about is not known yet, keeps it for `apply_early_report`."""
    if _closes_window(report.state, report.cause) and await note_window_closed(
        connection, report.channel, storable(report.external_id), report.code, report.instead
    ):
        return
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
        instead = rows.storable_value(dict(report.instead)) if report.instead else None
        early = upsert(early_reports).values(
            channel=report.channel, external_id=storable(report.external_id), at=now, instead=instead, **values
        )
        await connection.execute(
            early.on_conflict_do_update(
                index_elements=["channel", "external_id"],
                set_={**values, "instead": instead},
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
    if row is None:
        return
    closed = _closes_window(row.state, row.cause)
    if not closed or not await note_window_closed(connection, channel, external_id, row.code, row.instead):
        await connection.execute(
            update(sends)
            .where(
                sends.c.channel == channel,
                sends.c.external_id == external_id,
                _rank(sends.c.state) < RANK[row.state],
            )
            .values(state=row.state, cause=row.cause, code=row.code)
        )


async def _is_known(connection: AsyncConnection, report: DeliveryReport) -> bool:
    found = await connection.scalar(
        select(sends.c.id).where(sends.c.channel == report.channel, sends.c.external_id == storable(report.external_id))
    )
    return found is not None


def _closes_window(state: str, cause: str | None) -> bool:
    return state == DeliveryState.FAILED and cause == WINDOW_CLOSED


def _rank(column: ColumnElement[str]) -> ColumnElement[int]:
    return case(RANK, value=column)
