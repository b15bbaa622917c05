"""Database URLs, as people and hosting services write them."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from deskhand.store.errors import DatabaseUnavailable


def sqlalchemy_url(url: str) -> URL:
    """A libpq or SQLAlchemy URL with the driver that we use. Raises `DatabaseUnavailable` for anything else."""
    try:
        parsed = make_url(url)
    except ArgumentError as exc:
        raise DatabaseUnavailable("DATABASE_URL cannot be read: it should be postgresql://…") from exc
    backend = parsed.drivername.partition("+")[0]
    if backend not in {"postgresql", "postgres"}:
        raise DatabaseUnavailable(f"DATABASE_URL names {backend}; Deskhand needs PostgreSQL: postgresql://…")
    return parsed.set(drivername="postgresql+psycopg")


def libpq_url(url: str) -> str:
    """The URL as libpq, and so psycopg itself, reads it. Raises `DatabaseUnavailable` like `sqlalchemy_url`."""
    return sqlalchemy_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
