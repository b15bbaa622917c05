"""Connections: late, limited in time, and never telling personal data."""

from __future__ import annotations

import asyncio
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from deskhand.settings import get_settings
from deskhand.store import database as database_module
from deskhand.store import embedded, migrations
from deskhand.store.database import Database, open_database
from deskhand.store.errors import DatabaseNotMigrated, DatabaseUnavailable
from deskhand.store.urls import sqlalchemy_url
from tests.conftest import FAST, server_folder


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:pw@host/name",
        "postgres://user:pw@host/name",
        "postgresql+psycopg://user:pw@host/name",
        "postgresql+asyncpg://user:pw@host/name",
    ],
)
def test_any_postgresql_url_gets_our_driver(url: str) -> None:
    read = sqlalchemy_url(url).render_as_string(hide_password=False)
    assert read == "postgresql+psycopg://user:pw@host/name"


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite:///file", "nonsense", ""])
def test_another_database_is_refused_in_words(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="postgresql://"):
        sqlalchemy_url(url)


async def test_an_absent_server_is_said_to_be_away_soon() -> None:
    started = time.monotonic()
    with pytest.raises(DatabaseUnavailable, match="away"):
        await Database("postgresql://nobody:secret@127.0.0.1:1/nothing").connect()
    assert time.monotonic() - started < 5


async def test_a_password_is_not_in_the_error() -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        await Database("postgresql://nobody:secret@127.0.0.1:1/nothing").connect()
    assert "secret" not in str(caught.value)


async def test_a_slow_statement_is_cut_short(database_url: str) -> None:
    db = Database(database_url, statement_timeout_seconds=0.1)
    with pytest.raises(DatabaseUnavailable):
        async with db.begin() as connection:
            await connection.execute(text("SELECT pg_sleep(5)"))
    await db.connect()
    await db.close()


async def test_an_error_undoes_the_transaction(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the transaction is the point
        async with db.begin() as connection:
            await connection.execute(text("CREATE TABLE gone (number int)"))
            raise ZeroDivisionError
    async with db.begin() as connection:
        assert await connection.scalar(text("SELECT to_regclass('gone')")) is None


async def test_errors_of_statements_hide_their_parameters(db: Database) -> None:
    insert = text("INSERT INTO deskhand.contacts (id, channel, external_id) VALUES (gen_random_uuid(), 'x', :who)")
    with pytest.raises(IntegrityError) as caught:  # noqa: PT012 - the second one fails
        async with db.begin() as connection:
            await connection.execute(insert, {"who": "jo.bright@example.com"})
            await connection.execute(insert, {"who": "jo.bright@example.com"})
    assert "[SQL parameters hidden" in str(caught.value)


async def test_waiting_for_a_connection_ends(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "CONNECT_TIMEOUT_SECONDS", 1)
    db = Database(database_url, pool_size=1)
    async with db.begin(), db.begin():
        with pytest.raises(DatabaseUnavailable, match="free"):
            await db.connect()
    await db.close()


def test_each_event_loop_has_connections_of_its_own(database_url: str) -> None:
    db = Database(database_url)

    async def use() -> None:
        await asyncio.gather(*(db.connect() for _ in range(5)))

    for _ in range(3):
        asyncio.run(use())


async def test_a_database_of_your_own_must_be_migrated(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    get_settings.cache_clear()
    try:
        with pytest.raises(DatabaseNotMigrated, match="deskhand db upgrade"):
            await open_database()
        migrations.upgrade(empty_database_url)
        db = await open_database()
        await db.connect()
        await db.close()
    finally:
        monkeypatch.delenv("DATABASE_URL")
        get_settings.cache_clear()


@pytest.mark.slow
async def test_without_a_database_url_the_embedded_one_is_ready_to_use(monkeypatch: pytest.MonkeyPatch) -> None:
    with server_folder() as folder:
        monkeypatch.setenv("DESKHAND_DATA_DIR", str(folder))
        monkeypatch.chdir(folder)
        get_settings.cache_clear()
        holding = embedded.start(folder / "postgres", FAST)
        try:
            db = await open_database()
            async with db.begin() as connection:
                assert await connection.scalar(text("SELECT count(*) FROM deskhand.conversations")) == 0
            await db.close()
        finally:
            holding.stop()
            holding.stop()
            get_settings.cache_clear()
        assert not embedded.is_running(folder / "postgres")
