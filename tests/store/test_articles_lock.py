"""One at a time brings the articles up to date."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from deskhand.store import migrations
from deskhand.store.articles import Articles
from deskhand.store.articles_lock import exclusively
from deskhand.store.database import Database
from deskhand.store.errors import DatabaseUnavailable
from tests.patience import PATIENCE_SECONDS


async def test_who_comes_second_waits_and_is_told(db: Database) -> None:
    told: list[str] = []
    order: list[str] = []
    inside, leave = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with exclusively(db, lambda: told.append("first")):
            inside.set()
            await leave.wait()
            order.append("first")

    def let_the_first_leave() -> None:
        told.append("second")
        leave.set()

    async def second() -> None:
        await inside.wait()
        async with exclusively(db, let_the_first_leave):
            order.append("second")

    await asyncio.wait_for(asyncio.gather(first(), second()), PATIENCE_SECONDS)
    assert (told, order) == (["second"], ["first", "second"])


async def test_the_lock_goes_when_the_work_fails(db: Database) -> None:
    told: list[str] = []
    with pytest.raises(ZeroDivisionError):
        async with exclusively(db, lambda: None):
            raise ZeroDivisionError
    async with exclusively(db, lambda: told.append("waited")):
        pass
    assert told == []


async def test_an_absent_database_is_said_to_be_away() -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseUnavailable):
        async with exclusively(away, lambda: None):
            pass


async def test_the_index_of_vectors_is_built_again_as_the_tables_want_it(db: Database) -> None:
    async with exclusively(db, lambda: None) as lock:
        await lock.drop_index()
        assert not await Articles(db).has_vector_index()
        await lock.build_index()
        await lock.build_index()
        assert await Articles(db).has_vector_index()
    assert migrations.differences(db.url) is None


async def test_the_index_stays_while_a_reader_is_busy(db: Database) -> None:
    async with db.begin() as reader, exclusively(db, lambda: None) as lock:
        await reader.execute(text("SELECT count(*) FROM deskhand.passages"))
        await lock.drop_index()
        assert await Articles(db).has_vector_index()
