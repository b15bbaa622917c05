"""Migrations lead to the tables that the code names."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from alembic import command

from deskhand.store import migrations
from deskhand.store.errors import DatabaseNotMigrated, DatabaseUnavailable


def test_an_empty_database_has_no_revision(empty_database_url: str) -> None:
    assert migrations.current(empty_database_url) is None
    with pytest.raises(DatabaseNotMigrated, match="deskhand db upgrade"):
        migrations.check(empty_database_url)


def test_migrating_leads_to_the_tables_of_the_code(empty_database_url: str) -> None:
    migrations.upgrade(empty_database_url)
    migrations.check(empty_database_url)
    assert migrations.current(empty_database_url) == migrations.head()
    assert migrations.differences(empty_database_url) is None


def test_migrating_again_does_nothing(database_url: str) -> None:
    migrations.upgrade(database_url)
    assert migrations.current(database_url) == migrations.head()


def test_processes_that_migrate_together_do_no_harm(empty_database_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(migrations.upgrade, [empty_database_url] * 4))
    migrations.check(empty_database_url)


def test_vectors_can_be_stored(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT '[1,2,3]'::vector <-> '[1,2,4]'").fetchone() == (1.0,)


def test_a_migration_can_be_taken_back(database_url: str) -> None:
    with migrations._connection(database_url) as connection:
        command.downgrade(migrations._config(connection), "base")
    assert migrations.current(database_url) is None
    migrations.upgrade(database_url)
    assert migrations.differences(database_url) is None


def test_a_difference_is_noticed(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("ALTER TABLE deskhand.contacts ADD COLUMN mood text")
    assert "mood" in str(migrations.differences(database_url))


def test_other_tables_of_the_database_are_left_alone(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE public.theirs (number int)")
    assert migrations.differences(database_url) is None


def test_an_absent_database_is_said_to_be_away() -> None:
    with pytest.raises(DatabaseUnavailable):
        migrations.upgrade("postgresql://nobody@127.0.0.1:1/nothing")
