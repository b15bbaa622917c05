"""Delivery: the queue, identities of contacts, turns and sends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The library calls its tables and functions by their bare names, so in its functions the schema is said here.
FUNCTIONS_SEARCH_PATH = """
DO $$
DECLARE function regprocedure;
BEGIN
    FOR function IN SELECT oid FROM pg_proc WHERE pronamespace = 'deskhand_queue'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = deskhand_queue, pg_catalog', function);
    END LOOP;
END;
$$
"""
# Workers are told of new jobs only. One that waited for another with its lock would wait for their next look.
WAKE_FOR_LOCK = """
CREATE FUNCTION notify_next_of_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM procrastinate_jobs WHERE lock = OLD.lock AND status = 'todo') THEN
        PERFORM pg_notify(
            'procrastinate_queue_v1#' || OLD.queue_name,
            json_build_object('type', 'job_inserted', 'job_id', OLD.id)::text
        );
    END IF;
    RETURN OLD;
END;
$$;
CREATE TRIGGER notify_next_of_lock AFTER DELETE ON procrastinate_jobs
    FOR EACH ROW WHEN (OLD.status = 'doing' AND OLD.lock IS NOT NULL) EXECUTE FUNCTION notify_next_of_lock();
"""
DELIVERY_STATES = "delivery IN ('queued', 'sent', 'delivered', 'read', 'failed', 'waiting')"
SEND_STATES = "state IN ('queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'waiting')"


def upgrade() -> None:
    _create_queue()
    _widen_contacts()
    _widen_messages()
    _create_turns()
    _create_sends()
    op.create_table(
        "channel_pace",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("paced_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_pace")),
        schema="deskhand",
    )
    op.create_table(
        "early_reports",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "external_id", name=op.f("pk_early_reports")),
        schema="deskhand",
    )


def downgrade() -> None:
    for table in ("early_reports", "channel_pace", "sends", "turns", "contact_identities"):
        op.drop_table(table, schema="deskhand")
    op.drop_constraint(op.f("ck_messages_delivery"), "messages", schema="deskhand", type_="check")
    for column in MESSAGE_COLUMNS:
        op.drop_column("messages", column, schema="deskhand")
    for column in ("last_heard_at", "unreachable_at", "paced_until"):
        op.drop_column("contacts", column, schema="deskhand")
    op.execute("DROP SCHEMA deskhand_queue CASCADE")


def _create_queue() -> None:
    """procrastinate's own schema, as version 3.10.0 has it. A later one needs a migration of its own, with what that
    package's sql/migrations say, for databases that have this one."""
    connection = op.get_bind()
    schema = SchemaManager.get_schema()
    before = connection.scalar(sa.text("SELECT current_setting('search_path')"))
    connection.execute(sa.text("CREATE SCHEMA deskhand_queue"))
    connection.execute(sa.text("SELECT set_config('search_path', 'deskhand_queue', true)"))
    connection.exec_driver_sql(schema, execution_options={"no_parameters": True})
    connection.exec_driver_sql(WAKE_FOR_LOCK, execution_options={"no_parameters": True})
    connection.exec_driver_sql(FUNCTIONS_SEARCH_PATH, execution_options={"no_parameters": True})
    # Its own index begins with the id. A worker looks by lock, at every job that it fetches.
    connection.execute(
        sa.text("CREATE INDEX ix_jobs_lock ON procrastinate_jobs (lock, id) WHERE status IN ('todo', 'doing')")
    )
    connection.execute(sa.text("SELECT set_config('search_path', :path, true)"), {"path": before})


def _widen_contacts() -> None:
    for column in ("last_heard_at", "unreachable_at", "paced_until"):
        op.add_column("contacts", sa.Column(column, sa.DateTime(timezone=True), nullable=True), schema="deskhand")
    op.create_table(
        "contact_identities",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["deskhand.contacts.id"], name=op.f("fk_contact_identities_contact_id")
        ),
        sa.PrimaryKeyConstraint("channel", "external_id", name=op.f("pk_contact_identities")),
        schema="deskhand",
    )
    op.create_index(op.f("ix_contact_identities_contact_id"), "contact_identities", ["contact_id"], schema="deskhand")
    op.execute(
        "INSERT INTO deskhand.contact_identities (channel, external_id, contact_id) "
        "SELECT channel, external_id, id FROM deskhand.contacts"
    )


MESSAGE_COLUMNS = (
    "sort_order",
    "attachments",
    "edited_at",
    "deleted_at",
    "awaits_turn",
    "turn_id",
    "delivery",
    "delivery_cause",
    "delivery_code",
)


def _widen_messages() -> None:
    for column in (
        sa.Column("sort_order", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("attachments", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("awaits_turn", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("turn_id", sa.Uuid(), nullable=True),
        sa.Column("delivery", sa.Text(), nullable=True),
        sa.Column("delivery_cause", sa.Text(), nullable=True),
        sa.Column("delivery_code", sa.Text(), nullable=True),
    ):
        op.add_column("messages", column, schema="deskhand")
    op.create_check_constraint(op.f("ck_messages_delivery"), "messages", DELIVERY_STATES, schema="deskhand")
    op.create_index(op.f("ix_messages_turn_id"), "messages", ["turn_id"], schema="deskhand")
    op.create_index(
        "ix_messages_awaits_turn",
        "messages",
        ["conversation_id", "sent_at"],
        schema="deskhand",
        postgresql_where=sa.text("awaits_turn"),
    )


def _create_turns() -> None:
    op.create_table(
        "turns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("greeting", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("control_token", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'failed', 'withheld')", name=op.f("ck_turns_state")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["deskhand.conversations.id"], name=op.f("fk_turns_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
        schema="deskhand",
    )
    op.create_index(op.f("ix_turns_conversation_id"), "turns", ["conversation_id"], schema="deskhand")
    for name, where in (("uq_turns_running", "state = 'running'"), ("uq_turns_greeting", "greeting")):
        op.create_index(
            name, "turns", ["conversation_id"], unique=True, schema="deskhand", postgresql_where=sa.text(where)
        )


def _create_sends() -> None:
    op.create_table(
        "sends",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("order_no", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("part", postgresql.JSONB(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("repeats", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paced", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(SEND_STATES, name=op.f("ck_sends_state")),
        sa.ForeignKeyConstraint(["message_id"], ["deskhand.messages.id"], name=op.f("fk_sends_message_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["deskhand.contacts.id"], name=op.f("fk_sends_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sends")),
        sa.UniqueConstraint("message_id", "position", name=op.f("uq_sends_message_id_position")),
        schema="deskhand",
    )
    for name, columns, where in (
        ("ix_sends_due", ["contact_id", "order_no", "position"], "state IN ('queued', 'sending')"),
        ("ix_sends_stuck", ["contact_id", "state"], "state IN ('failed', 'waiting')"),
    ):
        op.create_index(name, "sends", columns, schema="deskhand", postgresql_where=sa.text(where))
    op.create_index(
        "ix_sends_external_id",
        "sends",
        ["channel", "external_id"],
        schema="deskhand",
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
