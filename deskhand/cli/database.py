"""`deskhand db …`."""

from __future__ import annotations

from typing import Annotated

import typer

from deskhand.errors import DeskhandError

app = typer.Typer(help="The database: its tables and the demo data.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the tables to what this version needs. Safe to repeat; `deskhand up` does it, too."""
    from deskhand.cli.connection import database_url
    from deskhand.store import migrations

    url = database_url()
    before = migrations.current(url)
    migrations.upgrade(url)
    after = migrations.current(url)
    print(f"At revision {after}, as before." if before == after else f"From revision {before or 'none'} to {after}.")


@app.command()
def status() -> None:
    """Say which database it is, and whether its tables are what this version needs (exit code 1 if not)."""
    from deskhand.cli.connection import database_url
    from deskhand.settings import get_settings
    from deskhand.store import migrations

    settings = get_settings()
    url = database_url()
    found, needed = migrations.current(url), migrations.head()
    where = "yours (DATABASE_URL)" if settings.database_url else f"embedded, in {settings.data_dir / 'postgres'}"
    print(f"Database   {where}")
    print(f"Revision   {found or 'none'}{'' if found == needed else f' (needed: {needed}; run `deskhand db upgrade`)'}")
    raise typer.Exit(0 if found == needed else 1)


@app.command()
def seed(
    afresh: Annotated[
        bool,
        typer.Option("--afresh", help="Empty the CRM first, for a demo whose orders have grown too old to return."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Fill an empty CRM with the demo business: customers, orders, subscriptions, appointments."""
    import asyncio

    from deskhand.cli.connection import database_url
    from deskhand.runtime.demo import seed_afresh, seed_if_empty
    from deskhand.store import migrations

    if afresh and not yes and not typer.confirm("Delete all customers and orders in the CRM?"):
        raise DeskhandError("Nothing was deleted.")
    url = database_url()
    migrations.upgrade(url)
    seeded = asyncio.run(seed_afresh(url) if afresh else seed_if_empty(url))
    print("The demo data is in: docs/demo-customers.md." if seeded else "The CRM has customers already: nothing done.")


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete everything in the database, conversations, CRM and articles alike, and make empty tables. Asks first."""
    from deskhand.cli.connection import database_url
    from deskhand.store import migrations

    if not yes and not typer.confirm("Delete all conversations, customers and orders?"):
        raise DeskhandError("Nothing was deleted.")
    url = database_url()
    _erase(url)
    migrations.upgrade(url)
    print("The database is empty. What brings it back: `deskhand db seed` and `deskhand knowledge sync`.")


def _erase(url: str) -> None:
    import psycopg
    from psycopg import sql

    from deskhand.store.crm_tables import CRM_SCHEMA
    from deskhand.store.queue import QUEUE_SCHEMA
    from deskhand.store.tables import SCHEMA

    with psycopg.connect(url) as connection:
        for schema in (SCHEMA, CRM_SCHEMA, QUEUE_SCHEMA):
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
