"""What is on its way to customers, part by part, each contact's in order.

A part is noted as `sending` before the call and as what became of it afterwards. Found as `sending` by the next
one who looks, its call may or may not have arrived: it is made again, and counted in `repeats`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Button, Message
from deskhand.store import changes, pace, rows
from deskhand.store.database import Database
from deskhand.store.delivery_reports import apply_early_report
from deskhand.store.delivery_tables import sends
from deskhand.store.holding import WINDOW_CLOSED, add_template, hold_back
from deskhand.store.message_state import refresh_message
from deskhand.store.recipients import Recipient, recipient_of
from deskhand.store.rows import AnyRow
from deskhand.store.tables import buttons, contacts, messages
from deskhand.store.texts import storable

GIVE_UP_AFTER = timedelta(hours=6)
LONGEST_PAUSE_SECONDS = 300.0

UNREACHABLE, REFUSED = "unreachable", "refused"


@dataclass(frozen=True)
class Due:
    """A part whose call is to be made now."""

    id: UUID
    message_id: UUID
    channel: str
    part: Mapping[str, Any]
    recipient: Recipient
    attempts: int
    queued_at: datetime
    repeated: bool
    template: bool


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Pace:
    per_second: float
    seconds_between: float
    burst: int


# The usual case: nobody has overtaken us, and no report was faster than our note. What the message's other parts have
# come to, this statement sees as it was before it; of its own part it knows.
_SENT = text(
    """
    WITH ended AS (
        UPDATE deskhand.sends SET
            state = 'sent', external_id = :external_id, cause = NULL, code = NULL, finished_at = :now
        WHERE id = :id AND attempts = :attempts AND state = 'sending' AND NOT EXISTS (
            SELECT FROM deskhand.early_reports
            WHERE early_reports.channel = sends.channel AND early_reports.external_id = :external_id
        )
        RETURNING id, message_id, contact_id, channel, position
    ), parts AS (
        SELECT 'sent' AS state, NULL AS cause, NULL AS code, position FROM ended WHERE position >= 0
        UNION ALL
        SELECT CASE other.state WHEN 'sending' THEN 'queued' ELSE other.state END, cause, code, other.position
        FROM deskhand.sends AS other JOIN ended ON other.message_id = ended.message_id
        WHERE other.id <> ended.id AND other.position >= 0
    ), worst AS (
        SELECT * FROM parts
        ORDER BY array_position(ARRAY['failed', 'waiting', 'queued', 'sent', 'delivered', 'read'], state), position
        LIMIT 1
    ), refreshed AS (
        UPDATE deskhand.messages SET
            delivery = worst.state,
            delivery_cause = CASE WHEN worst.state IN ('failed', 'waiting') THEN worst.cause END,
            delivery_code = CASE WHEN worst.state IN ('failed', 'waiting') THEN worst.code END
        FROM ended, worst WHERE messages.id = ended.message_id
        RETURNING pg_notify(:notify, messages.conversation_id::text)
    )
    SELECT EXISTS (
        SELECT FROM deskhand.sends WHERE sends.contact_id = ended.contact_id AND sends.channel = ended.channel
        AND sends.state IN ('queued', 'sending') AND sends.id <> ended.id
    ) AS more, (SELECT count(*) FROM refreshed)
    FROM ended
    """
)

_FIRST = (
    select(sends)
    .where(
        sends.c.contact_id == bindparam("contact"),
        sends.c.channel == bindparam("channel"),
        sends.c.state.in_(["queued", "sending"]),
    )
    .order_by(sends.c.order_no, sends.c.position)
    .limit(1)
    .with_for_update(key_share=True)
)
_OFFERED = (
    select(
        func.json_agg(
            aggregate_order_by(
                func.json_build_object("id", buttons.c.id, "title", buttons.c.title, "payload", buttons.c.payload),
                buttons.c.position,
            )
        )
    )
    .where(buttons.c.message_id == messages.c.id)
    .scalar_subquery()
)
_MESSAGE = select(messages, _OFFERED.label("offered")).where(messages.c.id == bindparam("message"))
_START = (
    update(sends)
    .where(sends.c.id == bindparam("send"))
    .values(
        part=bindparam("as_part"),
        state="sending",
        attempts=bindparam("attempt"),
        repeats=bindparam("repeat"),
        started_at=bindparam("now"),
        not_before=None,
        paced=False,
    )
)

InParts = Callable[[Message, Recipient], Sequence[Mapping[str, Any]]]


class Sends:
    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def next(self, channel: str, contact_id: UUID, limits: Pace, in_parts: InParts) -> Due | Pause | None:
        """The contact's next part, noted as being sent; how long to wait for it; or None when there is none."""
        async with self._db.begin() as connection:
            recipient = await recipient_of(connection, contact_id, lock=True)
            row = await _first(connection, channel, contact_id)
            if row is None:
                return None
            if not recipient.reachable:
                await hold_back(connection, contact_id, UNREACHABLE)
                return None
            part = row.part
            if part is None:
                part = await self._put_into_parts(connection, row, recipient, in_parts)
                if part is None:
                    return Pause(0)
            seconds = await self._wait_for(connection, row, part, limits)
            if seconds > 0:
                return Pause(seconds)
            return await self._start(connection, row, part, recipient)

    async def sent(self, due: Due, external_id: str | None) -> bool:
        """Returns whether there is more for the contact."""
        kept = storable(external_id) if external_id else None
        values = {"id": due.id, "attempts": due.attempts, "external_id": kept, "now": self._now()}
        async with self._db.single() as connection:
            noted = (await connection.execute(_SENT, values | {"notify": changes.CHANNEL})).one_or_none()
        if noted is not None:
            return bool(noted.more)
        async with self._db.begin() as connection:
            await self._end(connection, due, "sent", external_id=kept, cause=None, code=None)
            if kept:
                await apply_early_report(connection, due.channel, kept)
            await refresh_message(connection, due.message_id)
            return await _first(connection, due.channel, due.recipient.contact_id) is not None

    async def later(
        self, due: Due, cause: str, code: str | None, after_seconds: float | None, *, whole_channel: bool
    ) -> None:
        """Tries again after what the channel asked for, else after a pause that grows. In the end it has failed."""
        now = self._now()
        seconds = after_seconds if after_seconds is not None else pause_after(due.attempts)
        if now + timedelta(seconds=seconds) - due.queued_at > GIVE_UP_AFTER:
            await self.failed(due, cause, code, "It was tried for hours.")
            return
        async with self._db.begin() as connection:
            await self._end(
                connection,
                due,
                "queued",
                cause=cause,
                code=code,
                not_before=now + timedelta(seconds=seconds),
                paced=False,
            )
            if whole_channel:
                await pace.block(connection, due.channel, seconds)

    async def failed(self, due: Due, cause: str, code: str | None, detail: str) -> None:
        """It will not be sent as it is; what comes after it goes on, unless the customer cannot be reached at all."""
        async with self._db.begin() as connection:
            await recipient_of(connection, due.recipient.contact_id, lock=True)
            await self._end(connection, due, "failed", cause=cause, code=code, detail=storable(detail))
            await refresh_message(connection, due.message_id)
            if cause == UNREACHABLE:
                contact_id = due.recipient.contact_id
                await connection.execute(
                    update(contacts).where(contacts.c.id == contact_id).values(unreachable_at=self._now())
                )
                await hold_back(connection, contact_id, UNREACHABLE)

    async def window_closed(self, due: Due, template: Mapping[str, Any] | None, code: str | None) -> None:
        """Everything for this contact waits until they write; a template, if there is one, goes out once."""
        if due.template:
            await self.failed(due, WINDOW_CLOSED, code, "The template is not taken either.")
            return
        async with self._db.begin() as connection:
            await recipient_of(connection, due.recipient.contact_id, lock=True)
            await self._end(connection, due, "queued", cause=WINDOW_CLOSED, code=code)
            await hold_back(connection, due.recipient.contact_id, WINDOW_CLOSED)
            if template is not None:
                await add_template(connection, due.id, template, self._now())

    # -- choosing

    async def _put_into_parts(
        self, connection: AsyncConnection, row: AnyRow, recipient: Recipient, in_parts: InParts
    ) -> Mapping[str, Any] | None:
        """The row's part; None when the message needs no call or cannot be put into any."""
        message = await _message(connection, row.message_id)
        try:
            parts = in_parts(message, recipient)
        except Exception as exc:  # one message that a channel cannot express must not hold up the others
            await self._close(connection, row, "failed", cause=REFUSED, detail=f"No parts: {type(exc).__name__}")
            return None
        if row.position >= len(parts):
            await self._close(connection, row, "sent")
            return None
        others = [(position, part) for position, part in enumerate(parts) if position != row.position]
        for position, part in others:
            await connection.execute(
                upsert(sends)
                .values(
                    id=uuid4(),
                    message_id=row.message_id,
                    contact_id=row.contact_id,
                    channel=row.channel,
                    order_no=row.order_no,
                    position=position,
                    part=rows.storable_value(dict(part)),
                    state="queued",
                    queued_at=row.queued_at,
                )
                .on_conflict_do_nothing()  # the others are there already, if this is sent again after a purge
            )
        mine: dict[str, Any] = rows.storable_value(dict(parts[row.position]))
        return mine

    async def _wait_for(self, connection: AsyncConnection, row: AnyRow, part: Mapping[str, Any], limits: Pace) -> float:
        now = self._now()
        if row.not_before is not None and row.not_before > now:
            return float((row.not_before - now).total_seconds())
        if row.paced or row.state == "sending":
            return 0.0
        seconds = await pace.reserve(
            connection,
            row.channel,
            row.contact_id,
            per_second=limits.per_second,
            seconds_between=limits.seconds_between,
            burst=limits.burst,
        )
        if seconds > 0:
            await connection.execute(
                update(sends)
                .where(sends.c.id == row.id)
                .values(part=part, not_before=now + timedelta(seconds=seconds), paced=True)
            )
        return seconds

    async def _start(
        self, connection: AsyncConnection, row: AnyRow, part: Mapping[str, Any], recipient: Recipient
    ) -> Due:
        repeated = row.state == "sending"
        values = {
            "send": row.id,
            "as_part": part,
            "attempt": row.attempts + 1,
            "repeat": row.repeats + repeated,
            "now": self._now(),
        }
        await connection.execute(_START, values)
        return Due(
            id=row.id,
            message_id=row.message_id,
            channel=row.channel,
            part=part,
            recipient=recipient,
            attempts=row.attempts + 1,
            queued_at=row.queued_at,
            repeated=repeated,
            template=row.position < 0,
        )

    # -- ending

    async def _end(self, connection: AsyncConnection, due: Due, state: str, **values: object) -> None:
        """Whoever was given up for dead, and was overtaken, changes nothing any more."""
        await connection.execute(
            update(sends)
            .where(sends.c.id == due.id, sends.c.attempts == due.attempts, sends.c.state == "sending")
            .values(state=state, finished_at=None if state == "queued" else self._now(), **values)
        )

    async def _close(self, connection: AsyncConnection, row: AnyRow, state: str, **values: object) -> None:
        await connection.execute(
            update(sends).where(sends.c.id == row.id).values(state=state, finished_at=self._now(), **values)
        )
        await refresh_message(connection, row.message_id)


def pause_after(attempts: int) -> float:
    """Seconds until the next try: 1, 2, 4 … at most five minutes."""
    return float(min(LONGEST_PAUSE_SECONDS, 2 ** min(attempts - 1, 16)))


async def _first(connection: AsyncConnection, channel: str, contact_id: UUID) -> AnyRow | None:
    row: AnyRow | None = (await connection.execute(_FIRST, {"contact": contact_id, "channel": channel})).one_or_none()
    return row


async def _message(connection: AsyncConnection, message_id: UUID) -> Message:
    row = (await connection.execute(_MESSAGE, {"message": message_id})).one()
    return rows.message(row, [Button(**each) for each in row.offered or ()])
