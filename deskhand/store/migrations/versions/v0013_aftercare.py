"""What is done after people have answered: asking who has gone silent, and the CRM's record of a conversation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "aftercare",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        _time("asked_if_there_at", nullable=True),
        sa.Column("asked_in", sa.Uuid(), nullable=True),
        _time("recorded_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["deskhand.conversations.id"], name=op.f("fk_aftercare_conversation_id")
        ),
        sa.ForeignKeyConstraint(["asked_in"], ["deskhand.messages.id"], name=op.f("fk_aftercare_asked_in")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_aftercare")),
        schema="deskhand",
    )
    op.create_table(
        "conversation_records",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        _time("ended_at"),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["crm.customers.id"], name=op.f("fk_conversation_records_customer_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_conversation_records")),
        schema="crm",
    )
    op.create_index(op.f("ix_conversation_records_customer_id"), "conversation_records", ["customer_id"], schema="crm")


def downgrade() -> None:
    op.drop_table("conversation_records", schema="crm")
    op.drop_table("aftercare", schema="deskhand")
