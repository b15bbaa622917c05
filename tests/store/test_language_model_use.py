"""The day's budget of a language model, over processes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from deskhand.store.database import Database
from deskhand.store.language_model_use import KEEP_DAYS, LanguageModelUse

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


async def test_what_is_used_is_added_up(db: Database) -> None:
    use = LanguageModelUse(db, 1000, now=lambda: NOON)

    assert await use.reserve(400)
    await use.settle(400, 150)
    assert await use.reserve(400)

    assert await use.on(NOON.date()) == 550


async def test_more_than_a_day_may_use_is_refused(db: Database) -> None:
    use = LanguageModelUse(db, 1000, now=lambda: NOON)

    assert not await use.reserve(1001)
    assert await use.reserve(1000)
    assert not await use.reserve(1)
    assert await use.on(NOON.date()) == 1000


async def test_a_new_day_has_a_new_budget(db: Database) -> None:
    now = NOON
    use = LanguageModelUse(db, 1000, now=lambda: now)
    assert await use.reserve(1000)
    now += timedelta(days=1)

    assert await use.reserve(1000)


async def test_many_at_once_never_get_more_than_there_is(db: Database) -> None:
    processes = [LanguageModelUse(db, 1000, now=lambda: NOON) for _ in range(10)]

    got = await asyncio.gather(*(process.reserve(300) for process in processes))

    assert sum(got) == 3
    assert await processes[0].on(NOON.date()) == 900


async def test_old_days_are_forgotten(db: Database) -> None:
    now = NOON
    use = LanguageModelUse(db, 1000, now=lambda: now)
    await use.reserve(10)
    now += timedelta(days=KEEP_DAYS + 1)
    await use.reserve(10)

    assert await use.on(NOON.date()) == 0


async def test_with_a_budget_of_nothing_nothing_is_used(db: Database) -> None:
    assert not await LanguageModelUse(db, 0, now=lambda: NOON).reserve(1)
