"""The database of one run: a copy of one that has the project's articles, which is kept from run to run.

Storing all articles takes minutes; where few have changed since the last run it takes a moment, and copying a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psycopg
from psycopg import AsyncConnection, sql
from sqlalchemy import make_url

from deskhand.e2e.errors import StackNotStarted
from deskhand.runtime.articles import sync_articles
from deskhand.store import migrations
from deskhand.store.database import CONNECT_TIMEOUT_SECONDS
from deskhand.store.errors import DatabaseUnavailable

_PREFIX = "deskhand_e2e_"
_KEPT_PREFIX = f"{_PREFIX}articles_"
_LOCK = 7_307_145_004
"""Of PostgreSQL's advisory locks: nothing can be copied while another run brings it up to date."""
_LEFTOVER_SECONDS = 24 * 3600

_Connection = AsyncConnection[tuple[object, ...]]


@contextlib.asynccontextmanager
async def scratch_database(server: str, project: Path, say: Callable[[str], None]) -> AsyncIterator[str]:
    """The URL of a database beside the given one, with the project's articles and nothing else. Dropped at the end.

    `say` is told what becomes of the articles. Raises `StackNotStarted`, `DatabaseUnavailable`.
    """
    name = f"{_PREFIX}{int(time.time())}_{secrets.token_hex(3)}"
    async with _connected(server) as connection:
        await _drop_leftovers(connection)
        await connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        kept = await _kept(connection, project)
        await asyncio.to_thread(migrations.upgrade, _beside(server, kept))
        await sync_articles(project, _beside(server, kept), say)
        await _create(connection, name, template=kept)
    try:
        yield _beside(server, name)
    finally:
        async with _connected(server) as connection:
            await _drop(connection, name)


async def _kept(connection: _Connection, project: Path) -> str:
    """The project's database of articles, an empty one if there is none with the tables of today."""
    of_project = _name_of(project)
    name = of_project + migrations.head()
    there = await _names(connection, of_project)
    for other in there - {name}:
        await _drop(connection, other)
    if name not in there:
        await _create(connection, name, template="template0")
    return name


def _name_of(project: Path) -> str:
    """Another checkout has other articles."""
    return f"{_KEPT_PREFIX}{zlib.crc32(str(project.resolve()).encode()):08x}_"


async def _create(connection: _Connection, name: str, *, template: str) -> None:
    try:
        await connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    except psycopg.errors.InsufficientPrivilege as exc:
        raise StackNotStarted(
            "The user of DATABASE_URL may not create databases, and the tests need one of their own. "
            "Allow it (ALTER ROLE … CREATEDB), or unset DATABASE_URL to use the embedded server."
        ) from exc


async def _drop_leftovers(connection: _Connection) -> None:
    """Databases of runs that were killed."""
    for name in await _names(connection, _PREFIX):
        made_at = name.removeprefix(_PREFIX).partition("_")[0]
        if made_at.isdecimal() and time.time() - int(made_at) > _LEFTOVER_SECONDS:
            await _drop(connection, name)


async def _drop(connection: _Connection, name: str) -> None:
    await connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


async def _names(connection: _Connection, prefix: str) -> set[str]:
    found = await connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
    return {str(name) for (name,) in await found.fetchall()}


@contextlib.asynccontextmanager
async def _connected(server: str) -> AsyncIterator[_Connection]:
    libpq = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        connection = await AsyncConnection.connect(libpq, autocommit=True, connect_timeout=CONNECT_TIMEOUT_SECONDS)
    except psycopg.OperationalError as exc:
        raise DatabaseUnavailable("The database does not answer. Is DATABASE_URL right?") from exc
    try:
        yield connection
    finally:
        await connection.close()


def _beside(server: str, name: str) -> str:
    url = make_url(server).set(drivername="postgresql", database=name)
    return url.render_as_string(hide_password=False)
