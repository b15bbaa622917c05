"""The demo business in an empty CRM."""

from __future__ import annotations

from sqlalchemy import text

from deskhand.store.crm_tables import CRM_SCHEMA
from deskhand.store.database import Database


async def seed_if_empty(url: str) -> bool:
    """Fills the CRM if it has no customers. Says whether it did."""
    database = Database(url)
    try:
        async with database.begin() as connection:
            found = await connection.execute(text(f"SELECT EXISTS (SELECT FROM {CRM_SCHEMA}.customers)"))  # noqa: S608 - a name of ours
            if found.scalar_one():
                return False
        from deskhand.crm import demo

        await demo.seed(database)
        return True
    finally:
        await database.close()
