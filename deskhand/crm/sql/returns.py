"""Returns. Each function works within the caller's transaction."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.crm.rules import refund_amount
from deskhand.crm.types import Order, Resolution, Return, ReturnStatus
from deskhand.store.crm_tables import orders, return_items, returns
from deskhand.store.rows import AnyRow
from deskhand.store.texts import storable


async def start(
    connection: AsyncConnection,
    order: Order,
    item_ids: Sequence[str],
    reason: str,
    resolution: Resolution,
    now: datetime,
    link_base: str,
) -> Return:
    """For items that were checked while the order's lock is held."""
    wanted = list(dict.fromkeys(item_ids))
    return_id = f"RT-{secrets.randbelow(10**8):08d}"
    inserted = await connection.execute(
        insert(returns)
        .values(
            id=return_id,
            order_number=order.number,
            reason=storable(reason),
            resolution=resolution,
            refund_amount=refund_amount(order, wanted, resolution),
            status=ReturnStatus.AWAITING_PARCEL,
            created_at=now,
            label_url=f"{link_base}/returns/{return_id}/label.pdf?key={secrets.token_urlsafe(9)}",
        )
        .returning(returns)
    )
    row = inserted.one()
    await connection.execute(
        insert(return_items),
        [{"return_id": row.id, "order_number": order.number, "item_id": item_id} for item_id in wanted],
    )
    return _return(row, wanted)


async def of_customer(connection: AsyncConnection, customer_id: str) -> list[Return]:
    found = await connection.execute(
        select(returns)
        .join(orders, orders.c.number == returns.c.order_number)
        .where(orders.c.customer_id == customer_id)
        .order_by(returns.c.created_at.desc(), returns.c.id)
    )
    rows = found.all()
    items: dict[str, list[str]] = defaultdict(list)
    sent_back = await connection.execute(
        select(return_items)
        .where(return_items.c.return_id.in_([row.id for row in rows]))
        .order_by(return_items.c.item_id)
    )
    for item in sent_back:
        items[item.return_id].append(item.item_id)
    return [_return(row, items[row.id]) for row in rows]


def _return(row: AnyRow, item_ids: Sequence[str]) -> Return:
    return Return(
        id=row.id,
        order_number=row.order_number,
        item_ids=tuple(item_ids),
        reason=row.reason,
        resolution=Resolution(row.resolution),
        refund_amount=row.refund_amount,
        status=ReturnStatus(row.status),
        created_at=row.created_at,
        label_url=row.label_url,
    )
