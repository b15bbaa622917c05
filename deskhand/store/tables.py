"""Every table, in one place. Migrations in `migrations/versions` bring a database to this state."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

SCHEMA = "deskhand"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def time_column(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


contacts = Table(
    "contacts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    # What they call themselves on the channel.
    Column("name", Text, nullable=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    time_column("last_heard_at", nullable=True),
    # The customer blocked us or left. Their next message ends it.
    time_column("unreachable_at", nullable=True),
    # Until when what is sent to this contact has used up its pace: see `deskhand.store.pace`.
    time_column("paced_until", nullable=True),
    UniqueConstraint("channel", "external_id"),
    schema=SCHEMA,
)

# Every id under which a channel knows a contact, the one in `contacts` among them.
contact_identities = Table(
    "contact_identities",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("contact_id", ForeignKey(contacts.c.id), nullable=False, index=True),
    schema=SCHEMA,
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("contact_id", ForeignKey(contacts.c.id), nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("control_token", Integer, nullable=False, server_default=text("0")),
    # The token under which the assistant itself asked for an agent: it may still say so.
    Column("handoff_token", Integer),
    Column("last_seq", Integer, nullable=False, server_default=text("0")),
    time_column("opened_at"),
    time_column("resolved_at", nullable=True),
    Column("outcome", Text),
    Column("rating", SmallInteger),
    Column("rating_comment", Text),
    time_column("rated_at", nullable=True),
    # When the contact was asked for a rating after an agent had resolved it.
    time_column("rating_asked_at", nullable=True),
    # Of the desk: see `deskhand.store.desk`.
    Column("team", Text, ForeignKey(f"{SCHEMA}.teams.name")),
    # 1 is the most urgent.
    Column("priority", SmallInteger, nullable=False, server_default=text("3")),
    Column("assignee_id", Uuid, ForeignKey(f"{SCHEMA}.agents.id")),
    time_column("snoozed_until", nullable=True),
    # Since when the contact has waited for an agent's answer; NULL when they have it, or no agent is wanted.
    time_column("waiting_since", nullable=True),
    Column("last_message_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # How often the contact came back after an agent had resolved it.
    Column("reopened", SmallInteger, nullable=False, server_default=text("0")),
    # The first words of an agent.
    time_column("first_response_at", nullable=True),
    Column("language", Text),
    # Agents spoke with the contact after this number, and the assistant has not been told yet; NULL: it knows all.
    Column("untold_after_seq", Integer),
    CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
    CheckConstraint("status IN ('pending', 'open', 'snoozed', 'resolved')", name="status"),
    CheckConstraint("(status = 'resolved') = (outcome IS NOT NULL)", name="outcome_when_resolved"),
    CheckConstraint("outcome IN ('resolved_by_assistant', 'resolved_by_agent', 'abandoned')", name="outcome"),
    CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
    # A contact is in one conversation at a time.
    Index("uq_conversations_unresolved", "contact_id", unique=True, postgresql_where=text("status <> 'resolved'")),
    # The desk's queues, each in its order.
    Index(
        "ix_conversations_waiting",
        "priority",
        "waiting_since",
        "id",
        postgresql_where=text("status = 'open' AND assignee_id IS NULL"),
    ),
    Index(
        "ix_conversations_assignee",
        "assignee_id",
        "last_message_at",
        "id",
        postgresql_where=text("status IN ('open', 'snoozed')"),
    ),
    Index("ix_conversations_status", "status", "last_message_at", "id"),
    Index("ix_conversations_snoozed", "snoozed_until", "id", postgresql_where=text("status = 'snoozed'")),
    schema=SCHEMA,
)

messages = Table(
    "messages",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("author", Text, nullable=False),
    # Under which an agent wrote it. Names change; what the customer saw does not.
    Column("author_name", Text),
    Column("agent_id", Uuid, ForeignKey(f"{SCHEMA}.agents.id")),
    # Made by the desk's page, so that what an agent sends twice is said once.
    Column("client_id", Uuid, unique=True),
    Column("text", Text, nullable=False),
    # Of messages that a channel received.
    Column("channel", Text),
    Column("external_id", Text),
    Column("button_id", Text),
    # As the channel counts or dates a contact's messages, which may arrive in another order.
    Column("sort_order", BigInteger, nullable=False, server_default=text("0")),
    Column("attachments", JSONB, nullable=False, server_default=text("'[]'")),
    # Emoji with which the contact marked it; in the channel's order, in which marks may not arrive.
    Column("reaction", Text),
    Column("reaction_order", BigInteger),
    time_column("edited_at", nullable=True),
    time_column("deleted_at", nullable=True),
    # Nobody has begun to deal with it: neither a turn, nor is it left to an agent.
    Column("awaits_turn", Boolean, nullable=False, server_default=text("false")),
    # The turn that it is part of, as what was said or as an answer.
    Column("turn_id", Uuid, index=True),
    # Of replies.
    Column("citations", JSONB, nullable=False, server_default=text("'[]'")),
    Column("image", Text),
    # What became of it on its way to the contact; NULL on channels whose customers come and read.
    Column("delivery", Text),
    Column("delivery_cause", Text),
    Column("delivery_code", Text),
    time_column("sent_at"),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("channel", "external_id"),
    CheckConstraint("author IN ('contact', 'assistant', 'agent', 'system')", name="author"),
    # Search. 'simple' knows no language, and so suits all. PostgreSQL refuses word lists of more than a megabyte.
    Index("ix_messages_words", text("to_tsvector('simple', left(text, 20000))"), postgresql_using="gin"),
    Index("ix_messages_awaits_turn", "conversation_id", "sent_at", postgresql_where=text("awaits_turn")),
    CheckConstraint("delivery IN ('queued', 'sent', 'delivered', 'read', 'failed', 'waiting')", name="delivery"),
    schema=SCHEMA,
)

buttons = Table(
    "buttons",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False),
    Column("message_id", ForeignKey(messages.c.id), nullable=False, index=True),
    Column("position", SmallInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("payload", Text, nullable=False),
    schema=SCHEMA,
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False, index=True),
    Column("packet", JSONB, nullable=False),
    Column("team", Text, ForeignKey(f"{SCHEMA}.teams.name")),
    Column("priority", SmallInteger, nullable=False, server_default=text("3")),
    # -1 (very unhappy) to 1.
    Column("sentiment", Double),
    Column("language", Text),
    time_column("requested_at"),
    time_column("closed_at", nullable=True),
    Index("uq_handoffs_open", "conversation_id", unique=True, postgresql_where=text("closed_at IS NULL")),
    schema=SCHEMA,
)

# A Rasa sender id and not a reference: `rasa shell` has conversations that came through no channel.
verifications = Table(
    "verifications",
    metadata,
    Column("conversation_id", Text, primary_key=True),
    Column("customer_id", Text),
    time_column("matched_at", nullable=True),
    time_column("confirmed_at", nullable=True),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    schema=SCHEMA,
)

# Counts guesses over all conversations, also at emails that no customer has. The key is a keyed hash of the email.
identity_failures = Table(
    "identity_failures",
    metadata,
    Column("key", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Index(None, "key", "at"),
    schema=SCHEMA,
)

one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", ForeignKey(verifications.c.conversation_id), nullable=False, index=True),
    Column("customer_id", Text),
    Column("code_hash", LargeBinary, nullable=False),
    time_column("issued_at"),
    time_column("expires_at"),
    time_column("used_at", nullable=True),
    Index(None, "customer_id", "issued_at"),
    schema=SCHEMA,
)

mailbox = Table(
    "mailbox",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("to", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    time_column("sent_at"),
    schema=SCHEMA,
)

tracker_events = Table(
    "tracker_events",
    metadata,
    Column("sender_id", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("type_name", Text, nullable=False),
    Column("timestamp", Double, nullable=False),
    # JSON and not JSONB, which refuses the NUL characters and half surrogates that people manage to send.
    Column("data", JSON, nullable=False),
    Index(
        "ix_tracker_events_session_started",
        "sender_id",
        "seq",
        postgresql_where=text("type_name = 'session_started'"),
    ),
    schema=SCHEMA,
)
