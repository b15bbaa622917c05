"""The tables of delivery: turns that are taken, messages on their way out, and how fast they may go."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from deskhand.store.tables import SCHEMA, contacts, conversations, messages, metadata, time_column

turns = Table(
    "turns",
    metadata,
    # Rasa gets it as the message's id: by it a turn that was taken and not stored is recognised.
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False, index=True),
    # It opens the conversation, and answers nothing. The messages that others answer bear the turn's id.
    Column("greeting", Boolean, nullable=False, server_default=text("false")),
    # Under which the assistant may answer: it fails once somebody else has control.
    Column("control_token", Integer, nullable=False),
    Column("state", Text, nullable=False),
    # Who works on it now: whoever holds an older number has been given up for dead and may not store anything.
    Column("attempts", Integer, nullable=False),
    Column("cause", Text),
    time_column("arrived_at"),
    time_column("started_at"),
    time_column("finished_at", nullable=True),
    CheckConstraint("state IN ('running', 'done', 'failed', 'withheld')", name="state"),
    Index("uq_turns_running", "conversation_id", unique=True, postgresql_where=text("state = 'running'")),
    Index("uq_turns_greeting", "conversation_id", unique=True, postgresql_where=text("greeting")),
    schema=SCHEMA,
)

sends = Table(
    "sends",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("message_id", ForeignKey(messages.c.id), nullable=False),
    Column("contact_id", ForeignKey(contacts.c.id), nullable=False),
    Column("channel", Text, nullable=False),
    # A contact's messages leave in this order; the parts of one message share it.
    Column("order_no", BigInteger, Identity(), nullable=False),
    # -1: a template that was sent in the message's stead.
    Column("position", SmallInteger, nullable=False),
    # One call of the channel's API. SQL NULL: the message has not been put into calls yet, or they were purged.
    Column("part", JSONB(none_as_null=True)),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    # How often a process died between the call and the note of it, so that the call was made again.
    Column("repeats", Integer, nullable=False, server_default=text("0")),
    # After a failure, or because its turn under the channel's limits comes then, which `paced` says.
    time_column("not_before", nullable=True),
    Column("paced", Boolean, nullable=False, server_default=text("false")),
    Column("external_id", Text),
    Column("cause", Text),
    Column("code", Text),
    Column("detail", Text),
    time_column("queued_at"),
    time_column("started_at", nullable=True),
    time_column("finished_at", nullable=True),
    UniqueConstraint("message_id", "position"),
    CheckConstraint(
        "state IN ('queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'waiting')",
        name="state",
    ),
    Index(
        "ix_sends_due",
        "contact_id",
        "order_no",
        "position",
        postgresql_where=text("state IN ('queued', 'sending')"),
    ),
    Index("ix_sends_stuck", "contact_id", "state", postgresql_where=text("state IN ('failed', 'waiting')")),
    Index("ix_sends_external_id", "channel", "external_id", postgresql_where=text("external_id IS NOT NULL")),
    schema=SCHEMA,
)

channel_pace = Table(
    "channel_pace",
    metadata,
    Column("channel", Text, primary_key=True),
    # Until when the channel's limit is used up by what was sent already.
    time_column("paced_until"),
    # Set when the channel itself asked for a pause of everything.
    time_column("blocked_until", nullable=True),
    schema=SCHEMA,
)

# Reports that were faster than our note of what they are about.
early_reports = Table(
    "early_reports",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("cause", Text),
    Column("code", Text),
    # What may be sent in its place.
    Column("instead", JSONB(none_as_null=True)),
    time_column("at"),
    schema=SCHEMA,
)
