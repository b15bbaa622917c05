"""An outside desk: what it has been told, and the people who work at it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agents", sa.Column("outside_id", sa.Text(), nullable=True), schema="deskhand")
    op.create_unique_constraint(op.f("uq_agents_outside_id"), "agents", ["outside_id"], schema="deskhand")
    op.create_table(
        "outside_cases",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("told_seq", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("told_handoff_id", sa.Uuid(), nullable=True),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("telling", sa.Text(), nullable=True),
        sa.Column("heard_at", sa.Double(), nullable=True),
        sa.CheckConstraint("standing IN ('assistant', 'agents', 'ended')", name=op.f("ck_outside_cases_standing")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["deskhand.conversations.id"], name=op.f("fk_outside_cases_conversation_id")
        ),
        sa.ForeignKeyConstraint(
            ["told_handoff_id"], ["deskhand.handoffs.id"], name=op.f("fk_outside_cases_told_handoff_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_outside_cases")),
        schema="deskhand",
    )
    op.create_index(
        op.f("ix_outside_cases_desk_external_id"), "outside_cases", ["desk", "external_id"], schema="deskhand"
    )


def downgrade() -> None:
    op.drop_table("outside_cases", schema="deskhand")
    # Nobody can sign in as them; what they wrote keeps the name that customers saw.
    op.drop_constraint(op.f("uq_agents_outside_id"), "agents", schema="deskhand")
    op.drop_column("agents", "outside_id", schema="deskhand")
