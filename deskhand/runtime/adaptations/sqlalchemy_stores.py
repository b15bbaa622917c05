"""Rasa's SQL tracker store and event broker are written for SQLAlchemy 1.4: they make `URL` by its constructor, which
in 2.0 takes no `query=None`; they create a database (`login_db`) with a bare string and keyword parameters; and they
look for a schema (POSTGRESQL_SCHEMA) with a list inside `select`.
"""

from __future__ import annotations

import os
from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Bring the three places up to SQLAlchemy 2."""
    when_imported("rasa.core.tracker_store", _use_sqlalchemy_2)


def _use_sqlalchemy_2(module: Any) -> None:
    store, sa = module.SQLTrackerStore, module.sa
    upstream_url = store.get_db_url

    def get_db_url(*args: Any, **options: Any) -> Any:
        url = upstream_url(*args, **options)
        if isinstance(url, str):
            return url
        name, username, password, host, port, database, query = tuple(url)
        return sa.engine.url.URL.create(name, username, password, host, port, database, query or {})

    def create_database(engine: Any, database_name: str) -> None:
        known = sa.text("SELECT 1 FROM pg_catalog.pg_database WHERE datname = :name")
        with engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            if connection.scalar(known, {"name": database_name}) is None:
                name = engine.dialect.identifier_preparer.quote(database_name)
                connection.execute(sa.text(f"CREATE DATABASE {name}"))

    def ensure_schema_exists(session: Any) -> None:
        name = os.environ.get(module.POSTGRESQL_SCHEMA)
        known = sa.text("SELECT 1 FROM information_schema.schemata WHERE schema_name = :name")
        if name and module.is_postgresql_url(session.get_bind().url) and not session.scalar(known, {"name": name}):
            raise ValueError(name)

    module.ensure_schema_exists = ensure_schema_exists
    store.get_db_url = staticmethod(get_db_url)
    store._create_database = staticmethod(create_database)
