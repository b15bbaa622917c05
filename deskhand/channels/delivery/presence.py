"""Whether anybody takes turns, on whichever machine: known to all by a lock that each assistant shares.

The lock belongs to a connection to the database, so it goes with its process, however that ends.
"""

from __future__ import annotations

import asyncio
import logging

import psycopg
from sqlalchemy import text

from deskhand.channels.delivery.stopping import heed_cancellation
from deskhand.store.database import CONNECT_TIMEOUT_SECONDS, Database
from deskhand.store.urls import libpq_url

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
RECONNECT_SECONDS = 1.0

_KEY = 7_307_146_001
_HIGH, _LOW = _KEY >> 32, _KEY & 0xFFFF_FFFF
_IS_SHARED = text(
    """
    SELECT EXISTS (
        SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE pg_locks.locktype = 'advisory' AND pg_locks.objsubid = 1 AND pg_locks.granted
        AND pg_database.datname = current_database()
        AND pg_locks.classid::bigint = :high AND pg_locks.objid::bigint = :low
    )
    """
)


async def show(database_url: str) -> None:
    """Shows that this process takes turns, until cancelled."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                libpq_url(database_url),
                autocommit=True,
                connect_timeout=CONNECT_TIMEOUT_SECONDS,
                application_name="deskhand presence",
            ) as connection:
                await connection.execute("SELECT pg_advisory_lock_shared(%s)", [_KEY])
                while True:
                    await asyncio.sleep(LOOK_SECONDS)
                    await connection.execute("SELECT 1")  # the lock is gone when the connection is
        except (psycopg.Error, OSError) as exc:
            heed_cancellation()
            log.warning("Nobody can see that turns are taken here (%s). Trying again.", type(exc).__name__)
        await asyncio.sleep(RECONNECT_SECONDS)


async def anybody(database: Database) -> bool:
    """Whether any process takes turns. Raises `DatabaseUnavailable`."""
    async with database.begin() as connection:
        return bool(await connection.scalar(_IS_SHARED, {"high": _HIGH, "low": _LOW}))
