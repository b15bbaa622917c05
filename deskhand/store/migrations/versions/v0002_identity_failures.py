"""Failed tries to match an email address are counted over all conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_failures",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        schema="deskhand",
    )
    op.create_index(op.f("ix_identity_failures_at"), "identity_failures", ["at"], unique=False, schema="deskhand")
    op.create_index(
        op.f("ix_identity_failures_key_at"), "identity_failures", ["key", "at"], unique=False, schema="deskhand"
    )


def downgrade() -> None:
    op.drop_table("identity_failures", schema="deskhand")
