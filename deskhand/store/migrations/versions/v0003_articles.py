"""Articles and their passages, found by vectors and by words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import VECTOR
from sqlalchemy.dialects import postgresql

from deskhand.store.vectors import require_vectors

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    require_vectors(op.get_bind())
    op.create_table(
        "articles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("languages", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("audience IN ('customer', 'internal')", name=op.f("ck_articles_audience")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_articles_validity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("source", name=op.f("uq_articles_source")),
        schema="deskhand",
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("headings", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("sentences", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("steps", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("notice", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.Column("embedding", VECTOR(384), nullable=False),
        sa.Column("sentence_vectors", sa.LargeBinary(), nullable=False),
        sa.Column("embedder", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["deskhand.articles.id"], name=op.f("fk_passages_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
        sa.UniqueConstraint("article_id", "position", name=op.f("uq_passages_article_id_position")),
        schema="deskhand",
    )
    op.create_index(
        op.f("ix_passages_words"), "passages", ["words"], unique=False, schema="deskhand", postgresql_using="gin"
    )
    op.create_index(
        op.f("ix_passages_embedding"),
        "passages",
        ["embedding"],
        unique=False,
        schema="deskhand",
        postgresql_using="hnsw",
        postgresql_ops={"embedding": "vector_cosine_ops"},
    )


def downgrade() -> None:
    op.drop_table("passages", schema="deskhand")
    op.drop_table("articles", schema="deskhand")
