"""The demo's crowd: customers and orders by chance, the same ones whenever it is made for the same day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from random import Random

from deskhand.crm import rules
from deskhand.crm.demo_catalogue import (
    FIRST_NAMES,
    LAST_NAMES,
    PLANS,
    PRODUCTS,
    SERVICES,
    STREETS,
    TECHNICIANS,
    TOWNS,
)
from deskhand.crm.demo_making import LONDON, appointment, at, days, parcel, workshop_day
from deskhand.crm.records import CrmRecords
from deskhand.crm.types import (
    Address,
    Appointment,
    Customer,
    Order,
    OrderItem,
    OrderStatus,
    Parcel,
    ParcelStatus,
    Resolution,
    Return,
    ReturnStatus,
    Subscription,
    SubscriptionStatus,
)

FIRST_NUMBER = 201_000
RETURN_REASONS = ("damaged", "wrong item", "too small", "too big", "changed my mind", "not as described")


def crowd(today: date, customer_count: int, order_count: int, taken: Sequence[Appointment] = ()) -> CrmRecords:
    """`taken` are appointments that the crowd's must not collide with."""
    # Not for security: a demo that is the same for everybody can be written about.
    random = Random("Fernway")  # noqa: S311 - demo data, the same every time
    customers = _customers(random, today, customer_count)
    orders = _orders(random, today, customers, order_count)
    return CrmRecords(
        customers=customers,
        orders=orders,
        returns=_returns(random, today, orders),
        appointments=_appointments(random, today, customers, taken),
        subscriptions=_subscriptions(random, today, customers),
    )


def _customers(random: Random, today: date, count: int) -> list[Customer]:
    emails: set[str] = set()
    made = []
    for number in range(1, count + 1):
        first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
        email = f"{first}.{last}@example.com".lower()
        if email in emails:
            email = f"{first}.{last}{number}@example.org".lower()
        emails.add(email)
        made.append(
            Customer(
                id=f"C-{100_000 + number}",
                name=f"{first} {last}",
                email=email,
                address=_address(random),
                email_verified=random.random() > 0.06,
                locked=random.random() < 0.03,
                since=today - days(random.randint(120, 1500)),
            )
        )
    return made


def _address(random: Random) -> Address:
    city, area = random.choice(TOWNS)
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    inward = f"{random.randint(1, 9)}{random.choice(letters)}{random.choice(letters)}"
    line = f"{random.randint(1, 120)} {random.choice(STREETS)}"
    return Address(line, city, f"{area}{random.randint(1, 19)} {inward}")


def _orders(random: Random, today: date, customers: Sequence[Customer], count: int) -> list[Order]:
    # A fifth is still under way, the rest was delivered in the last three months.
    ages = [random.randint(0, 4) if random.random() < 0.2 else random.randint(5, 94) for _ in range(count)]
    number = FIRST_NUMBER
    made = []
    for age in sorted(ages, reverse=True):
        number += random.randint(1, 3)
        made.append(_order(random, today, random.choice(customers), f"FW-{number}", age))
    return made


def _order(random: Random, today: date, customer: Customer, number: str, age: int) -> Order:
    order = Order(
        number=number,
        customer_id=customer.id,
        placed_at=at(today - days(age), random.randint(6, 21) if age else 0, random.randint(0, 59)),
        status=_status(random, age),
        items=_items(random),
        # Some things are sent to somebody else.
        address=customer.address if random.random() < 0.9 else _address(random),
    )
    return replace(order, parcels=tuple(_parcels(random, today, order, age)))


def _status(random: Random, age: int) -> OrderStatus:
    if random.random() < 0.06:
        return OrderStatus.CANCELLED
    if age == 0:
        return OrderStatus.PLACED
    if age == 1:
        return random.choice((OrderStatus.PLACED, OrderStatus.PACKING))
    late = age < 12 and random.random() < 0.08
    return OrderStatus.DISPATCHED if age < 5 or late else OrderStatus.DELIVERED


def _items(random: Random) -> tuple[OrderItem, ...]:
    count = random.choice((1, 1, 1, 2, 2, 3, 4))
    return tuple(
        OrderItem(
            id=str(place),
            product=product.name,
            colour=random.choice(product.colours) if product.colours else None,
            quantity=random.choice((1, 1, 1, 1, 2, 3)) if product.price < 50 else 1,
            unit_price=product.price,
        )
        for place, product in enumerate(random.sample(PRODUCTS, count), 1)
    )


