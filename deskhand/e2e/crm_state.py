"""What the CRM holds of a customer, as flat records that a test can speak about; and putting it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.crm.demo_characters import character_records
from deskhand.crm.keys import email_key
from deskhand.crm.records import CrmRecords
from deskhand.crm.sql.writing import customer_row, insert_records
from deskhand.store import crm_tables as tables
from deskhand.store.rows import AnyRow
from deskhand.store.tables import one_time_codes


@dataclass(frozen=True)
class Record:
    kind: str
    key: str
    fields: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: " + ", ".join(f"{name}={value}" for name, value in self.fields.items())


async def customer_id(connection: AsyncConnection, email: str) -> str | None:
    query = select(tables.customers.c.id).where(tables.customers.c.email_key == email_key(email))
    found: str | None = await connection.scalar(query)
    return found


async def records_of(connection: AsyncConnection, customer: str, zone: ZoneInfo) -> list[Record]:
    """Everything of one customer (by id)."""
    numbers = list(
        await connection.scalars(select(tables.orders.c.number).where(tables.orders.c.customer_id == customer))
    )
    return [
        *await _customers(connection, customer),
        *await _orders(connection, customer),
        *await _returns(connection, numbers),
        *await _subscriptions(connection, customer),
        *await _appointments(connection, customer, zone),
    ]


async def owner_of_order(connection: AsyncConnection, number: str) -> str | None:
    query = select(tables.orders.c.customer_id).where(tables.orders.c.number == number)
    found: str | None = await connection.scalar(query)
    return found


async def _customers(connection: AsyncConnection, customer: str) -> list[Record]:
    found = await connection.execute(select(tables.customers).where(tables.customers.c.id == customer))
    return [
        Record("customer", row.email, _fields(row, without=("id", "email_key", "postcode_key", "since")))
        for row in found
    ]


async def _orders(connection: AsyncConnection, customer: str) -> list[Record]:
    found = await connection.execute(select(tables.orders).where(tables.orders.c.customer_id == customer))
    return [
        Record("order", row.number, _fields(row, without=("number", "number_key", "customer_id", "placed_at")))
        for row in found
    ]


async def _returns(connection: AsyncConnection, numbers: Sequence[str]) -> list[Record]:
    items = tables.order_items
    sent = await connection.execute(
        select(tables.return_items.c.return_id, items.c.product, items.c.colour)
        .join(
            items,
            (items.c.order_number == tables.return_items.c.order_number)
            & (items.c.id == tables.return_items.c.item_id),
        )
        .where(items.c.order_number.in_(numbers))
    )
    labels: dict[str, list[str]] = {}
    for row in sent:
        label = f"{row.product} ({row.colour})" if row.colour else str(row.product)
        labels.setdefault(row.return_id, []).append(label)
    found = await connection.execute(select(tables.returns).where(tables.returns.c.order_number.in_(numbers)))
    return [
        Record(
            "return",
            row.id,
            {
                "order": row.order_number,
                "items": sorted(labels.get(row.id, [])),
                "resolution": row.resolution,
                "reason": row.reason,
                "refund_amount": row.refund_amount,
                "status": row.status,
            },
        )
        for row in found
    ]


async def _subscriptions(connection: AsyncConnection, customer: str) -> list[Record]:
    found = await connection.execute(
        select(tables.subscriptions)
        .where(tables.subscriptions.c.customer_id == customer)
        .order_by(tables.subscriptions.c.status == "cancelled", tables.subscriptions.c.started_on.desc())
    )
    return [
        Record(
            "subscription",
            row.id,
            {"plan": row.plan_id, "next_plan": row.next_plan_id}
            | _fields(row, without=("id", "customer_id", "plan_id", "next_plan_id", "started_on")),
        )
        for row in found
    ]


async def _appointments(connection: AsyncConnection, customer: str, zone: ZoneInfo) -> list[Record]:
    found = await connection.execute(
        select(tables.appointments)
        .where(tables.appointments.c.customer_id == customer)
        .order_by(tables.appointments.c.starts_at)
    )
    records = []
    for row in found:
        local = row.starts_at.astimezone(zone)
        fields = {"service": row.service_id, "technician": row.technician, "status": row.status}
        when = {"starts_at": f"{local:%Y-%m-%d %H:%M}", "weekday": f"{local:%A}", "hour": local.hour}
        records.append(Record("appointment", row.id, fields | when))
    return records


def _fields(row: AnyRow, *, without: Sequence[str]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in row._mapping.items()
        if name not in without
    }


@cache
def _seeded(today: date) -> CrmRecords:
    return character_records(today)


async def restore(connection: AsyncConnection, email: str, today: date) -> bool:
    """Puts one of the demo's characters back to how they were seeded. False when the demo has no such person."""
    seeded = _seeded(today)
    person = next((one for one in seeded.customers if email_key(one.email) == email_key(email)), None)
    if person is None:
        return False
    await _clear(connection, person.id)
    row = dict(customer_row(person))
    await connection.execute(update(tables.customers).where(tables.customers.c.id == person.id).values(row))
    numbers = {order.number for order in seeded.orders if order.customer_id == person.id}
    await insert_records(
        connection,
        replace(
            CrmRecords(customers=[person]),
            orders=[one for one in seeded.orders if one.customer_id == person.id],
            returns=[one for one in seeded.returns if one.order_number in numbers],
            appointments=[one for one in seeded.appointments if one.customer_id == person.id],
            subscriptions=[one for one in seeded.subscriptions if one.customer_id == person.id],
        ),
    )
    return True


async def _clear(connection: AsyncConnection, customer: str) -> None:
    numbers = select(tables.orders.c.number).where(tables.orders.c.customer_id == customer)
    for table in (
        tables.return_items,
        tables.returns,
        tables.parcel_items,
        tables.parcels,
        tables.order_items,
    ):
        await connection.execute(delete(table).where(table.c.order_number.in_(numbers)))
    for table in (tables.orders, tables.appointments, tables.subscriptions, tables.password_resets, one_time_codes):
        await connection.execute(delete(table).where(table.c.customer_id == customer))
