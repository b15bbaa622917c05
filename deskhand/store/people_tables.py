"""Those who work at the desk: their accounts, sessions, and the log of what they did."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from deskhand.store.tables import SCHEMA, metadata

agents = Table(
    "agents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    # The password was made by somebody else, and works for choosing one's own only.
    Column("must_change_password", Boolean, nullable=False, server_default=text("true")),
    # Nobody is ever deleted: what they wrote keeps its author. Who left cannot sign in.
    Column("active", Boolean, nullable=False, server_default=text("true")),
    # Of the desk's own words. NULL: as the browser asks.
    Column("language", Text),
    Column("theme", Text, nullable=False, server_default=text("'system'")),
    Column("sound", Boolean, nullable=False, server_default=text("false")),
    # Of people who work at an outside desk, such as "chatwoot:7": they have no password here, and no page.
    Column("outside_id", Text, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_seen_at", DateTime(timezone=True)),
    CheckConstraint("role IN ('agent', 'supervisor', 'administrator')", name="role"),
    CheckConstraint("theme IN ('system', 'light', 'dark')", name="theme"),
    Index("uq_agents_email", func.lower(text("email")), unique=True),
    schema=SCHEMA,
)

agent_teams = Table(
    "agent_teams",
    metadata,
    Column("agent_id", ForeignKey(agents.c.id), primary_key=True),
    Column("team", Text, primary_key=True, index=True),
    schema=SCHEMA,
)

agent_sessions = Table(
    "agent_sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    # The token itself is in the agent's cookie only.
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("agent_id", ForeignKey(agents.c.id), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("address", Text, nullable=False, server_default=text("''")),
    Column("user_agent", Text, nullable=False, server_default=text("''")),
    Column("revoked_at", DateTime(timezone=True)),
    schema=SCHEMA,
)

# Wrong passwords. The key is a keyed hash of the account or of the network address.
login_attempts = Table(
    "login_attempts",
    metadata,
    Column("key", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Index(None, "key", "at"),
    schema=SCHEMA,
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    # NULL: a command on the server, or somebody who is not signed in.
    Column("agent_id", ForeignKey(agents.c.id), index=True),
    Column("action", Text, nullable=False),
    # No reference: the log outlives what it is about.
    Column("conversation_id", Uuid, index=True),
    Column("details", JSONB, nullable=False, server_default=text("'{}'")),
    Column("address", Text, nullable=False, server_default=text("''")),
    schema=SCHEMA,
)
