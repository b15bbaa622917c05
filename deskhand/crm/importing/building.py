"""From mapped fields to customers and orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from deskhand.crm.importing.fields import Fields
from deskhand.crm.types import Address, Customer, Order, OrderItem, OrderStatus, Parcel, ParcelStatus

ADDRESS = frozenset({"line", "city", "postcode"})
PARCEL = frozenset({"carrier", "tracking_number", "tracking_url", "expected_on"})
FIELDS: Mapping[str, frozenset[str]] = {
    "customers": ADDRESS | {"id", "name", "email", "email_verified", "locked", "since"},
    "orders": ADDRESS | PARCEL | {"number", "customer_id", "customer_email", "placed_at", "status", "delivered_at"},
    "items": frozenset({"id", "product", "colour", "quantity", "unit_price"}),
    "parcels": PARCEL | {"status", "item_ids", "delivered_at"},
}


def build_customer(data: Mapping[str, Any], existing: Customer | None, timezone: ZoneInfo, today: date) -> Customer:
    """What the record does not say stays as it is. Raises `RecordRefused`."""
    fields = Fields(data, timezone)
    customer = Customer(
        id=fields.text("id", longest=100),
        name=fields.text("name"),
        email=fields.email("email"),
        address=_address(fields),
        email_verified=fields.truth("email_verified", existing.email_verified if existing else True),
        locked=fields.truth("locked", existing.locked if existing else False),
        since=fields.day("since") or (existing.since if existing else today),
    )
    fields.finish()
    return customer


def order_owner(data: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str, str]:
    """The customer's id and email as the record gives them; one of the two may be "". Raises `RecordRefused`."""
    fields = Fields(data, timezone)
    customer_id = fields.text("customer_id", required=False)
    email = fields.email("customer_email", required=not customer_id)
    fields.finish()
    return customer_id, email


def build_order(data: Mapping[str, Any], existing: Order | None, owner: Customer, timezone: ZoneInfo) -> Order:
    """An order without an address goes where it was to go, or to the customer's. Raises `RecordRefused`."""
    fields = Fields(data, timezone)
    placed_at = fields.moment("placed_at", required=True)
    order = Order(
        number=fields.text("number", longest=100),
        customer_id=owner.id,
        placed_at=placed_at or datetime.min,  # noqa: DTZ901 - refused below
        status=fields.choice("status", OrderStatus),
        items=_items(fields),
        address=_address(fields) if any(fields.has(name) for name in ADDRESS) else (existing or owner).address,
    )
    # An order that has not left has no parcels, whatever another system prepares.
    if order.status in {OrderStatus.DISPATCHED, OrderStatus.DELIVERED}:
        order = replace(order, parcels=_parcels(fields, order))
    fields.finish()
    return order


def _address(fields: Fields) -> Address:
    return Address(fields.text("line"), fields.text("city"), fields.text("postcode", longest=20))


def _items(fields: Fields) -> tuple[OrderItem, ...]:
    """An item that is listed twice counts twice."""
    items: dict[str, OrderItem] = {}
    for place, part in enumerate(fields.parts("items"), 1):
        item = OrderItem(
            id=part.text("id", required=False, longest=100) or str(place),
            product=part.text("product"),
            colour=part.text("colour", required=False) or None,
            quantity=part.count("quantity"),
            unit_price=part.money("unit_price"),
        )
        known = items.get(item.id)
        if known is None:
            items[item.id] = item
        elif replace(known, quantity=1) == replace(item, quantity=1):
            items[item.id] = replace(known, quantity=known.quantity + item.quantity)
        else:
            part.refuse("id", "is another item's of this order, too", "give each item an id of its own")
    if not items and not fields.problems:
        fields.refuse("items", "are missing", "an order has at least one item")
    return tuple(items.values())


def _parcels(fields: Fields, order: Order) -> tuple[Parcel, ...]:
    item_ids = {item.id for item in order.items}
    packed: set[str] = set()
    parcels = []
    # Without a list of parcels there is one, and the order's own fields tell of it.
    whole = {name: fields.data.get(name) for name in PARCEL}
    parts = fields.parts("parcels") or [Fields(whole, fields.timezone, fields.problems)]
    for place, part in enumerate(parts, 1):
        inside = _inside(part, item_ids - packed if len(parts) == 1 else set())
        for item_id in sorted(inside & packed):
            part.refuse("item_ids", f"has item {item_id[:40]!r}, which another parcel has, too", "name it once")
        for item_id in sorted(inside - item_ids):
            part.refuse("item_ids", f"has {item_id[:40]!r}, which is no item of the order", "check the ids")
        packed |= inside
        parcels.append(_parcel(fields, part, order, place, inside))
    return tuple(parcels)


def _inside(part: Fields, otherwise: set[str]) -> set[str]:
    listed = part.data.get("item_ids")
    if listed is None:
        return otherwise
    if not isinstance(listed, list) or any(isinstance(one, dict | list) for one in listed):
        part.refuse("item_ids", "is not a list of item ids", "see docs/import.md")
        return set()
    return {str(one) for one in listed}


def _parcel(fields: Fields, part: Fields, order: Order, place: int, inside: set[str]) -> Parcel:
    delivered = order.status is OrderStatus.DELIVERED
    usual = ParcelStatus.DELIVERED if delivered else ParcelStatus.IN_TRANSIT
    status = part.choice("status", ParcelStatus, usual)
    delivered_at = part.moment("delivered_at") or fields.moment("delivered_at")
    if status is ParcelStatus.DELIVERED and delivered_at is None:
        part.refuse("delivered_at", "is missing", "returns count from it: give it, or a default in a mapping")
    return Parcel(
        id=f"{order.number}-P{place}",
        carrier=part.text("carrier", required=False) or "the carrier",
        tracking_number=part.text("tracking_number", required=False),
        tracking_url=part.text("tracking_url", required=False),
        status=status,
        item_ids=tuple(sorted(inside)),
        expected_on=part.day("expected_on"),
        delivered_at=delivered_at if status is ParcelStatus.DELIVERED else None,
    )
