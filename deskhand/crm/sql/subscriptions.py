"""Subscriptions. Each function works within the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.crm import rules
from deskhand.crm.protocol import NotAllowed, RecordNotFound
from deskhand.crm.sql import customers
from deskhand.crm.types import Plan, Subscription, SubscriptionStatus
from deskhand.store.crm_tables import plans as plans_table
from deskhand.store.crm_tables import subscriptions
from deskhand.store.rows import AnyRow


async def plans(connection: AsyncConnection) -> list[Plan]:
    found = await connection.execute(select(plans_table).order_by(plans_table.c.monthly_price))
    return [Plan(row.id, row.name, row.monthly_price, row.summary) for row in found]


async def plan(connection: AsyncConnection, plan_id: str) -> Plan:
    for one in await plans(connection):
        if one.id == plan_id:
            return one
    raise RecordNotFound("There is no such plan.")


async def get(connection: AsyncConnection, customer_id: str, today: date, *, lock: bool = False) -> Subscription | None:
    await customers.get(connection, customer_id)
    query = (
        select(subscriptions)
        .where(subscriptions.c.customer_id == customer_id)
        # The current one, or else the last one.
        .order_by(subscriptions.c.status == SubscriptionStatus.CANCELLED, subscriptions.c.started_on.desc())
        .limit(1)
    )
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        return None
    by_id = {one.id: one for one in await plans(connection)}
    return rules.settled(_subscription(row, by_id), today)


async def change(
    connection: AsyncConnection,
    customer_id: str,
    today: date,
    to: Callable[[Subscription], Subscription],
) -> Subscription:
    """Raises `NotAllowed("not_active")` if there never was a subscription, and what `to` raises."""
    subscription = await get(connection, customer_id, today, lock=True)
    if subscription is None:
        raise NotAllowed("not_active")
    changed = to(subscription)
    await connection.execute(
        update(subscriptions)
        .where(subscriptions.c.id == changed.id)
        .values(
            plan_id=changed.plan.id,
            next_plan_id=changed.next_plan.id if changed.next_plan else None,
            status=changed.status,
            next_charge_on=changed.next_charge_on,
            paid_until=changed.paid_until,
            paused_until=changed.paused_until,
            ends_on=changed.ends_on,
        )
    )
    return changed


def _subscription(row: AnyRow, by_id: dict[str, Plan]) -> Subscription:
    return Subscription(
        id=row.id,
        customer_id=row.customer_id,
        plan=by_id[row.plan_id],
        status=SubscriptionStatus(row.status),
        next_charge_on=row.next_charge_on,
        paid_until=row.paid_until,
        paused_until=row.paused_until,
        ends_on=row.ends_on,
        next_plan=by_id[row.next_plan_id] if row.next_plan_id else None,
    )
