"""The tables of the demo CRM (`deskhand.crm.sql`), in a schema of their own."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    Table,
    Text,
    text,
)

from deskhand.store.tables import metadata

CRM_SCHEMA = "crm"
_MONEY = Numeric(10, 2)


def _address() -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in ("line", "city", "postcode")]


customers = Table(
    "customers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    # What the two facts are compared by: see `deskhand.crm.keys`.
    Column("email_key", Text, nullable=False, unique=True),
    *_address(),
    Column("postcode_key", Text, nullable=False),
    Column("email_verified", Boolean, nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("since", Date, nullable=False),
    schema=CRM_SCHEMA,
)

orders = Table(
    "orders",
    metadata,
    Column("number", Text, primary_key=True),
    Column("number_key", Text, nullable=False, unique=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False, index=True),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    *_address(),
    CheckConstraint("status IN ('placed', 'packing', 'dispatched', 'delivered', 'cancelled')", name="status"),
    schema=CRM_SCHEMA,
)

order_items = Table(
    "order_items",
    metadata,
    Column("order_number", ForeignKey(orders.c.number), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("position", SmallInteger, nullable=False),
    Column("product", Text, nullable=False),
    Column("colour", Text),
    Column("quantity", Integer, nullable=False),
    Column("unit_price", _MONEY, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
    schema=CRM_SCHEMA,
)

parcels = Table(
    "parcels",
    metadata,
    Column("id", Text, primary_key=True),
    Column("order_number", ForeignKey(orders.c.number), nullable=False, index=True),
    Column("carrier", Text, nullable=False),
    Column("tracking_number", Text, nullable=False),
    Column("tracking_url", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("expected_on", Date),
    Column("delivered_at", DateTime(timezone=True)),
    CheckConstraint("status IN ('preparing', 'in_transit', 'out_for_delivery', 'delivered', 'delayed')", name="status"),
    CheckConstraint("(status = 'delivered') = (delivered_at IS NOT NULL)", name="delivered"),
    schema=CRM_SCHEMA,
)

parcel_items = Table(
    "parcel_items",
    metadata,
    Column("parcel_id", ForeignKey(parcels.c.id), nullable=False, index=True),
    # An item travels in one parcel.
    Column("order_number", Text, primary_key=True),
    Column("item_id", Text, primary_key=True),
    ForeignKeyConstraint(["order_number", "item_id"], [order_items.c.order_number, order_items.c.id]),
    schema=CRM_SCHEMA,
)

returns = Table(
    "returns",
    metadata,
    Column("id", Text, primary_key=True),
    Column("order_number", ForeignKey(orders.c.number), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("resolution", Text, nullable=False),
    Column("refund_amount", _MONEY, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("label_url", Text, nullable=False),
    CheckConstraint("resolution IN ('refund', 'exchange')", name="resolution"),
    CheckConstraint("status IN ('awaiting_parcel', 'received', 'completed')", name="status"),
    schema=CRM_SCHEMA,
)

return_items = Table(
    "return_items",
    metadata,
    Column("return_id", ForeignKey(returns.c.id), nullable=False, index=True),
    # An item is returned once.
    Column("order_number", Text, primary_key=True),
    Column("item_id", Text, primary_key=True),
    ForeignKeyConstraint(["order_number", "item_id"], [order_items.c.order_number, order_items.c.id]),
    schema=CRM_SCHEMA,
)

password_resets = Table(
    "password_resets",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False, index=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    schema=CRM_SCHEMA,
)

services = Table(
    "services",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("duration_minutes", SmallInteger, nullable=False),
    Column("price_from", _MONEY, nullable=False),
    schema=CRM_SCHEMA,
)

technicians = Table("technicians", metadata, Column("name", Text, primary_key=True), schema=CRM_SCHEMA)

appointments = Table(
    "appointments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False),
    Column("service_id", ForeignKey(services.c.id), nullable=False),
    Column("technician", ForeignKey(technicians.c.name), nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    CheckConstraint("status IN ('booked', 'cancelled', 'done')", name="status"),
    # Nobody works on two things, or comes twice, at one time.
    Index(
        "uq_appointments_technician_booked",
        "technician",
        "starts_at",
        unique=True,
        postgresql_where=text("status = 'booked'"),
    ),
    Index(
        "uq_appointments_customer_booked",
        "customer_id",
        "starts_at",
        unique=True,
        postgresql_where=text("status = 'booked'"),
    ),
    schema=CRM_SCHEMA,
)

plans = Table(
    "plans",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("monthly_price", _MONEY, nullable=False),
    Column("summary", Text, nullable=False),
    schema=CRM_SCHEMA,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False),
    Column("plan_id", ForeignKey(plans.c.id), nullable=False),
    Column("next_plan_id", ForeignKey(plans.c.id)),
    Column("status", Text, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("next_charge_on", Date),
    # While paused: the first day that is not paid for, and the day it goes on again.
    Column("paid_until", Date),
    Column("paused_until", Date),
    Column("ends_on", Date),
    CheckConstraint("status IN ('active', 'paused', 'cancelled')", name="status"),
    CheckConstraint("(status = 'paused') = (paused_until IS NOT NULL)", name="paused_until"),
    CheckConstraint("(status = 'cancelled') = (next_charge_on IS NULL)", name="next_charge"),
    Index(
        "uq_subscriptions_current",
        "customer_id",
        unique=True,
        postgresql_where=text("status <> 'cancelled'"),
    ),
    schema=CRM_SCHEMA,
)

# What became of conversations with a customer, as the business's own system keeps it.
conversation_records = Table(
    "conversation_records",
    metadata,
    Column("conversation_id", Text, primary_key=True),
    Column("customer_id", ForeignKey(customers.c.id), nullable=False, index=True),
    Column("ended_at", DateTime(timezone=True), nullable=False),
    Column("channel", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("rating", SmallInteger),
    schema=CRM_SCHEMA,
)
