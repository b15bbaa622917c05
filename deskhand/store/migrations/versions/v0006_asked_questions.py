"""Questions as customers ask them, each with the passage that answers it, or with none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import VECTOR

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asked_questions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("passage_id", sa.BigInteger(), nullable=True),
        sa.Column("first_sentence", sa.Integer(), nullable=True),
        sa.Column("last_sentence", sa.Integer(), nullable=True),
        sa.Column("unanswered", sa.Boolean(), nullable=False),
        sa.Column("embedding", VECTOR(384), nullable=False),
        sa.Column("embedder", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "unanswered = (article IS NULL) AND NOT (unanswered AND passage_id IS NOT NULL)",
            name=op.f("ck_asked_questions_answer"),
        ),
        sa.CheckConstraint("first_sentence <= last_sentence", name=op.f("ck_asked_questions_sentences")),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["deskhand.passages.id"],
            name=op.f("fk_asked_questions_passage_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_questions")),
        schema="deskhand",
    )
    for column in ("passage_id", "article"):
        op.create_index(
            op.f(f"ix_asked_questions_{column}"), "asked_questions", [column], unique=False, schema="deskhand"
        )
    op.create_index(
        "ix_asked_questions_embedding",
        "asked_questions",
        ["embedding"],
        unique=False,
        schema="deskhand",
        postgresql_using="hnsw",
        postgresql_ops={"embedding": "vector_cosine_ops"},
        postgresql_where=sa.text("NOT unanswered"),
    )
    op.create_index(
        "ix_asked_questions_unanswered_embedding",
        "asked_questions",
        ["embedding"],
        unique=False,
        schema="deskhand",
        postgresql_using="hnsw",
        postgresql_ops={"embedding": "vector_cosine_ops"},
        postgresql_where=sa.text("unanswered"),
    )


def downgrade() -> None:
    op.drop_table("asked_questions", schema="deskhand")
