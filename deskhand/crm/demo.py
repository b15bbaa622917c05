"""Filling the CRM with the demo's customers and orders."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import func, select, text

from deskhand.crm.demo_catalogue import PLANS, SERVICES, TECHNICIANS
from deskhand.crm.demo_characters import CHARACTERS, character_records
from deskhand.crm.demo_crowd import crowd
from deskhand.crm.demo_making import LONDON
from deskhand.crm.records import CrmRecords
from deskhand.crm.sql.writing import insert_records
from deskhand.store.crm_tables import customers
from deskhand.store.database import Database

CUSTOMERS = 500
ORDERS = 2_000


def demo_records(today: date) -> CrmRecords:
    """Everything that the demo holds, counted from that day. The same day gives the same records."""
    records = CrmRecords(services=SERVICES, plans=PLANS, technicians=TECHNICIANS)
    people = character_records(today)
    records.add(people)
    records.add(
        crowd(
            today,
            CUSTOMERS - len(people.customers),
            ORDERS - len(people.orders),
            taken=people.appointments,
        )
    )
    return records


async def seed(db: Database, today: date | None = None, *, afresh: bool = False) -> bool:
    """Adds the demo's records, unless they are there. Returns whether it added them.

    Dates count from `today`, the present day by default; `afresh` empties the CRM first, for a demo whose
    orders have grown too old to return.
    """
    async with db.begin() as connection:
        await connection.execute(select(func.pg_advisory_xact_lock(7_307_145_005)))
        if afresh:
            await connection.execute(text("TRUNCATE crm.customers, crm.services, crm.plans, crm.technicians CASCADE"))
        there = await connection.scalar(select(func.count()).where(customers.c.id.in_([one.id for one in CHARACTERS])))
        if there:
            return False
        await insert_records(connection, demo_records(today or datetime.now(UTC).astimezone(LONDON).date()))
    return True
