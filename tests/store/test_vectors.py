"""Who may not have pgvector is told what to ask for."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from deskhand.store import migrations, vectors
from deskhand.store.embedded import EmbeddedServer
from deskhand.store.errors import VectorsMissing
from deskhand.store.urls import sqlalchemy_url
from deskhand.store.vectors import require_vectors


@pytest.fixture
def connection(empty_database_url: str) -> Iterator[Connection]:
    engine = create_engine(sqlalchemy_url(empty_database_url), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def ordinary_user(postgres: EmbeddedServer, empty_database_url: str) -> Iterator[str]:
    """The URL for a user who owns the database and has no other rights."""
    with psycopg.connect(empty_database_url, autocommit=True) as owner:
        database = owner.info.dbname
        owner.execute("CREATE ROLE ordinary LOGIN")
        owner.execute(f"ALTER DATABASE {database} OWNER TO ordinary")
        owner.execute("ALTER SCHEMA public OWNER TO ordinary")
        try:
            url = sqlalchemy_url(empty_database_url).set(username="ordinary")
            yield url.render_as_string(hide_password=False)
        finally:
            owner.execute(f"ALTER DATABASE {database} OWNER TO CURRENT_USER")
            owner.execute("DROP OWNED BY ordinary CASCADE")
            owner.execute("DROP ROLE ordinary")


def test_the_extension_is_created_where_it_may_be(connection: Connection) -> None:
    require_vectors(connection)
    assert connection.scalar(text("SELECT '[1,2]'::vector(2) <-> '[1,3]'")) == 1.0
    require_vectors(connection)


def test_a_user_without_the_right_is_told_what_to_ask_for(ordinary_user: str) -> None:
    with pytest.raises(VectorsMissing, match=r"may not create it.* administrator to run .*CREATE EXTENSION vector;"):
        migrations.upgrade(ordinary_user)
    assert migrations.current(ordinary_user) is None


def test_once_the_administrator_has_run_it_the_same_user_can_migrate(
    ordinary_user: str, empty_database_url: str
) -> None:
    with psycopg.connect(empty_database_url) as administrator:
        administrator.execute("CREATE EXTENSION vector")
    migrations.upgrade(ordinary_user)
    migrations.check(ordinary_user)


def test_a_server_without_pgvector_is_named(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_version", lambda *_: None)
    with pytest.raises(VectorsMissing, match=r"server has no pgvector.*postgresql-NN-pgvector"):
        require_vectors(connection)


def test_an_old_pgvector_is_named(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_version", lambda *_: "0.7.4")
    with pytest.raises(
        VectorsMissing, match=r"has pgvector 0\.7\.4; Deskhand needs 0\.8.*ALTER EXTENSION vector UPDATE"
    ):
        require_vectors(connection)
