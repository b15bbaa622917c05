"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Absent from some servers, and not everybody's to create: revision 0003, which needs it, says what to ask for.
VECTORS = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') THEN
        CREATE EXTENSION IF NOT EXISTS vector;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'The extension "vector" is not installed: no right to create it.';
END $$
"""


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS deskhand")
    op.execute("CREATE SCHEMA IF NOT EXISTS crm")
    op.execute(VECTORS)
    op.create_table(
        "customers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("postcode_key", sa.Text(), nullable=False),
        sa.Column("email_verified", sa.Boolean(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("email_key", name=op.f("uq_customers_email_key")),
        schema="crm",
    )
    op.create_table(
        "plans",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("monthly_price", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        schema="crm",
    )
    op.create_table(
        "services",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("duration_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("price_from", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
        schema="crm",
    )
    op.create_table(
        "technicians",
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_technicians")),
        schema="crm",
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_contacts_channel_external_id")),
        schema="deskhand",
    )
    op.create_table(
        "mailbox",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        schema="deskhand",
    )
    op.create_table(
        "tracker_events",
        sa.Column("sender_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type_name", sa.Text(), nullable=False),
        sa.Column("timestamp", sa.Double(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sender_id", "seq", name=op.f("pk_tracker_events")),
        schema="deskhand",
    )
    op.create_index(
        "ix_tracker_events_session_started",
        "tracker_events",
        ["sender_id", "seq"],
        unique=False,
        schema="deskhand",
        postgresql_where=sa.text("type_name = 'session_started'"),
    )
    op.create_table(
        "verifications",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_verifications")),
        schema="deskhand",
    )
    op.create_table(
        "appointments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("technician", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('booked', 'cancelled', 'done')", name=op.f("ck_appointments_status")),
        sa.ForeignKeyConstraint(["customer_id"], ["crm.customers.id"], name=op.f("fk_appointments_customer_id")),
        sa.ForeignKeyConstraint(["service_id"], ["crm.services.id"], name=op.f("fk_appointments_service_id")),
        sa.ForeignKeyConstraint(["technician"], ["crm.technicians.name"], name=op.f("fk_appointments_technician")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        schema="crm",
    )
    op.create_index(
        "uq_appointments_customer_booked",
        "appointments",
        ["customer_id", "starts_at"],
        unique=True,
        schema="crm",
        postgresql_where=sa.text("status = 'booked'"),
    )
    op.create_index(
        "uq_appointments_technician_booked",
        "appointments",
        ["technician", "starts_at"],
        unique=True,
        schema="crm",
        postgresql_where=sa.text("status = 'booked'"),
    )
    op.create_table(
        "orders",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('placed', 'packing', 'dispatched', 'delivered', 'cancelled')", name=op.f("ck_orders_status")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["crm.customers.id"], name=op.f("fk_orders_customer_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_orders")),
        sa.UniqueConstraint("number_key", name=op.f("uq_orders_number_key")),
        schema="crm",
    )
    op.create_index(op.f("ix_orders_customer_id"), "orders", ["customer_id"], unique=False, schema="crm")
    op.create_table(
        "password_resets",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["crm.customers.id"], name=op.f("fk_password_resets_customer_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_password_resets")),
        schema="crm",
    )
    op.create_index(
        op.f("ix_password_resets_customer_id"), "password_resets", ["customer_id"], unique=False, schema="crm"
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("next_plan_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("next_charge_on", sa.Date(), nullable=True),
        sa.Column("paid_until", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(status = 'cancelled') = (next_charge_on IS NULL)", name=op.f("ck_subscriptions_next_charge")
        ),
        sa.CheckConstraint(
            "(status = 'paused') = (paused_until IS NOT NULL)", name=op.f("ck_subscriptions_paused_until")
        ),
        sa.CheckConstraint("status IN ('active', 'paused', 'cancelled')", name=op.f("ck_subscriptions_status")),
        sa.ForeignKeyConstraint(["customer_id"], ["crm.customers.id"], name=op.f("fk_subscriptions_customer_id")),
        sa.ForeignKeyConstraint(["next_plan_id"], ["crm.plans.id"], name=op.f("fk_subscriptions_next_plan_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["crm.plans.id"], name=op.f("fk_subscriptions_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        schema="crm",
    )
    op.create_index(
        "uq_subscriptions_current",
        "subscriptions",
        ["customer_id"],
        unique=True,
        schema="crm",
        postgresql_where=sa.text("status <> 'cancelled'"),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("control_token", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("handoff_token", sa.Integer(), nullable=True),
        sa.Column("last_seq", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("rating_comment", sa.Text(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'resolved') = (outcome IS NOT NULL)", name=op.f("ck_conversations_outcome_when_resolved")
        ),
        sa.CheckConstraint(
            "outcome IN ('resolved_by_assistant', 'resolved_by_agent', 'abandoned')",
            name=op.f("ck_conversations_outcome"),
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'open', 'snoozed', 'resolved')", name=op.f("ck_conversations_status")
        ),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_conversations_rating")),
        sa.ForeignKeyConstraint(["contact_id"], ["deskhand.contacts.id"], name=op.f("fk_conversations_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        schema="deskhand",
    )
    op.create_index(
        op.f("ix_conversations_contact_id"), "conversations", ["contact_id"], unique=False, schema="deskhand"
    )
    op.create_index(
        "uq_conversations_unresolved",
        "conversations",
        ["contact_id"],
        unique=True,
        schema="deskhand",
        postgresql_where=sa.text("status <> 'resolved'"),
    )
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["deskhand.verifications.conversation_id"],
            name=op.f("fk_one_time_codes_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_codes")),
        schema="deskhand",
    )
    op.create_index(
        op.f("ix_one_time_codes_conversation_id"),
        "one_time_codes",
        ["conversation_id"],
        unique=False,
        schema="deskhand",
    )
    op.create_index(
        op.f("ix_one_time_codes_customer_id_issued_at"),
        "one_time_codes",
        ["customer_id", "issued_at"],
        unique=False,
        schema="deskhand",
    )
    op.create_table(
        "order_items",
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_items_quantity")),
        sa.ForeignKeyConstraint(["order_number"], ["crm.orders.number"], name=op.f("fk_order_items_order_number")),
        sa.PrimaryKeyConstraint("order_number", "id", name=op.f("pk_order_items")),
        schema="crm",
    )
    op.create_table(
        "parcels",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("tracking_number", sa.Text(), nullable=False),
        sa.Column("tracking_url", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'delivered') = (delivered_at IS NOT NULL)", name=op.f("ck_parcels_delivered")),
        sa.CheckConstraint(
            "status IN ('preparing', 'in_transit', 'out_for_delivery', 'delivered', 'delayed')",
            name=op.f("ck_parcels_status"),
        ),
        sa.ForeignKeyConstraint(["order_number"], ["crm.orders.number"], name=op.f("fk_parcels_order_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcels")),
        schema="crm",
    )
    op.create_index(op.f("ix_parcels_order_number"), "parcels", ["order_number"], unique=False, schema="crm")
    op.create_table(
        "returns",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("refund_amount", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("label_url", sa.Text(), nullable=False),
        sa.CheckConstraint("resolution IN ('refund', 'exchange')", name=op.f("ck_returns_resolution")),
        sa.CheckConstraint("status IN ('awaiting_parcel', 'received', 'completed')", name=op.f("ck_returns_status")),
        sa.ForeignKeyConstraint(["order_number"], ["crm.orders.number"], name=op.f("fk_returns_order_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
        schema="crm",
    )
    op.create_index(op.f("ix_returns_order_number"), "returns", ["order_number"], unique=False, schema="crm")
    op.create_table(
        "handoffs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("packet", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["deskhand.conversations.id"], name=op.f("fk_handoffs_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
        schema="deskhand",
    )
    op.create_index(
        op.f("ix_handoffs_conversation_id"), "handoffs", ["conversation_id"], unique=False, schema="deskhand"
    )
    op.create_index(
        "uq_handoffs_open",
        "handoffs",
        ["conversation_id"],
        unique=True,
        schema="deskhand",
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("button_id", sa.Text(), nullable=True),
        sa.Column("citations", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("author IN ('contact', 'assistant', 'agent', 'system')", name=op.f("ck_messages_author")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["deskhand.conversations.id"], name=op.f("fk_messages_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_messages_channel_external_id")),
        sa.UniqueConstraint("conversation_id", "seq", name=op.f("uq_messages_conversation_id_seq")),
        schema="deskhand",
    )
    op.create_table(
        "parcel_items",
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_number", "item_id"],
            ["crm.order_items.order_number", "crm.order_items.id"],
            name=op.f("fk_parcel_items_order_number_item_id"),
        ),
        sa.ForeignKeyConstraint(["parcel_id"], ["crm.parcels.id"], name=op.f("fk_parcel_items_parcel_id")),
        sa.PrimaryKeyConstraint("order_number", "item_id", name=op.f("pk_parcel_items")),
        schema="crm",
    )
    op.create_index(op.f("ix_parcel_items_parcel_id"), "parcel_items", ["parcel_id"], unique=False, schema="crm")
    op.create_table(
        "return_items",
        sa.Column("return_id", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_number", "item_id"],
            ["crm.order_items.order_number", "crm.order_items.id"],
            name=op.f("fk_return_items_order_number_item_id"),
        ),
        sa.ForeignKeyConstraint(["return_id"], ["crm.returns.id"], name=op.f("fk_return_items_return_id")),
        sa.PrimaryKeyConstraint("order_number", "item_id", name=op.f("pk_return_items")),
        schema="crm",
    )
    op.create_index(op.f("ix_return_items_return_id"), "return_items", ["return_id"], unique=False, schema="crm")
    op.create_table(
        "buttons",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["deskhand.conversations.id"], name=op.f("fk_buttons_conversation_id")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["deskhand.messages.id"], name=op.f("fk_buttons_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buttons")),
        schema="deskhand",
    )
    op.create_index(op.f("ix_buttons_message_id"), "buttons", ["message_id"], unique=False, schema="deskhand")


def downgrade() -> None:
    # The schema "deskhand" stays: it holds the record of migrations.
    op.execute("DROP SCHEMA crm CASCADE")
    for table in (
        "tracker_events",
        "mailbox",
        "one_time_codes",
        "verifications",
        "handoffs",
        "buttons",
        "messages",
        "conversations",
        "contacts",
    ):
        op.execute(f"DROP TABLE deskhand.{table}")
