"""How things are named to customers: orders, money, dates. Plain and short."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from deskhand.crm.types import Address, Order


def money(amount: Decimal) -> str:
    """ "£9" or "£9.50"."""
    return f"£{amount:,.0f}" if amount == amount.to_integral_value() else f"£{amount:,.2f}"


def day(value: date) -> str:
    """ "Friday 27 November"."""
    return f"{value:%A} {value.day} {value:%B}"


def moment(value: datetime, timezone: ZoneInfo) -> str:
    """ "Friday 27 November at 2:30 pm"."""
    here = value.astimezone(timezone)
    hour = here.hour % 12 or 12
    minutes = f":{here.minute:02d}" if here.minute else ""
    return f"{day(here.date())} at {hour}{minutes} {'am' if here.hour < 12 else 'pm'}"


def listed(parts: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def order_title(order: Order) -> str:
    """Short enough for a button: "FW-200101 · Skylark tent (blue) + 1"."""
    first = order.items[0].label if order.items else "empty"
    more = f" + {len(order.items) - 1}" if len(order.items) > 1 else ""
    return f"{order.number} · {first}{more}"


def order_contents(order: Order) -> str:
    return listed([item.label for item in order.items])


def address_line(address: Address) -> str:
    return f"{address.line}, {address.city}, {address.postcode}"
