"""Those who work at the desk, and the log of what they did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SCHEMA = "deskhand"


def upgrade() -> None:
    _agents()
    _sessions()
    _login_attempts()
    _audit_log()


def downgrade() -> None:
    for table in ("audit_log", "login_attempts", "agent_sessions", "agent_teams", "agents"):
        op.drop_table(table, schema=SCHEMA)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of_agent(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["agent_id"], [f"{SCHEMA}.agents.id"], name=op.f(f"fk_{table}_agent_id_agents"))


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("theme", sa.Text(), server_default=sa.text("'system'"), nullable=False),
        sa.Column("sound", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _time("created_at"),
        _time("last_seen_at", nullable=True),
        sa.CheckConstraint("role IN ('agent', 'supervisor', 'administrator')", name=op.f("ck_agents_role")),
        sa.CheckConstraint("theme IN ('system', 'light', 'dark')", name=op.f("ck_agents_theme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        schema=SCHEMA,
    )
    op.create_index("uq_agents_email", "agents", [sa.text("lower(email)")], unique=True, schema=SCHEMA)
    op.create_table(
        "agent_teams",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        _of_agent("agent_teams"),
        sa.PrimaryKeyConstraint("agent_id", "team", name=op.f("pk_agent_teams")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_agent_teams_team"), "agent_teams", ["team"], schema=SCHEMA)


def _sessions() -> None:
    op.create_table(
        "agent_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        _time("created_at"),
        _time("last_used_at"),
        _time("expires_at"),
        sa.Column("address", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("user_agent", sa.Text(), server_default=sa.text("''"), nullable=False),
        _time("revoked_at", nullable=True),
        _of_agent("agent_sessions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_agent_sessions_token_hash")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_agent_sessions_agent_id"), "agent_sessions", ["agent_id"], schema=SCHEMA)


def _login_attempts() -> None:
    op.create_table(
        "login_attempts",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        _time("at"),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_login_attempts_at"), "login_attempts", ["at"], schema=SCHEMA)
    op.create_index(op.f("ix_login_attempts_key_at"), "login_attempts", ["key", "at"], schema=SCHEMA)


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        _time("at"),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("details", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("address", sa.Text(), server_default=sa.text("''"), nullable=False),
        _of_agent("audit_log"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        schema=SCHEMA,
    )
    for column in ("at", "agent_id", "conversation_id"):
        op.create_index(op.f(f"ix_audit_log_{column}"), "audit_log", [column], schema=SCHEMA)
