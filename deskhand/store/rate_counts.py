"""Counting how often somebody does something, over all processes: at most so often in any minute.

Two counts a key, of this minute and of the one before. What was counted in the one before weighs as much as is left of
the last sixty seconds: about a sliding window, in one row that is written where it stands.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, literal_column, select, text

from deskhand.store.database import Database
from deskhand.store.limit_tables import rate_counts

WORTHLESS_AFTER_MINUTES = 3

_NOW = "extract(epoch FROM clock_timestamp()) / 60"
_USED = "CASE WHEN floor(counted.moment) = floor(excluded.moment) THEN counted.used ELSE 0 END"
_BEFORE = """
    CASE floor(excluded.moment) - floor(counted.moment) WHEN 0 THEN counted.before WHEN 1 THEN counted.used ELSE 0 END
"""
_SPEND = text(
    f"""
    INSERT INTO deskhand.rate_counts AS counted (key, moment, used, before)
    VALUES (:key, {_NOW}, :count, 0)
    ON CONFLICT (key) DO UPDATE SET
        used = {_USED} + excluded.used, before = {_BEFORE}, moment = greatest(excluded.moment, counted.moment)
    WHERE {_USED} + excluded.used + {_BEFORE} * (1 - excluded.moment + floor(excluded.moment)) <= :most
    RETURNING true
    """  # noqa: S608 - put together from the constants above, nothing from outside
)
_LOOK = select(rate_counts, literal_column(_NOW).label("now")).where(rate_counts.c.key == bindparam("key"))


@dataclass(frozen=True)
class Spending:
    """`count` more of what may happen `most` times in a minute."""

    key: bytes
    most: int
    count: int = 1


class _Refused(Exception):
    pass


class RateCounts:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def spend(self, spendings: Sequence[Spending]) -> tuple[Spending, float] | None:
        """Counts all of them, or none and tells which one is too many, and for how many seconds.

        Raises `DatabaseUnavailable`.
        """
        refused: Spending | None = None
        try:
            async with self._db.begin() as connection:
                # Always in the same order, so that two requests never wait for each other.
                for one in sorted(spendings, key=lambda spending: spending.key):
                    values = {"key": one.key, "count": one.count, "most": one.most}
                    if (await connection.execute(_SPEND, values)).first() is None:
                        refused = one
                        raise _Refused
        except _Refused:
            pass
        if refused is None:
            return None
        return refused, await self._wait(refused)

    async def forget_old(self) -> None:
        """What is worth nothing any more."""
        before = datetime.now(UTC).timestamp() / 60 - WORTHLESS_AFTER_MINUTES
        async with self._db.begin() as connection:
            await connection.execute(delete(rate_counts).where(rate_counts.c.moment < before))

    async def _wait(self, refused: Spending) -> float:
        async with self._db.begin() as connection:
            row = (await connection.execute(_LOOK, {"key": refused.key})).one_or_none()
        if row is None:
            return 0.0
        now = float(row.now)
        age = math.floor(now) - math.floor(row.moment)
        used = row.used if age == 0 else 0
        before = row.before if age == 0 else row.used if age == 1 else 0
        return seconds_until(refused.most - refused.count, used, before, now % 1)


def seconds_until(room: int, used: int, before: int, passed: float) -> float:
    """How long until what was counted weighs at most `room`, after the share `passed` of this minute."""
    if used + before * (1 - passed) <= room:
        return 0.0
    if used <= room:  # once enough of the minute before is gone
        return 60 * (1 - (room - used) / before - passed)
    return 60 * (1 - passed + (1 - max(room, 0) / used))
