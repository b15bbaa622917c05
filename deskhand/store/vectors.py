"""The extension `vector` (pgvector) of a database: whether it is there, and what to ask for if it isn't."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from deskhand.store.errors import VectorsMissing

OLDEST = (0, 8)
"""The oldest pgvector: the first that goes on searching its index when a filter leaves too little."""


def require_vectors(connection: Connection) -> None:
    """Creates the extension if that is still to be done. Raises `VectorsMissing`, which says what to ask for."""
    name = connection.scalar(text("SELECT current_database()"))
    installed = _version(connection, "SELECT extversion FROM pg_extension WHERE extname = 'vector'")
    if installed is None:
        installed = _create(connection, str(name))
    if _numbers(installed) < OLDEST:
        raise VectorsMissing(
            f"The database has pgvector {installed}; Deskhand needs {'.'.join(map(str, OLDEST))} or newer. Ask the "
            f"database's administrator to install a newer pgvector, and then to run in the database {name}: "
            "ALTER EXTENSION vector UPDATE;"
        )


def _create(connection: Connection, name: str) -> str:
    available = _version(connection, "SELECT default_version FROM pg_available_extensions WHERE name = 'vector'")
    if available is None:
        raise VectorsMissing(
            "This PostgreSQL server has no pgvector, which Deskhand finds articles with. Ask the database's "
            "administrator to install it on the server (Debian: the package postgresql-NN-pgvector for your version "
            f"NN), and then to run in the database {name}: CREATE EXTENSION vector;"
        )
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION vector"))
    except ProgrammingError as exc:
        if getattr(exc.orig, "sqlstate", None) != _NO_RIGHT:
            raise
        raise VectorsMissing(
            "Deskhand finds articles with pgvector. The server has it, but this user may not create it. Ask the "
            f"database's administrator to run in the database {name}: CREATE EXTENSION vector;"
        ) from exc
    except DBAPIError as exc:
        raise VectorsMissing(
            f"pgvector cannot be created in the database {name}: {exc.orig}. Ask the database's administrator."
        ) from exc
    return available


_NO_RIGHT = "42501"


def _version(connection: Connection, query: str) -> str | None:
    found = connection.scalar(text(query))
    return None if found is None else str(found)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
