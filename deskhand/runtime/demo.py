"""The demo business in an empty CRM."""

from __future__ import annotations

from sqlalchemy import exists, select

from deskhand.store.crm_tables import customers
from deskhand.store.database import Database


async def seed_if_empty(url: str) -> bool:
    """Fills the CRM if it has no customers. Says whether it did."""
    database = Database(url)
    try:
        async with database.begin() as connection:
            if await connection.scalar(select(exists(select(customers.c.id)))):
                return False
        return await _seed(database, afresh=False)
    finally:
        await database.close()


async def seed_afresh(url: str) -> bool:
    """Empties the CRM and fills it with the demo as of today."""
    database = Database(url)
    try:
        return await _seed(database, afresh=True)
    finally:
        await database.close()


async def _seed(database: Database, *, afresh: bool) -> bool:
    from deskhand.crm import demo  # makes names and orders: not for a start that finds them made

    return await demo.seed(database, afresh=afresh)
