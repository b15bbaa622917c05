"""Orders with their items and parcels. Each function works within the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.crm import rules
from deskhand.crm.keys import order_number_key, postcode_key
from deskhand.crm.protocol import RecordNotFound
from deskhand.crm.types import Address, Order, OrderItem, OrderStatus, Parcel, ParcelStatus
from deskhand.store.crm_tables import order_items, orders, parcel_items, parcels, return_items
from deskhand.store.rows import AnyRow
from deskhand.store.texts import storable


async def of_customer(connection: AsyncConnection, customer_id: str) -> list[Order]:
    found = await connection.execute(
        select(orders)
        .where(orders.c.customer_id == customer_id)
        .order_by(orders.c.placed_at.desc(), orders.c.number.desc())
    )
    return await _assemble(connection, found.all())


async def get(connection: AsyncConnection, customer_id: str, number: str, *, lock: bool = False) -> Order:
    """With `lock`, nobody else changes the order before the transaction ends."""
    query = select(orders).where(orders.c.number_key == order_number_key(number), orders.c.customer_id == customer_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise RecordNotFound("There is no such order.")
    return (await _assemble(connection, [row]))[0]


async def by_keys(connection: AsyncConnection, number_keys: Sequence[str]) -> dict[str, Order]:
    """Anybody's orders, by the keys of their numbers."""
    found = await connection.execute(select(orders).where(orders.c.number_key.in_(number_keys)))
    return {order_number_key(order.number): order for order in await _assemble(connection, found.all())}


async def cancel(connection: AsyncConnection, customer_id: str, number: str) -> Order:
    order = await get(connection, customer_id, number, lock=True)
    rules.check_changeable(order)
    await _change(connection, order, status=OrderStatus.CANCELLED)
    return await get(connection, customer_id, number)


async def send_elsewhere(connection: AsyncConnection, customer_id: str, number: str, address: Address) -> Order:
    order = await get(connection, customer_id, number, lock=True)
    rules.check_changeable(order)
    if not postcode_key(address.postcode):
        raise ValueError("An address has a postcode.")
    await _change(
        connection,
        order,
        line=storable(address.line),
        city=storable(address.city),
        postcode=storable(address.postcode),
    )
    return await get(connection, customer_id, number)


async def _change(connection: AsyncConnection, order: Order, **changes: object) -> None:
    await connection.execute(update(orders).where(orders.c.number == order.number).values(**changes))


async def _assemble(connection: AsyncConnection, rows: Sequence[AnyRow]) -> list[Order]:
    numbers = [row.number for row in rows]
    if not numbers:
        return []
    items = await _by_order(connection, order_items, numbers)
    packed = await _by_order(connection, parcel_items, numbers)
    sent = await _by_order(connection, parcels, numbers)
    returned = {
        (row.order_number, row.item_id)
        for group in (await _by_order(connection, return_items, numbers)).values()
        for row in group
    }
    return [
        Order(
            number=row.number,
            customer_id=row.customer_id,
            placed_at=row.placed_at,
            status=OrderStatus(row.status),
            items=tuple(
                _item(item, (row.number, item.id) in returned)
                for item in sorted(items[row.number], key=lambda item: item.position)
            ),
            address=Address(row.line, row.city, row.postcode),
            parcels=tuple(
                _parcel(parcel, packed[row.number]) for parcel in sorted(sent[row.number], key=lambda parcel: parcel.id)
            ),
        )
        for row in rows
    ]


async def _by_order(
    connection: AsyncConnection, table: Table, numbers: Sequence[str]
) -> defaultdict[str, list[AnyRow]]:
    found = await connection.execute(select(table).where(table.c.order_number.in_(numbers)))
    groups: defaultdict[str, list[AnyRow]] = defaultdict(list)
    for row in found:
        groups[row.order_number].append(row)
    return groups


def _item(row: AnyRow, returned: bool) -> OrderItem:
    return OrderItem(row.id, row.product, row.colour, row.quantity, row.unit_price, returned)


def _parcel(row: AnyRow, packed: Sequence[AnyRow]) -> Parcel:
    return Parcel(
        id=row.id,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        tracking_url=row.tracking_url,
        status=ParcelStatus(row.status),
        item_ids=tuple(sorted(item.item_id for item in packed if item.parcel_id == row.id)),
        expected_on=row.expected_on,
        delivered_at=row.delivered_at,
    )