def _parcels(random: Random, today: date, order: Order, age: int) -> list[Parcel]:
    if order.status not in {OrderStatus.DISPATCHED, OrderStatus.DELIVERED}:
        return []
    ids = [item.id for item in order.items]
    split = random.randint(1, len(ids) - 1) if len(ids) > 1 and random.random() < 0.35 else len(ids)
    groups = [group for group in (ids[:split], ids[split:]) if group]
    if order.status is OrderStatus.DISPATCHED:
        return [_under_way(random, today, order.number, *one) for one in enumerate(groups, 1)]
    return [_delivered(random, today, order.number, age, *one) for one in enumerate(groups, 1)]


def _under_way(random: Random, today: date, number: str, place: int, item_ids: Sequence[str]) -> Parcel:
    status = random.choices((ParcelStatus.IN_TRANSIT, ParcelStatus.OUT_FOR_DELIVERY, ParcelStatus.DELAYED), (6, 2, 2))[
        0
    ]
    wait = {ParcelStatus.OUT_FOR_DELIVERY: 0, ParcelStatus.DELAYED: random.randint(2, 5)}
    expected_on = today + days(wait.get(status, random.randint(1, 3)))
    return parcel(number, place, status, item_ids, expected_on)


def _delivered(random: Random, today: date, number: str, age: int, place: int, item_ids: Sequence[str]) -> Parcel:
    on = today - days(max(1, age - random.randint(3, 5)))
    delivered_at = at(on, random.randint(8, 19), random.randint(0, 59))
    return parcel(number, place, ParcelStatus.DELIVERED, item_ids, on, delivered_at)


def _returns(random: Random, today: date, orders: Sequence[Order]) -> list[Return]:
    back = [one for one in orders if one.status is OrderStatus.DELIVERED and random.random() < 0.05]
    return [_return(random, today, order, place) for place, order in enumerate(back, 1)]


def _return(random: Random, today: date, order: Order, place: int) -> Return:
    delivered_at = min(one.delivered_at for one in order.parcels if one.delivered_at)
    day = min(delivered_at.date() + days(random.randint(0, 14)), today)
    created_at = max(at(day, 0, 5), delivered_at)
    waited = (today - day).days
    resolution = random.choice(tuple(Resolution))
    status = (
        ReturnStatus.COMPLETED if waited > 14 else ReturnStatus.RECEIVED if waited > 6 else ReturnStatus.AWAITING_PARCEL
    )
    return_id = f"RT-{10_000_000 + place}"
    return Return(
        id=return_id,
        order_number=order.number,
        item_ids=("1",),
        reason=random.choice(RETURN_REASONS),
        resolution=resolution,
        refund_amount=rules.refund_amount(order, ["1"], resolution),
        status=status,
        created_at=created_at,
        label_url=f"https://fernway.example/returns/{return_id}/label.pdf",
    )


def _appointments(
    random: Random, today: date, customers: Sequence[Customer], taken: Sequence[Appointment]
) -> list[Appointment]:
    """Two fifths of the diary of the next three weeks."""
    busy = {(one.technician, one.starts_at) for one in taken}
    first = datetime.combine(today, datetime.min.time(), LONDON)
    last = at(workshop_day(today, 18), rules.CLOSES_AT_HOUR)
    made: list[Appointment] = []
    for starts_at in rules.bookable_times(first, last, LONDON):
        guests = random.sample(customers, len(TECHNICIANS))
        for technician, guest in zip(TECHNICIANS, guests, strict=True):
            if random.random() < 0.4 and (technician, starts_at) not in busy:
                service = random.choice(SERVICES)
                number = f"AP-{10_000_000 + len(made)}"
                made.append(appointment(number, guest.id, service.id, technician, starts_at))
    return made


def _subscriptions(random: Random, today: date, customers: Sequence[Customer]) -> list[Subscription]:
    kinds = (None, SubscriptionStatus.ACTIVE, SubscriptionStatus.PAUSED, SubscriptionStatus.CANCELLED)
    drawn = [(customer, random.choices(kinds, (58, 30, 5, 7))[0]) for customer in customers]
    return [_subscription(random, today, customer, kind) for customer, kind in drawn if kind]


def _subscription(random: Random, today: date, customer: Customer, status: SubscriptionStatus) -> Subscription:
    next_charge_on = today + days(random.randint(1, 28))
    subscription = Subscription(
        id=f"S-{customer.id[2:]}",
        customer_id=customer.id,
        plan=random.choice(PLANS),
        status=SubscriptionStatus.ACTIVE,
        next_charge_on=next_charge_on,
    )
    if status is SubscriptionStatus.PAUSED:
        return rules.paused(subscription, random.randint(1, 3))
    if status is SubscriptionStatus.CANCELLED:
        ended = today - days(random.randint(-20, 60))
        return replace(subscription, status=status, next_charge_on=None, ends_on=ended)
    return subscription
