"""The database that everything is kept in: connections and transactions."""

from __future__ import annotations

import asyncio
import select
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from deskhand.settings import get_settings
from deskhand.store import embedded, migrations
from deskhand.store.errors import DatabaseUnavailable
from deskhand.store.urls import sqlalchemy_url

CONNECT_TIMEOUT_SECONDS = 5
STATEMENT_TIMEOUT_SECONDS = 15.0
ASK_AFTER_SECONDS = 5.0
"""A connection that has rested for so long is asked whether it still is one, before it is used."""


@dataclass(frozen=True)
class _Engines:
    """Two ways to use one pool."""

    of_transactions: AsyncEngine
    of_single_statements: AsyncEngine


class Database:
    """A small pool of connections. Nothing is opened before it is needed.

    Rasa's commands run more than one event loop in a process and a pool belongs to one loop, so each loop
    gets a pool of its own.
    """

    def __init__(
        self, url: str, *, pool_size: int = 5, statement_timeout_seconds: float = STATEMENT_TIMEOUT_SECONDS
    ) -> None:
        self.url = url
        self._sqlalchemy_url = sqlalchemy_url(url)
        self._pool_size = pool_size
        self._statement_timeout_seconds = statement_timeout_seconds
        self._engines: WeakKeyDictionary[asyncio.AbstractEventLoop, _Engines] = WeakKeyDictionary()

    async def connect(self) -> None:
        """Sees that the database answers. Raises `DatabaseUnavailable`."""
        async with self.begin() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        engines = self._engines.pop(asyncio.get_running_loop(), None)
        if engines is not None:
            await engines.of_transactions.dispose()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction, committed at the end and rolled back on an error.

        Raises `DatabaseUnavailable` when the server is away or a statement takes too long; other errors of
        the database pass through.
        """
        with _translated_errors():
            async with self._engine().of_transactions.begin() as connection:
                yield connection

    @asynccontextmanager
    async def single(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose statements are each committed at once: for one statement, in one round trip instead of
        three. Raises as `begin` does."""
        with _translated_errors():
            async with self._engine().of_single_statements.connect() as connection:
                yield connection

    def _engine(self) -> _Engines:
        loop = asyncio.get_running_loop()
        engines = self._engines.get(loop)
        if engines is None:
            engine = create_async_engine(
                self._sqlalchemy_url,
                pool_size=self._pool_size,
                max_overflow=self._pool_size,
                pool_timeout=CONNECT_TIMEOUT_SECONDS,
                hide_parameters=True,  # errors are logged, and parameters are personal data
                connect_args=self._connect_arguments(),
            )
            event.listen(engine.sync_engine, "checkout", _see_that_it_lives)
            event.listen(engine.sync_engine, "checkin", _note_its_use)
            alone = engine.execution_options(isolation_level="AUTOCOMMIT")
            engines = self._engines[loop] = _Engines(engine, alone)
        return engines

    def _connect_arguments(self) -> dict[str, Any]:
        milliseconds = int(self._statement_timeout_seconds * 1000)
        return {
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "application_name": "deskhand",
            "options": f"-c statement_timeout={milliseconds} -c timezone=UTC",
        }


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as exc:
        raise DatabaseUnavailable("No connection to the database became free in time.") from exc
    except DBAPIError as exc:
        if is_unavailable(exc):
            raise DatabaseUnavailable(f"The database is away: {describe(exc)}") from exc
        raise


def _note_its_use(_driver_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _see_that_it_lives(
    driver_connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """Asks a connection that has rested whether it is still one; one in steady use would only be asked in vain.

    A server that ends says so on its connections, which then have something to read. Raises `DisconnectionError`,
    upon which the pool takes another one.
    """
    rested = time.monotonic() - record.info.get("used_at", time.monotonic())
    psycopg_connection = record.driver_connection
    if rested < ASK_AFTER_SECONDS and not has_news(psycopg_connection):
        return
    try:
        cursor = driver_connection.cursor()
        cursor.execute("SELECT 1")
        cursor.close()
        driver_connection.rollback()
    except psycopg.Error as exc:
        raise DisconnectionError("The connection is gone.") from exc


def has_news(connection: Any) -> bool:
    """Whether the server has said something that nobody asked for. Also true of a connection that is closed."""
    if connection.closed:
        return True
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN)
    return bool(poller.poll(0))


def is_unavailable(exc: DBAPIError) -> bool:
    """Whether the database, and not the statement, is to blame: trying again later may work.

    psycopg counts time limits, deadlocks and lost connections among these.
    """
    return isinstance(exc.orig, psycopg.OperationalError)


def describe(exc: DBAPIError) -> str:
    """The kind of an error of the database, without any data."""
    state = getattr(exc.orig, "sqlstate", None)
    return f"{type(exc.orig).__name__} ({state})" if state else type(exc.orig).__name__


async def open_database() -> Database:
    """The database that the settings name, or the embedded one, with its tables in place.

    Raises `DatabaseUnavailable`, or `DatabaseNotMigrated` for a database of your own that is behind: only the
    embedded one is migrated unasked.
    """
    settings = get_settings()
    url = settings.database_url
    if url is None:
        server = await asyncio.to_thread(embedded.start, settings.data_dir / "postgres")
        url = server.url
        await asyncio.to_thread(migrations.upgrade, url)
    else:
        await asyncio.to_thread(migrations.check, url)
    return Database(url)
