"""For the one who brings the articles up to date: the lock that keeps others out, and the index of vectors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psycopg
from psycopg import sql

from deskhand.store.database import CONNECT_TIMEOUT_SECONDS, Database
from deskhand.store.errors import DatabaseUnavailable
from deskhand.store.urls import libpq_url

_LOCK = 7_307_145_003
"""Of PostgreSQL's advisory locks."""
_INDEX = sql.Identifier("deskhand", "ix_passages_embedding")
_BUILD = (
    "CREATE INDEX IF NOT EXISTS ix_passages_embedding ON deskhand.passages USING hnsw (embedding vector_cosine_ops)"
)
_LONGEST_WAIT_FOR_READERS = "2s"


class ArticlesLock:
    """Held while it is in use. See `exclusively`."""

    def __init__(self, connection: psycopg.AsyncConnection) -> None:
        self._connection = connection

    async def drop_index(self) -> None:
        """For a load of many passages: building the index afterwards takes a quarter of the time that adding to it one
        by one does. Until then each search looks at all passages. Without the right to drop it, it stays."""
        try:
            async with self._connection.transaction():
                # Whoever waits to drop an index keeps new readers waiting, too.
                await self._connection.execute(f"SET LOCAL lock_timeout = '{_LONGEST_WAIT_FOR_READERS}'")
                await self._connection.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(_INDEX))
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.LockNotAvailable):
            return

    async def build_index(self) -> None:
        """Builds it if it is missing. Readers go on meanwhile."""
        try:
            await self._connection.execute(_BUILD)
        except psycopg.errors.InsufficientPrivilege:
            return
        except psycopg.OperationalError:
            # Several workers need shared memory, of which containers often have little.
            await self._connection.execute("SET max_parallel_maintenance_workers = 0")
            await self._connection.execute(_BUILD)


@asynccontextmanager
async def exclusively(db: Database, on_wait: Callable[[], None]) -> AsyncIterator[ArticlesLock]:
    """Lets one in at a time: others wait here, and are told by `on_wait` that they do.

    The lock goes when the process ends in any way. Raises `DatabaseUnavailable`.
    """
    # A connection of its own and no transaction: one that is open for minutes would keep old rows from being cleared
    # away in the whole database.
    try:
        connection = await psycopg.AsyncConnection.connect(
            libpq_url(db.url),
            autocommit=True,
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            options="-c statement_timeout=0",
        )
        async with connection:
            cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            if await cursor.fetchone() != (True,):
                on_wait()
                await connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            yield ArticlesLock(connection)
    except psycopg.OperationalError as exc:
        raise DatabaseUnavailable(f"The database is away: {type(exc).__name__}") from exc
