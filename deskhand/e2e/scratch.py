"""The database of one run: a copy of one that has the project's articles, which is kept from run to run.

Storing all articles takes minutes; where few have changed since the last run it takes a moment, and copying a second.
Each checkout has one, which is made anew when the code that articles are stored by has changed.
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

import deskhand
from deskhand.e2e.errors import StackNotStarted
from deskhand.runtime.articles import FOLDER, sync_articles
from deskhand.store import migrations
from deskhand.store.database import CONNECT_TIMEOUT_SECONDS
from deskhand.store.errors import DatabaseUnavailable

_PREFIX = "deskhand_e2e_"
_KEPT_PREFIX = f"{_PREFIX}articles_"
_LOCK = 7_307_145_004
"""Of PostgreSQL's advisory locks: nothing can be copied while another run brings it up to date."""
_LEFTOVER_SECONDS = 24 * 3600
_MOST_LINES = 12
_STORED_BY = ("knowledge", "encoders", "store")
"""Packages of `deskhand`."""

_Connection = AsyncConnection[tuple[object, ...]]


@contextlib.asynccontextmanager
async def scratch_database(server: str, project: Path, say: Callable[[str], None]) -> AsyncIterator[str]:
    """The URL of a database beside the given one, with the project's articles and nothing else. Dropped at the end.

    `say` is told what becomes of the articles. Raises `StackNotStarted`, also for articles that cannot all be stored,
    and `DatabaseUnavailable`.
    """
    name = f"{_PREFIX}{int(time.time())}_{secrets.token_hex(3)}"
    async with _connected(server) as connection:
        await _drop_leftovers(connection)
        if await asyncio.to_thread((project / FOLDER).is_dir):
            await _alone(connection, say)
            kept = await _kept(connection, project)
            await asyncio.to_thread(migrations.upgrade, _beside(server, kept))
            await _sync(project, _beside(server, kept), say)
            await _create(connection, name, template=kept)
        else:
            await _create(connection, name)
            await asyncio.to_thread(migrations.upgrade, _beside(server, name))
            await sync_articles(project, _beside(server, name), say)  # says that there are none
    try:
        yield _beside(server, name)
    finally:
        async with _connected(server) as connection:
            await _drop(connection, name)


async def _alone(connection: _Connection, say: Callable[[str], None]) -> None:
    """Until the connection is closed no other run stores or copies articles."""
    found = await connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
    if await found.fetchone() == (True,):
        return
    say("Another run stores its articles. Waiting for it.")
    await connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])


async def _sync(project: Path, url: str, say: Callable[[str], None]) -> None:
    """What is missing here would be answered from the last run's articles, which nobody else has."""
    said: list[str] = []

    def tell(line: str) -> None:
        said.append(line)
        say(line)

    if not await sync_articles(project, url, tell):
        lines = "\n".join(f"    {line}" for line in said[-_MOST_LINES:])
        raise StackNotStarted(f"The articles could not all be stored:\n{lines}")


async def _kept(connection: _Connection, project: Path) -> str:
    """The project's database of articles, a new one if there is none that today's code has made. Drops older ones."""
    of_project = f"{_KEPT_PREFIX}{zlib.crc32(str(project).encode()):08x}_"
    name = f"{of_project}{await asyncio.to_thread(_digest_of_code):08x}"
    there = await _names(connection, of_project)
    for other in there - {name}:
        await _drop(connection, other)
    if name not in there:
        await _create(connection, name)
    return name


def _digest_of_code() -> int:
    """Of all that articles are read, embedded and stored by, and of the tables."""
    root = Path(deskhand.__file__).parent
    digest = 0
    for package in _STORED_BY:
        for file in sorted((root / package).rglob("*.py")):
            digest = zlib.crc32(file.read_bytes(), digest)
    return digest


async def _create(connection: _Connection, name: str, *, template: str = "template0") -> None:
    try:
        await connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    except psycopg.errors.InsufficientPrivilege as exc:
        raise StackNotStarted(
            "The user of DATABASE_URL may not create databases, and the tests need one of their own. "
            "Allow it (ALTER ROLE … CREATEDB), or unset DATABASE_URL to use the embedded server."
        ) from exc
    except psycopg.errors.ObjectInUse as exc:
        raise StackNotStarted(
            f"Somebody is connected to the database {template}, which is to be copied. Close that and try again."
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
        connection = await AsyncConnection.connect(
            libpq, autocommit=True, connect_timeout=CONNECT_TIMEOUT_SECONDS, options="-c statement_timeout=0"
        )
    except psycopg.OperationalError as exc:
        raise DatabaseUnavailable("The database does not answer. Is DATABASE_URL right?") from exc
    try:
        yield connection
    finally:
        await connection.close()


def _beside(server: str, name: str) -> str:
    url = make_url(server).set(drivername="postgresql", database=name)
    return url.render_as_string(hide_password=False)
