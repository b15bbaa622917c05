"""Limits that hold over all processes."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from deskhand.store.database import Database
from deskhand.store.rate_counts import RateCounts, Spending, seconds_until

KEY, OTHER = b"k" * 16, b"o" * 16


async def aged(db: Database, minutes: float) -> None:
    """As if so much time had passed."""
    async with db.begin() as connection:
        await connection.execute(text("UPDATE deskhand.rate_counts SET moment = moment - :m"), {"m": minutes})


async def test_no_more_than_the_limit_however_many_ask_at_once(db: Database) -> None:
    counts = RateCounts(db)
    asked = [counts.spend([Spending(KEY, 10)]) for _ in range(40)]
    refused = [answer for answer in await asyncio.gather(*asked) if answer is not None]
    assert len(refused) == 30
    assert all(0 < seconds <= 120 for _, seconds in refused)
    assert await counts.spend([Spending(OTHER, 10)]) is None


async def test_what_one_limit_refuses_is_counted_under_none(db: Database) -> None:
    counts = RateCounts(db)
    assert await counts.spend([Spending(OTHER, 1)]) is None
    refused = await counts.spend([Spending(KEY, 1), Spending(OTHER, 1)])
    assert refused is not None
    assert refused[0].key == OTHER
    assert await counts.spend([Spending(KEY, 1)]) is None


async def test_two_minutes_later_everything_is_forgotten_and_can_be_tidied_up(db: Database) -> None:
    counts = RateCounts(db)
    assert await counts.spend([Spending(KEY, 3, 3)]) is None
    assert await counts.spend([Spending(KEY, 3)]) is not None
    await aged(db, 2)
    assert await counts.spend([Spending(KEY, 3, 3)]) is None
    await aged(db, 5)
    await counts.forget_old()
    async with db.begin() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM deskhand.rate_counts")) == 0


async def test_the_minute_before_weighs_as_much_as_is_left_of_it(db: Database) -> None:
    counts = RateCounts(db)
    assert await counts.spend([Spending(KEY, 10, 10)]) is None
    async with db.begin() as connection:  # the last moment of the minute before
        await connection.execute(
            text("UPDATE deskhand.rate_counts SET moment = floor(extract(epoch FROM clock_timestamp()) / 60) - 0.001")
        )
        passed = float(
            await connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())::numeric / 60 % 1")) or 0
        )
    free = [await counts.spend([Spending(KEY, 10)]) is None for _ in range(10)]
    assert int(10 * passed) <= sum(free) <= int(10 * passed) + 1


@pytest.mark.parametrize(
    ("room", "used", "before", "passed", "seconds"),
    [
        (9, 5, 0, 0.5, 0),
        (9, 5, 8, 0.5, 0),
        (9, 5, 10, 0.5, 6),  # until a tenth more of the ten is gone
        (9, 10, 0, 0.5, 30 + 6),  # the ten of this minute weigh nine a tenth into the next
        (0, 1, 0, 0.25, 45 + 60),
        (-1, 1, 0, 0.0, 120),
    ],
)
def test_how_long_to_wait(room: int, used: int, before: int, passed: float, seconds: float) -> None:
    assert seconds_until(room, used, before, passed) == pytest.approx(seconds)
