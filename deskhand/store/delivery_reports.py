"""What channels tell of messages that were sent. A state never goes back, whatever order reports come in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import DeliveryReport
from deskhand.store import changes
from deskhand.store.delivery_tables import early_reports, sends
from deskhand.store.texts import storable

RANK = {"waiting": 0, "queued": 0, "sending": 0, "sent": 1, "delivered": 2, "failed": 3, "read": 4}
"""`failed` may follow `sent`, and even `delivered` on one of several devices; what was read has arrived."""


_REFRESH = text(
    """
    UPDATE deskhand.messages SET
        delivery = worst.state,
        delivery_cause = CASE WHEN worst.state IN ('failed', 'waiting') THEN worst.cause END,
        delivery_code = CASE WHEN worst.state IN ('failed', 'waiting') THEN worst.code END
    FROM (
        SELECT CASE state WHEN 'sending' THEN 'queued' ELSE state END AS state, cause, code
        FROM deskhand.sends WHERE message_id = :id AND position >= 0
        ORDER BY array_position(
            ARRAY['failed', 'waiting', 'queued', 'sending', 'sent', 'delivered', 'read'], state
        ), position
        LIMIT 1
    ) AS worst
    WHERE messages.id = :id
    RETURNING pg_notify(:channel, messages.conversation_id::text)
    """
)


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
    await connection.execute(_REFRESH, {"id": message_id, "channel": changes.CHANNEL})


async def _is_known(connection: AsyncConnection, report: DeliveryReport) -> bool:
    found = await connection.scalar(
        select(sends.c.id).where(sends.c.channel == report.channel, sends.c.external_id == storable(report.external_id))
    )
    return found is not None


def _rank(column: ColumnElement[str]) -> ColumnElement[int]:
    return case(RANK, value=column)
