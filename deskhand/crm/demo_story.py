"""How a character of the demo is described: a person, and makers of what the CRM knows of them.

Each maker takes the customer's id or the day of seeding, since all dates count from that day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from deskhand.crm.demo_making import at, days, item, parcel, plan
from deskhand.crm.types import (
    Address,
    Appointment,
    Order,
    OrderStatus,
    Parcel,
    ParcelStatus,
    Resolution,
    Return,
    ReturnStatus,
    Subscription,
    SubscriptionStatus,
)


@dataclass(frozen=True)
class Character:
    id: str
    name: str
    email: str
    address: Address
    story: str
    email_verified: bool = True
    locked: bool = False
    orders: Callable[[str, date], list[Order]] = field(default=lambda _id, _today: [])
    returns: Callable[[date], list[Return]] = field(default=lambda _today: [])
    appointments: Callable[[str, date], list[Appointment]] = field(default=lambda _id, _today: [])
    subscription: Callable[[str, date], Subscription | None] = field(default=lambda _id, _today: None)


def order(
    number: str,
    address: Address,
    status: OrderStatus,
    placed_days_ago: int,
    *contents: tuple[str, str | None],
    parcels: Callable[[date], list[Parcel]] = lambda _today: [],
) -> Callable[[str, date], Order]:
    def make(customer_id: str, today: date) -> Order:
        items = tuple(item(str(place), *content) for place, content in enumerate(contents, 1))
        placed_at = at(today - days(placed_days_ago), 0, 10)  # never in the future
        return Order(number, customer_id, placed_at, status, items, address, tuple(parcels(today)))

    return make


def orders(*makers: Callable[[str, date], Order]) -> Callable[[str, date], list[Order]]:
    return lambda customer_id, today: [make(customer_id, today) for make in makers]


def delivered(number: str, days_ago: int, *item_ids: str, place: int = 1) -> Callable[[date], list[Parcel]]:
    return lambda today: [
        parcel(
            number,
            place,
            ParcelStatus.DELIVERED,
            item_ids,
            today - days(days_ago),
            at(today - days(days_ago), 13, 5),
        )
    ]


def coming(
    number: str, status: ParcelStatus, in_days: int, *item_ids: str, place: int = 1
) -> Callable[[date], list[Parcel]]:
    return lambda today: [parcel(number, place, status, item_ids, today + days(in_days))]


def both(one: Callable[[date], list[Parcel]], other: Callable[[date], list[Parcel]]) -> Callable[[date], list[Parcel]]:
    return lambda today: one(today) + other(today)


def sent_back(
    return_id: str, number: str, amount: str, status: ReturnStatus, days_ago: int, reason: str
) -> Callable[[date], list[Return]]:
    return lambda today: [
        Return(
            id=return_id,
            order_number=number,
            item_ids=("1",),
            reason=reason,
            resolution=Resolution.REFUND,
            refund_amount=Decimal(amount),
            status=status,
            created_at=at(today - days(days_ago), 10),
            label_url=f"https://fernway.example/returns/{return_id}/label.pdf",
        )
    ]


def subscribed(plan_id: str, in_days: int) -> Callable[[str, date], Subscription]:
    return lambda customer_id, today: Subscription(
        f"S-{customer_id[2:]}", customer_id, plan(plan_id), SubscriptionStatus.ACTIVE, today + days(in_days)
    )


def on_pause(plan_id: str, in_days: int) -> Callable[[str, date], Subscription]:
    def make(customer_id: str, today: date) -> Subscription:
        active = subscribed(plan_id, in_days)(customer_id, today)
        return replace(
            active,
            status=SubscriptionStatus.PAUSED,
            paid_until=today - days(5),
            paused_until=today + days(in_days),
        )

    return make


def left(plan_id: str, days_ago: int) -> Callable[[str, date], Subscription]:
    def make(customer_id: str, today: date) -> Subscription:
        return replace(
            subscribed(plan_id, 0)(customer_id, today),
            status=SubscriptionStatus.CANCELLED,
            next_charge_on=None,
            ends_on=today - days(days_ago),
        )

    return make


def home(line: str, city: str, postcode: str) -> Address:
    return Address(line, city, postcode)
