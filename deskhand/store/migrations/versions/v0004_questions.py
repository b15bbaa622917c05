"""What customers asked, for those who write the articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("passages", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=True),
        sa.Column("marked_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.CheckConstraint("feedback IN ('helped', 'not_helped', 'wrong')", name=op.f("ck_questions_feedback")),
        sa.CheckConstraint(
            "(feedback IS NOT DISTINCT FROM 'wrong') = (marked_by IS NOT NULL)",
            name=op.f("ck_questions_marked_when_wrong"),
        ),
        sa.CheckConstraint("answered OR feedback IS NULL", name=op.f("ck_questions_feedback_on_answer")),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (reviewed_by IS NULL)", name=op.f("ck_questions_reviewed_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        schema="deskhand",
    )
    op.create_index(
        op.f("ix_questions_conversation_id"), "questions", ["conversation_id"], unique=False, schema="deskhand"
    )
    op.create_index(op.f("ix_questions_asked_at"), "questions", ["asked_at"], unique=False, schema="deskhand")
    op.create_index(
        "ix_questions_open",
        "questions",
        ["asked_at"],
        unique=False,
        schema="deskhand",
        postgresql_where=sa.text("reviewed_at IS NULL AND (NOT answered OR feedback IN ('not_helped', 'wrong'))"),
    )


def downgrade() -> None:
    op.drop_table("questions", schema="deskhand")
