"""Small makers that the demo's characters and crowd are both made with."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from deskhand.crm import rules
from deskhand.crm.demo_catalogue import CARRIERS, PLANS, PRODUCTS, SERVICES
from deskhand.crm.types import (
    Appointment,
    AppointmentStatus,
    OrderItem,
    Parcel,
    ParcelStatus,
    Plan,
    Service,
)

LONDON = ZoneInfo("Europe/London")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of that day in London, in UTC."""
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def item(item_id: str, name: str, colour: str | None = None, quantity: int = 1) -> OrderItem:
    """An item at the catalogue's price."""
    return OrderItem(item_id, name, colour, quantity, _price(name))


def parcel(
    number: str,
    place: int,
    status: ParcelStatus,
    item_ids: Sequence[str],
    expected_on: date | None = None,
    delivered_at: datetime | None = None,
) -> Parcel:
    """The order's parcel number `place`, with a carrier and a tracking number that are always the same."""
    digest = int.from_bytes(hashlib.sha256(f"{number}/{place}".encode()).digest()[:8], "big")
    carrier = CARRIERS[digest % len(CARRIERS)]
    tracking_number = f"{carrier[:2].upper()}{digest % 10**10:010d}"
    return Parcel(
        id=f"{number}-P{place}",
        carrier=carrier,
        tracking_number=tracking_number,
        tracking_url=f"https://track.example.com/{tracking_number}",
        status=status,
        item_ids=tuple(item_ids),
        expected_on=expected_on,
        delivered_at=delivered_at,
    )


def appointment(
    appointment_id: str, customer_id: str, service_id: str, technician: str, starts_at: datetime
) -> Appointment:
    return Appointment(
        appointment_id, customer_id, service(service_id), starts_at, technician, AppointmentStatus.BOOKED
    )


def workshop_day(today: date, count: int) -> date:
    """The workshop's `count`-th open day after today."""
    day = today
    while count:
        day += days(1)
        count -= day.weekday() != rules.SUNDAY
    return day


def service(service_id: str) -> Service:
    return next(one for one in SERVICES if one.id == service_id)


def plan(plan_id: str) -> Plan:
    return next(one for one in PLANS if one.id == plan_id)


def _price(name: str) -> Decimal:
    return next(product.price for product in PRODUCTS if product.name == name)
