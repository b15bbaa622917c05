"""Storing customers and orders: what is new is added, what differs is changed, the rest is left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, not_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.crm.sql.writing import customer_row, order_row, order_rows
from deskhand.crm.types import Customer, Order
from deskhand.store import crm_tables as tables


async def save_customers(connection: AsyncConnection, customers: Sequence[Customer]) -> None:
    if not customers:
        return
    statement = insert(tables.customers)
    changes = {
        column.name: statement.excluded[column.name] for column in tables.customers.columns if column.name != "id"
    }
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=changes),
        [customer_row(customer) for customer in customers],
    )


async def add_orders(connection: AsyncConnection, orders: Sequence[Order]) -> None:
    for table, rows in order_rows(orders):
        if rows:
            await connection.execute(insert(table), rows)


async def change_order(connection: AsyncConnection, order: Order) -> None:
    """An item that is on its way back stays, even if the new version does not have it."""
    number = order.number
    await connection.execute(update(tables.orders).where(tables.orders.c.number == number).values(**order_row(order)))
    await connection.execute(delete(tables.parcel_items).where(tables.parcel_items.c.order_number == number))
    await connection.execute(delete(tables.parcels).where(tables.parcels.c.order_number == number))
    items = tables.order_items
    returned = select(tables.return_items.c.order_number, tables.return_items.c.item_id)
    await connection.execute(
        delete(items).where(
            items.c.order_number == number,
            items.c.id.not_in([item.id for item in order.items]),
            not_(tuple_(items.c.order_number, items.c.id).in_(returned)),
        )
    )
    for table, rows in order_rows([order])[1:]:
        if rows and table is items:
            await _upsert_items(connection, rows)
        elif rows:
            await connection.execute(insert(table), rows)


async def _upsert_items(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    statement = insert(tables.order_items)
    names = ("position", "product", "colour", "quantity", "unit_price")
    changes = {name: statement.excluded[name] for name in names}
    await connection.execute(statement.on_conflict_do_update(index_elements=["order_number", "id"], set_=changes), rows)


def is_same_order(one: Order, other: Order) -> bool:
    """Whether they are equal but for what was returned, which imports know nothing of."""

    def plain(order: Order) -> Order:
        items = tuple(replace(item, returned=False) for item in order.items)
        return replace(order, items=items)

    return plain(one) == plain(other)
