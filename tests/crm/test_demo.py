"""The demo's data: always the same, plausible, and as its document says."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from sqlalchemy import func, select

from deskhand.crm.demo import demo_records, seed
from deskhand.crm.demo_characters import CHARACTERS, document
from deskhand.crm.demo_making import LONDON
from deskhand.crm.sql import SqlCrm
from deskhand.crm.types import OrderStatus, ParcelStatus, SubscriptionStatus
from deskhand.store.crm_tables import customers, orders
from deskhand.store.database import Database

DAY = date(2026, 3, 4)
RECORDS = demo_records(DAY)


def test_the_same_day_gives_the_same_records() -> None:
    assert demo_records(DAY) == RECORDS


def test_there_are_500_customers_and_2000_orders() -> None:
    assert len({customer.id for customer in RECORDS.customers}) == 500
    assert len({customer.email for customer in RECORDS.customers}) == 500
    assert len({order.number for order in RECORDS.orders}) == 2000


def test_every_email_is_an_example() -> None:
    assert all(customer.email.endswith(("@example.com", "@example.org")) for customer in RECORDS.customers)


def test_every_state_occurs_often() -> None:
    assert min(Counter(order.status for order in RECORDS.orders)[status] for status in OrderStatus) > 30
    parcels = Counter(parcel.status for order in RECORDS.orders for parcel in order.parcels)
    assert min(parcels[status] for status in ParcelStatus if status is not ParcelStatus.PREPARING) > 30
    subscriptions = Counter(one.status for one in RECORDS.subscriptions)
    assert min(subscriptions[status] for status in SubscriptionStatus) > 10
    assert sum(customer.locked for customer in RECORDS.customers) > 5
    assert sum(not customer.email_verified for customer in RECORDS.customers) > 10
    assert len(RECORDS.returns) > 30


def test_orders_make_sense() -> None:
    for order in RECORDS.orders:
        packed = list(chain.from_iterable(parcel.item_ids for parcel in order.parcels))
        assert len(packed) == len(set(packed))
        if order.status in {OrderStatus.DISPATCHED, OrderStatus.DELIVERED}:
            assert set(packed) == {item.id for item in order.items}
        else:
            assert not order.parcels
        if order.status is OrderStatus.DELIVERED:
            assert all(parcel.delivered_at and parcel.delivered_at > order.placed_at for parcel in order.parcels)
        assert order.placed_at.date() <= DAY


def test_nobody_is_booked_twice() -> None:
    technicians = Counter((one.technician, one.starts_at) for one in RECORDS.appointments)
    assert technicians.most_common(1)[0][1] == 1


def test_the_document_matches_the_characters() -> None:
    written = Path(__file__).parents[2] / "docs" / "demo-customers.md"
    assert written.read_text(encoding="utf-8") == document(), (
        "Run: python -m deskhand.crm.demo_characters > docs/demo-customers.md"
    )


async def test_seeding_twice_adds_nothing_and_changes_nothing(db: Database) -> None:
    crm = SqlCrm(db)
    assert await seed(db, DAY)
    sam = next(one for one in CHARACTERS if one.name == "Sam Okafor")
    await crm.cancel_order(sam.id, "FW-200102")
    assert not await seed(db, DAY + timedelta(days=40))
    assert (await crm.order(sam.id, "FW-200102")).status is OrderStatus.CANCELLED
    async with db.begin() as connection:
        assert await connection.scalar(select(func.count()).select_from(customers)) == 500
        assert await connection.scalar(select(func.count()).select_from(orders)) == 2000


async def test_seeding_afresh_starts_over(db: Database) -> None:
    crm = SqlCrm(db)
    await seed(db, DAY)
    await crm.cancel_order("C-900002", "FW-200102")
    assert await seed(db, DAY + timedelta(days=40), afresh=True)
    order = await crm.order("C-900002", "FW-200102")
    assert order.status is OrderStatus.PACKING
    assert order.placed_at.astimezone(LONDON).date() == DAY + timedelta(days=39)


async def test_what_is_read_back_is_what_was_made(db: Database) -> None:
    await seed(db, DAY)
    crm = SqlCrm(db)
    for customer in RECORDS.customers[:60]:
        assert await crm.customer(customer.id) == customer
        made = {order.number: order for order in RECORDS.orders if order.customer_id == customer.id}
        read = await crm.orders(customer.id)
        assert {order.number for order in read} == set(made)
        assert all(order.parcels == made[order.number].parcels for order in read)
