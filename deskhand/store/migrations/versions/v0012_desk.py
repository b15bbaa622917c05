"""Agents' work on conversations: teams, queues, notes, what became of a conversation, search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SCHEMA = "deskhand"
TEAMS = (
    ("billing", "Billing"),
    ("orders", "Orders"),
    ("technical", "Technical help"),
    ("accounts", "Accounts"),
    ("general", "General"),
)
TABLES = (
    "callbacks",
    "read_marks",
    "discarded_replies",
    "drafts",
    "canned_replies",
    "notes",
    "conversation_events",
)
CONVERSATION_COLUMNS = (
    "rating_asked_at",
    "team",
    "priority",
    "assignee_id",
    "snoozed_until",
    "waiting_since",
    "last_message_at",
    "reopened",
    "first_response_at",
    "language",
    "untold_after_seq",
)


def upgrade() -> None:
    _teams()
    _widen_conversations()
    _widen_messages()
    for column in (
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("priority", sa.SmallInteger(), server_default=sa.text("3"), nullable=False),
        sa.Column("sentiment", sa.Double(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
    ):
        op.add_column("handoffs", column, schema=SCHEMA)
    _refers("handoffs", "team", "teams", "name")
    _events_and_notes()
    _replies()
    _callbacks()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)
    for column in ("team", "priority", "sentiment", "language"):
        op.drop_column("handoffs", column, schema=SCHEMA)
    op.drop_index("ix_messages_words", "messages", schema=SCHEMA)
    for column in ("agent_id", "client_id"):
        op.drop_column("messages", column, schema=SCHEMA)
    for index in ("waiting", "assignee", "status", "snoozed"):
        op.drop_index(f"ix_conversations_{index}", "conversations", schema=SCHEMA)
    for column in CONVERSATION_COLUMNS:
        op.drop_column("conversations", column, schema=SCHEMA)
    op.drop_table("teams", schema=SCHEMA)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, to: str, key: str = "id") -> None:
    op.create_foreign_key(
        op.f(f"fk_{table}_{column}"), table, to, [column], [key], source_schema=SCHEMA, referent_schema=SCHEMA
    )


def _reference(table: str, column: str, to: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{SCHEMA}.{to}.{key}"], name=op.f(f"fk_{table}_{column}"))


def _teams() -> None:
    op.create_table(
        "teams",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("restricted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("hours", JSONB(), nullable=True),
        sa.Column("holidays", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_teams")),
        schema=SCHEMA,
    )
    table = sa.table("teams", sa.column("name"), sa.column("title"), schema=SCHEMA)
    op.bulk_insert(table, [{"name": name, "title": title} for name, title in TEAMS])


def _widen_conversations() -> None:
    for column in (
        _time("rating_asked_at", nullable=True),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("priority", sa.SmallInteger(), server_default=sa.text("3"), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        _time("snoozed_until", nullable=True),
        _time("waiting_since", nullable=True),
        sa.Column("last_message_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reopened", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        _time("first_response_at", nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("untold_after_seq", sa.Integer(), nullable=True),
    ):
        op.add_column("conversations", column, schema=SCHEMA)
    op.execute(
        """
        UPDATE deskhand.conversations SET last_message_at = coalesce(
            (SELECT max(sent_at) FROM deskhand.messages WHERE conversation_id = conversations.id), opened_at
        ), waiting_since = (
            SELECT requested_at FROM deskhand.handoffs WHERE conversation_id = conversations.id AND closed_at IS NULL
        )
        """
    )
    op.create_check_constraint(
        op.f("ck_conversations_priority"), "conversations", "priority BETWEEN 1 AND 4", schema=SCHEMA
    )
    _refers("conversations", "team", "teams", "name")
    _refers("conversations", "assignee_id", "agents")
    for name, columns, where in (
        ("waiting", ["priority", "waiting_since", "id"], "status = 'open' AND assignee_id IS NULL"),
        ("assignee", ["assignee_id", "last_message_at", "id"], "status IN ('open', 'snoozed')"),
        ("status", ["status", "last_message_at", "id"], None),
        ("snoozed", ["snoozed_until", "id"], "status = 'snoozed'"),
    ):
        op.create_index(
            f"ix_conversations_{name}",
            "conversations",
            columns,
            schema=SCHEMA,
            postgresql_where=sa.text(where) if where else None,
        )


def _widen_messages() -> None:
    op.add_column("messages", sa.Column("agent_id", sa.Uuid(), nullable=True), schema=SCHEMA)
    op.add_column("messages", sa.Column("client_id", sa.Uuid(), nullable=True), schema=SCHEMA)
    _refers("messages", "agent_id", "agents")
    op.create_unique_constraint(op.f("uq_messages_client_id"), "messages", ["client_id"], schema=SCHEMA)
    op.create_index(
        "ix_messages_words",
        "messages",
        [sa.text("to_tsvector('simple', left(text, 20000))")],
        schema=SCHEMA,
        postgresql_using="gin",
    )


def _events_and_notes() -> None:
    op.create_table(
        "conversation_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("after_seq", sa.Integer(), nullable=False),
        _time("at"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("details", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        _reference("conversation_events", "conversation_id", "conversations"),
        _reference("conversation_events", "agent_id", "agents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_events")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_conversation_events_conversation_id_id"),
        "conversation_events",
        ["conversation_id", "id"],
        schema=SCHEMA,
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("after_seq", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentions", ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        _time("at"),
        _reference("notes", "conversation_id", "conversations"),
        _reference("notes", "agent_id", "agents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_notes_conversation_id"), "notes", ["conversation_id"], schema=SCHEMA)
    op.create_table(
        "read_marks",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        _reference("read_marks", "agent_id", "agents"),
        _reference("read_marks", "conversation_id", "conversations"),
        sa.PrimaryKeyConstraint("agent_id", "conversation_id", name=op.f("pk_read_marks")),
        schema=SCHEMA,
    )


def _replies() -> None:
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shortcut", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("team", sa.Text(), nullable=True),
        _reference("canned_replies", "team", "teams", "name"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_replies")),
        sa.UniqueConstraint("shortcut", name=op.f("uq_canned_replies_shortcut")),
        schema=SCHEMA,
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("citations", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("sent_message_id", sa.Uuid(), nullable=True),
        sa.Column("sent_text", sa.Text(), nullable=True),
        _time("at"),
        _reference("drafts", "conversation_id", "conversations"),
        _reference("drafts", "agent_id", "agents"),
        _reference("drafts", "sent_message_id", "messages"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        schema=SCHEMA,
    )
    op.create_table(
        "discarded_replies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("after_seq", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _time("at"),
        _reference("discarded_replies", "conversation_id", "conversations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discarded_replies")),
        schema=SCHEMA,
    )
    for table in ("drafts", "discarded_replies"):
        op.create_index(op.f(f"ix_{table}_conversation_id"), table, ["conversation_id"], schema=SCHEMA)


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        _time("wanted_at", nullable=True),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("reach", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        _time("created_at"),
        _time("reminded_at", nullable=True),
        _time("done_at", nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint("way IN ('phone', 'email', 'channel')", name=op.f("ck_callbacks_way")),
        _reference("callbacks", "conversation_id", "conversations"),
        _reference("callbacks", "contact_id", "contacts"),
        _reference("callbacks", "done_by", "agents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
        schema=SCHEMA,
    )
    for column in ("conversation_id", "contact_id"):
        op.create_index(op.f(f"ix_callbacks_{column}"), "callbacks", [column], schema=SCHEMA)
    op.create_index(
        "ix_callbacks_open", "callbacks", ["wanted_at"], schema=SCHEMA, postgresql_where=sa.text("done_at IS NULL")
    )
