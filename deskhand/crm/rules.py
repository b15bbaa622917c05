"""The business's rules, without a database: what may be cancelled, returned and booked, and what it leads to."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from deskhand.crm.protocol import NotAllowed, RecordNotFound
from deskhand.crm.types import (
    Order,
    OrderStatus,
    ParcelStatus,
    Plan,
    Resolution,
    Subscription,
    SubscriptionStatus,
)

RETURN_DAYS = 30
MAX_PAUSE_MONTHS = 3
OPENS_AT_HOUR = 9
CLOSES_AT_HOUR = 17
SUNDAY = 6
PASSWORD_RESET_LASTS = timedelta(hours=1)
PASSWORD_RESETS_PER_HOUR = 5


def check_changeable(order: Order) -> None:
    """Raises `NotAllowed` if it is too late to cancel the order or to send it elsewhere."""
    if order.status is OrderStatus.CANCELLED:
        raise NotAllowed("already_cancelled")
    if not order.changeable:
        raise NotAllowed("already_dispatched")


def check_returnable(order: Order, item_ids: Sequence[str], now: datetime, timezone: ZoneInfo) -> None:
    """Raises `NotAllowed` if one of the items cannot go back, `RecordNotFound` if one is not of this order."""
    if not item_ids:
        raise ValueError("A return has at least one item.")
    items = {item.id: item for item in order.items}
    for item_id in item_ids:
        if item_id not in items:
            raise RecordNotFound("The order has no such item.")
        if items[item_id].returned:
            raise NotAllowed("already_returned")
        delivered_at = _delivered_at(order, item_id)
        if delivered_at is None:
            raise NotAllowed("not_delivered")
        last_day = delivered_at.astimezone(timezone).date() + timedelta(days=RETURN_DAYS)
        if now.astimezone(timezone).date() > last_day:
            raise NotAllowed("return_window_closed")


def refund_amount(order: Order, item_ids: Sequence[str], resolution: Resolution) -> Decimal:
    if resolution is Resolution.EXCHANGE:
        return Decimal(0)
    return sum((item.unit_price * item.quantity for item in order.items if item.id in item_ids), Decimal(0))


def _delivered_at(order: Order, item_id: str) -> datetime | None:
    for parcel in order.parcels:
        if item_id in parcel.item_ids and parcel.status is ParcelStatus.DELIVERED:
            return parcel.delivered_at
    return None


def is_bookable_time(starts_at: datetime, timezone: ZoneInfo) -> bool:
    """Whether the workshop takes appointments then: on the hour, Monday to Saturday, 9 to 17."""
    local = starts_at.astimezone(timezone)
    on_the_hour = local.time().replace(hour=0) == time(0)
    return on_the_hour and local.weekday() != SUNDAY and OPENS_AT_HOUR <= local.hour < CLOSES_AT_HOUR


def bookable_times(after: datetime, before: datetime, timezone: ZoneInfo) -> Iterator[datetime]:
    """Every time in the window `after` ≤ t < `before` at which the workshop takes appointments, in UTC."""
    day = after.astimezone(timezone).date()
    while day <= before.astimezone(timezone).date():
        if day.weekday() != SUNDAY:
            for hour in range(OPENS_AT_HOUR, CLOSES_AT_HOUR):
                starts_at = datetime.combine(day, time(hour), timezone).astimezone(UTC)
                if after <= starts_at < before:
                    yield starts_at
        day += timedelta(days=1)


def check_time(starts_at: datetime, now: datetime, timezone: ZoneInfo) -> None:
    """Raises `NotAllowed` for a time that is past or that the workshop does not offer."""
    if starts_at <= now:
        raise NotAllowed("in_the_past")
    if not is_bookable_time(starts_at, timezone):
        raise NotAllowed("slot_taken")


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that is too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def settled(subscription: Subscription, today: date) -> Subscription:
    """What has become of it by today: pauses that are over and charges that were made."""
    state = subscription
    if state.status is SubscriptionStatus.PAUSED and state.paused_until and state.paused_until <= today:
        state = replace(state, status=SubscriptionStatus.ACTIVE, paused_until=None, paid_until=None)
    if state.status is SubscriptionStatus.ACTIVE and state.next_charge_on and state.next_charge_on < today:
        first, months = state.next_charge_on, 1
        while add_months(first, months) < today:
            months += 1
        state = replace(
            state,
            next_charge_on=add_months(first, months),
            plan=state.next_plan or state.plan,
            next_plan=None,
        )
    return state


def paused(subscription: Subscription, months: int) -> Subscription:
    """Raises `NotAllowed`: `not_active`, `too_long`."""
    if subscription.status is not SubscriptionStatus.ACTIVE or subscription.next_charge_on is None:
        raise NotAllowed("not_active")
    if months < 1:
        raise ValueError("A pause is at least a month long.")
    if months > MAX_PAUSE_MONTHS:
        raise NotAllowed("too_long")
    until = add_months(subscription.next_charge_on, months)
    return replace(
        subscription,
        status=SubscriptionStatus.PAUSED,
        paid_until=subscription.next_charge_on,
        paused_until=until,
        next_charge_on=until,
    )


def resumed(subscription: Subscription, on: date | None, today: date) -> Subscription:
    """At once, or on a later day until which it stays paused.

    Nobody pays twice: the next charge is on the day it goes on, or later if that day is paid for. Raises
    `NotAllowed`: `not_paused`, `too_long` (a day beyond the longest pause).
    """
    if subscription.status is not SubscriptionStatus.PAUSED or subscription.paid_until is None:
        raise NotAllowed("not_paused")
    day = max(on or today, today)
    next_charge_on = max(day, subscription.paid_until)
    if day == today:
        return replace(
            subscription,
            status=SubscriptionStatus.ACTIVE,
            paid_until=None,
            paused_until=None,
            next_charge_on=next_charge_on,
        )
    if day > add_months(subscription.paid_until, MAX_PAUSE_MONTHS):
        raise NotAllowed("too_long")
    return replace(subscription, paused_until=day, next_charge_on=next_charge_on)


def with_plan(subscription: Subscription, plan: Plan) -> Subscription:
    """The other plan from the next charge on; the present one again takes a change back.

    Raises `NotAllowed`: `not_active`, `same_plan`.
    """
    if subscription.status is not SubscriptionStatus.ACTIVE:
        raise NotAllowed("not_active")
    if plan.id == (subscription.next_plan or subscription.plan).id:
        raise NotAllowed("same_plan")
    return replace(subscription, next_plan=None if plan.id == subscription.plan.id else plan)


def cancelled(subscription: Subscription, today: date) -> Subscription:
    """Raises `NotAllowed`: `already_cancelled`."""
    if subscription.status is SubscriptionStatus.CANCELLED:
        raise NotAllowed("already_cancelled")
    unpaid_from = subscription.paid_until or subscription.next_charge_on or today
    return replace(
        subscription,
        status=SubscriptionStatus.CANCELLED,
        ends_on=max(unpaid_from - timedelta(days=1), today),
        next_charge_on=None,
        paid_until=None,
        paused_until=None,
        next_plan=None,
    )
