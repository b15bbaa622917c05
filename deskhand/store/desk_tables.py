"""The tables of agents' work on conversations."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from deskhand.store.people_tables import agents
from deskhand.store.tables import SCHEMA, contacts, conversations, messages, metadata, time_column

teams = Table(
    "teams",
    metadata,
    Column("name", Text, primary_key=True),
    Column("title", Text, nullable=False),
    # Its conversations are seen by its own agents and by administrators only.
    Column("restricted", Boolean, nullable=False, server_default=text("false")),
    # By weekday, "0" is Monday: ["09:00", "17:00"], or null for a closed day. SQL NULL: the business's hours.
    Column("hours", JSONB(none_as_null=True)),
    # Dates such as "2026-12-25" on which nobody is there.
    Column("holidays", JSONB, nullable=False, server_default=text("'[]'")),
    schema=SCHEMA,
)

# What became of a conversation, other than words: who took it over, gave it back, resolved it…
conversation_events = Table(
    "conversation_events",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False),
    # The number of the last message before it.
    Column("after_seq", Integer, nullable=False),
    time_column("at"),
    Column("kind", Text, nullable=False),
    # NULL: the assistant, the contact or a clock.
    Column("agent_id", ForeignKey(agents.c.id)),
    Column("details", JSONB, nullable=False, server_default=text("'{}'")),
    Index(None, "conversation_id", "id"),
    schema=SCHEMA,
)

notes = Table(
    "notes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False, index=True),
    Column("after_seq", Integer, nullable=False),
    Column("agent_id", ForeignKey(agents.c.id), nullable=False),
    Column("text", Text, nullable=False),
    # Agents who are to see it.
    Column("mentions", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    time_column("at"),
    schema=SCHEMA,
)

canned_replies = Table(
    "canned_replies",
    metadata,
    Column("id", Uuid, primary_key=True),
    # What agents type after a slash.
    Column("shortcut", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", Text),
    # NULL: for all.
    Column("team", ForeignKey(teams.c.name)),
    schema=SCHEMA,
)

# Replies that were proposed to an agent, and what the agent made of them.
drafts = Table(
    "drafts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False, index=True),
    Column("agent_id", ForeignKey(agents.c.id), nullable=False),
    Column("question", Text, nullable=False),
    Column("proposed", Text, nullable=False),
    Column("citations", JSONB, nullable=False, server_default=text("'[]'")),
    Column("sent_message_id", ForeignKey(messages.c.id)),
    Column("sent_text", Text),
    time_column("at"),
    schema=SCHEMA,
)

# What the assistant wanted to say after it had lost control. No customer ever saw it.
discarded_replies = Table(
    "discarded_replies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False, index=True),
    Column("after_seq", Integer, nullable=False),
    Column("turn_id", Uuid, nullable=False),
    Column("text", Text, nullable=False),
    time_column("at"),
    schema=SCHEMA,
)

# Up to which message each agent has seen a conversation.
read_marks = Table(
    "read_marks",
    metadata,
    Column("agent_id", ForeignKey(agents.c.id), primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id), primary_key=True),
    Column("seq", Integer, nullable=False),
    schema=SCHEMA,
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False, index=True),
    Column("contact_id", ForeignKey(contacts.c.id), nullable=False, index=True),
    # When they want to be called; NULL: an answer whenever somebody is there.
    time_column("wanted_at", nullable=True),
    # How: "phone", "email" or "channel" (where they wrote), and the number or address as they gave it.
    Column("way", Text, nullable=False),
    Column("reach", Text, nullable=False, server_default=text("''")),
    Column("note", Text, nullable=False, server_default=text("''")),
    time_column("created_at"),
    time_column("reminded_at", nullable=True),
    time_column("done_at", nullable=True),
    Column("done_by", Uuid, ForeignKey(agents.c.id)),
    Column("outcome", Text),
    CheckConstraint("way IN ('phone', 'email', 'channel')", name="way"),
    Index("ix_callbacks_open", "wanted_at", postgresql_where=text("done_at IS NULL")),
    schema=SCHEMA,
)

# What is done after people have answered.
aftercare = Table(
    "aftercare",
    metadata,
    Column("conversation_id", ForeignKey(conversations.c.id), primary_key=True),
    # When a contact who had gone silent was asked whether they are still there, and in which message.
    time_column("asked_if_there_at", nullable=True),
    Column("asked_in", ForeignKey(messages.c.id)),
    # When the CRM was last told what became of it.
    time_column("recorded_at", nullable=True),
    schema=SCHEMA,
)
