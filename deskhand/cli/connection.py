"""A database for a command: the one of the settings, for as long as the command runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from deskhand.store.database import Database

Result = TypeVar("Result")


@asynccontextmanager
async def connected() -> AsyncIterator[Database]:
    """The database with its tables in place; an embedded one is started, or joined if it runs."""
    from deskhand.store.database import open_database

    database = await open_database()
    try:
        yield database
    finally:
        await database.close()


def with_database(work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Runs `work` with the database. For commands, which are not asynchronous."""

    async def run() -> Result:
        async with connected() as database:
            return await work(database)

    return asyncio.run(run())


def database_url() -> str:
    """The settings' database, or the embedded one, which this starts or joins."""
    from deskhand.settings import get_settings
    from deskhand.store import embedded

    settings = get_settings()
    return settings.database_url or embedded.start(settings.data_dir / "postgres").url
