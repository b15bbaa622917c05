"""Real parts for every test: a PostgreSQL of the session's own, and a fresh database for each test."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from deskhand.store import embedded, migrations
from deskhand.store.database import Database
from deskhand.store.embedded import EmbeddedServer

_numbers = itertools.count(1)

# What is written need not outlive the tests, and so need not reach the disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}

# How long an example takes is the machine's affair, and the examples that are tried are the same for everybody: what
# fails was broken by a change. `pytest --hypothesis-profile=search` looks for new examples.
_UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("search", _UNHURRIED)
settings.register_profile("same", _UNHURRIED, derandomize=True)
settings.load_profile("same")


@pytest.fixture(autouse=True, scope="session")
def _settings_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests never see the settings, the data folder or the database of the person who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("DESKHAND_") or name == "DATABASE_URL"]:
            patch.delenv(name)
        patch.setenv("DESKHAND_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        yield


@contextmanager
def server_folder() -> Iterator[Path]:
    """Where a PostgreSQL may live, also for root, who runs it as another user.

    Not in pytest's own temporary folder: whenever a pytest starts, it closes that to other users.
    """
    with tempfile.TemporaryDirectory(prefix="deskhand-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedServer]:
    with server_folder() as folder:
        server = embedded.start(folder / "postgres", FAST)
        yield server
        server.stop()


@pytest.fixture(scope="session")
def template_url(postgres: EmbeddedServer) -> str:
    """A migrated database that others are copied from. Nobody may stay connected to it."""
    migrations.upgrade(postgres.url)
    return postgres.url


@pytest.fixture
def empty_database_url(postgres: EmbeddedServer) -> Iterator[str]:
    """A database without any tables."""
    yield from _database(postgres, "template0")


@pytest.fixture
def database_url(postgres: EmbeddedServer, template_url: str) -> Iterator[str]:
    """A migrated database of the test's own, without data."""
    yield from _database(postgres, embedded.DATABASE_NAME)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, pool_size=10)
    yield database
    await database.close()


def _database(postgres: EmbeddedServer, template: str) -> Iterator[str]:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(postgres.url_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield postgres.url_of(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
