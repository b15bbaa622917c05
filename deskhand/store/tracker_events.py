"""The event log behind each conversation, as Rasa's trackers are made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store.database import Database
from deskhand.store.rows import AnyRow
from deskhand.store.tables import tracker_events

SESSION_STARTED = "session_started"

# The lock comes before the rows, so that nobody who counts numbers under it is overtaken. Numbers that are taken
# break the key; a log that was cut meanwhile has no event with the number before them.
_APPEND_AFTER = text(
    """
    WITH locked AS MATERIALIZED (
        SELECT pg_advisory_xact_lock(hashtextextended(:sender_id, 1))
    )
    INSERT INTO deskhand.tracker_events (sender_id, seq, type_name, timestamp, data)
    SELECT :sender_id, :last_seq + new.position, new.type_name, new.timestamp, new.data::json
    FROM locked, unnest(
        CAST(:types AS text[]), CAST(:timestamps AS double precision[]), CAST(:data AS text[])
    ) WITH ORDINALITY AS new (type_name, timestamp, data, position)
    WHERE EXISTS (SELECT FROM deskhand.tracker_events WHERE sender_id = :sender_id AND seq = :last_seq)
    """
)
EventData = Mapping[str, Any]


@dataclass(frozen=True)
class StoredEvent:
    seq: int
    """Counts from 1 within a sender's log, without gaps."""
    data: dict[str, Any]
    """As Rasa's `Event.as_dict()` gives it: "event" is its type, "timestamp" is in seconds."""


class TrackerEvents:
    """Append-only, but for `replace` and `delete`. Writers to one sender's log wait for each other."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def last_session(self, sender_id: str) -> list[StoredEvent]:
        """From the last start of a session on; everything if none was started."""
        starts = select(func.max(tracker_events.c.seq)).where(
            tracker_events.c.sender_id == sender_id, tracker_events.c.type_name == SESSION_STARTED
        )
        return await self._read(_log(sender_id, func.coalesce(starts.scalar_subquery(), 0)))

    async def since(self, sender_id: str, seq: int) -> list[StoredEvent]:
        """From this number on."""
        return await self._read(_log(sender_id, seq))

    async def exists(self, sender_id: str) -> bool:
        async with self._db.begin() as connection:
            return await connection.scalar(_log(sender_id, 1).limit(1)) is not None

    async def append(self, sender_id: str, events: Sequence[EventData]) -> int:
        """Returns the number of the first one."""
        async with self._db.begin() as connection:
            await _lock(connection, sender_id)
            return await _append(connection, sender_id, events)

    async def append_after(self, sender_id: str, last_seq: int, events: Sequence[EventData]) -> bool:
        """Adds the events if `last_seq` is still the newest number: one statement, for a writer who knows the log.

        False, and nothing is added, when somebody else has written.
        """
        values = {
            "sender_id": sender_id,
            "last_seq": last_seq,
            "types": [event["event"] for event in events],
            "timestamps": [event["timestamp"] for event in events],
            "data": [json.dumps(event) for event in events],
        }
        try:
            async with self._db.single() as connection:
                return (await connection.execute(_APPEND_AFTER, values)).rowcount == len(events)
        except IntegrityError:
            return False

    async def replace(self, sender_id: str, events: Sequence[EventData]) -> None:
        """Makes the log continue as `events` do, which were not read from here.

        From the place where the log has the first of them, what differs is replaced: somebody rewrote the
        conversation, such as with an undo in `rasa interactive`. If the log does not have it, they are news.
        """
        async with self._db.begin() as connection:
            await _lock(connection, sender_id)
            found = await connection.execute(
                select(tracker_events.c.type_name, tracker_events.c.timestamp)
                .where(tracker_events.c.sender_id == sender_id)
                .order_by(tracker_events.c.seq)
            )
            known, wanted = [tuple(row) for row in found], [_identity(event) for event in events]
            kept, shared = _common(known, wanted)
            if shared and kept < len(known):
                await connection.execute(
                    delete(tracker_events).where(tracker_events.c.sender_id == sender_id, tracker_events.c.seq > kept)
                )
            await _append(connection, sender_id, events[shared:])

    async def senders(self) -> list[str]:
        async with self._db.begin() as connection:
            return list(await connection.scalars(select(tracker_events.c.sender_id).distinct()))

    async def count(self, sender_id: str | None = None) -> int:
        """How many events there are, of one sender or in all."""
        query = select(func.count()).select_from(tracker_events)
        if sender_id is not None:
            query = query.where(tracker_events.c.sender_id == sender_id)
        async with self._db.begin() as connection:
            return await connection.scalar(query) or 0

    async def delete(self, sender_id: str) -> None:
        async with self._db.begin() as connection:
            await _lock(connection, sender_id)
            await connection.execute(delete(tracker_events).where(tracker_events.c.sender_id == sender_id))

    async def _read(self, query: Select[Any]) -> list[StoredEvent]:
        async with self._db.single() as connection:
            found: Sequence[AnyRow] = (await connection.execute(query)).all()
        return [StoredEvent(row.seq, row.data) for row in found]


def _log(sender_id: str, first_seq: Any) -> Select[Any]:
    return (
        select(tracker_events.c.seq, tracker_events.c.data)
        .where(tracker_events.c.sender_id == sender_id, tracker_events.c.seq >= first_seq)
        .order_by(tracker_events.c.seq)
    )


async def _lock(connection: AsyncConnection, sender_id: str) -> None:
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(sender_id, 1))))


async def _append(connection: AsyncConnection, sender_id: str, events: Sequence[EventData]) -> int:
    # A statement of its own, after the lock: only now does it see what was written before us.
    newest = await connection.scalar(
        select(func.max(tracker_events.c.seq)).where(tracker_events.c.sender_id == sender_id)
    )
    first_seq = (newest or 0) + 1
    rows = [
        {
            "sender_id": sender_id,
            "seq": seq,
            "type_name": event["event"],
            "timestamp": event["timestamp"],
            "data": event,
        }
        for seq, event in enumerate(events, first_seq)
    ]
    if rows:
        await connection.execute(insert(tracker_events), rows)
    return first_seq


def _identity(event: EventData) -> tuple[object, object]:
    return event["event"], event["timestamp"]


def _common(known: Sequence[object], wanted: Sequence[object]) -> tuple[int, int]:
    """How long `known` may stay and how much of `wanted` is then there, from where its first one is known."""
    if not wanted or wanted[0] not in known:
        return len(known), 0
    start = known.index(wanted[0])
    shared = 0
    for one, other in zip(known[start:], wanted, strict=False):
        if one != other:
            break
        shared += 1
    return start + shared, shared
