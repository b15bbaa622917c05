"""Writing whole records: for demo data and imports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.crm.keys import email_key, order_number_key, postcode_key
from deskhand.crm.records import CrmRecords
from deskhand.crm.types import Address, Customer, Order, Return, Subscription
from deskhand.store import crm_tables as tables

Row = Mapping[str, Any]


async def insert_records(connection: AsyncConnection, records: CrmRecords) -> None:
    """Adds what is not there yet. What is there stays as it is."""
    owners = {customer.id: customer for customer in records.customers}
    fixed: list[tuple[Table, Iterable[Row]]] = [
        (tables.services, (vars(service) for service in records.services)),
        (tables.plans, (vars(plan) for plan in records.plans)),
        (tables.technicians, ({"name": name} for name in records.technicians)),
        (tables.customers, (customer_row(customer) for customer in records.customers)),
    ]
    for table, rows in [*fixed, *order_rows(records.orders), *_return_rows(records.returns)]:
        await _add(connection, table, rows)
    await _add(
        connection,
        tables.appointments,
        (
            {
                "id": one.id,
                "customer_id": one.customer_id,
                "service_id": one.service.id,
                "technician": one.technician,
                "starts_at": one.starts_at,
                "status": one.status,
            }
            for one in records.appointments
        ),
    )
    await _add(
        connection,
        tables.subscriptions,
        (_subscription_row(one, owners[one.customer_id]) for one in records.subscriptions),
    )


def customer_row(customer: Customer) -> Row:
    return {
        "id": customer.id,
        "name": customer.name,
        "email": customer.email,
        "email_key": email_key(customer.email),
        "email_verified": customer.email_verified,
        "locked": customer.locked,
        "since": customer.since,
        "postcode_key": postcode_key(customer.address.postcode),
        **_address(customer.address),
    }


def order_row(order: Order) -> Row:
    return {
        "number": order.number,
        "number_key": order_number_key(order.number),
        "customer_id": order.customer_id,
        "placed_at": order.placed_at,
        "status": order.status,
        **_address(order.address),
    }


def order_rows(orders: Iterable[Order]) -> list[tuple[Table, list[Row]]]:
    """The rows of orders and of what belongs to them, in an order in which they can be inserted."""
    heads: list[Row] = []
    items: list[Row] = []
    sent: list[Row] = []
    packed: list[Row] = []
    for order in orders:
        heads.append(order_row(order))
        for position, item in enumerate(order.items):
            items.append(
                {
                    "order_number": order.number,
                    "id": item.id,
                    "position": position,
                    "product": item.product,
                    "colour": item.colour,
                    "quantity": item.quantity,
                    "unit_price": item.unit_price,
                }
            )
        for parcel in order.parcels:
            row = {key: value for key, value in vars(parcel).items() if key != "item_ids"}
            sent.append({**row, "order_number": order.number})
            packed += [
                {"parcel_id": parcel.id, "order_number": order.number, "item_id": item_id}
                for item_id in parcel.item_ids
            ]
    return [
        (tables.orders, heads),
        (tables.order_items, items),
        (tables.parcels, sent),
        (tables.parcel_items, packed),
    ]


async def _add(connection: AsyncConnection, table: Table, rows: Iterable[Row]) -> None:
    collected = list(rows)
    if collected:
        await connection.execute(insert(table).on_conflict_do_nothing(), collected)


def _address(address: Address) -> Row:
    return {"line": address.line, "city": address.city, "postcode": address.postcode}


def _return_rows(returns: Iterable[Return]) -> list[tuple[Table, list[Row]]]:
    heads: list[Row] = []
    items: list[Row] = []
    for one in returns:
        heads.append({key: value for key, value in vars(one).items() if key != "item_ids"})
        items += [
            {"return_id": one.id, "order_number": one.order_number, "item_id": item_id} for item_id in one.item_ids
        ]
    return [(tables.returns, heads), (tables.return_items, items)]


def _subscription_row(subscription: Subscription, owner: Customer) -> Row:
    return {
        "id": subscription.id,
        "customer_id": subscription.customer_id,
        "plan_id": subscription.plan.id,
        "next_plan_id": subscription.next_plan.id if subscription.next_plan else None,
        "status": subscription.status,
        "started_on": owner.since,
        "next_charge_on": subscription.next_charge_on,
        "paid_until": subscription.paid_until,
        "paused_until": subscription.paused_until,
        "ends_on": subscription.ends_on,
    }
