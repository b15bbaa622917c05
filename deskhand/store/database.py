"""The database that everything is kept in: connections and transactions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from deskhand.settings import get_settings
from deskhand.store import embedded, migrations
from deskhand.store.errors import DatabaseUnavailable
from deskhand.store.urls import sqlalchemy_url

CONNECT_TIMEOUT_SECONDS = 5
STATEMENT_TIMEOUT_SECONDS = 15.0


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
        self._engines: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncEngine] = WeakKeyDictionary()

    async def connect(self) -> None:
        """Sees that the database answers. Raises `DatabaseUnavailable`."""
        async with self.begin() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        engine = self._engines.pop(asyncio.get_running_loop(), None)
        if engine is not None:
            await engine.dispose()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction, committed at the end and rolled back on an error.

        Raises `DatabaseUnavailable` when the server is away or a statement takes too long; other errors of
        the database pass through.
        """
        try:
            async with self._engine().begin() as connection:
                yield connection
        except PoolTimeout as exc:
            raise DatabaseUnavailable("No connection to the database became free in time.") from exc
        except DBAPIError as exc:
            if is_unavailable(exc):
                raise DatabaseUnavailable(f"The database is away: {describe(exc)}") from exc
            raise

    def _engine(self) -> AsyncEngine:
        loop = asyncio.get_running_loop()
        engine = self._engines.get(loop)
        if engine is None:
            engine = self._engines[loop] = create_async_engine(
                self._sqlalchemy_url,
                pool_size=self._pool_size,
                max_overflow=self._pool_size,
                pool_timeout=CONNECT_TIMEOUT_SECONDS,
                pool_pre_ping=True,
                hide_parameters=True,  # errors are logged, and parameters are personal data
                connect_args=self._connect_arguments(),
            )
        return engine

    def _connect_arguments(self) -> dict[str, Any]:
        milliseconds = int(self._statement_timeout_seconds * 1000)
        return {
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "application_name": "deskhand",
            "options": f"-c statement_timeout={milliseconds} -c timezone=UTC",
        }


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
