"""Customers' reactions and files, what to send when it was too late for free words, limits over all processes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("reaction", sa.Text(), nullable=True), schema="deskhand")
    op.add_column("messages", sa.Column("reaction_order", sa.BigInteger(), nullable=True), schema="deskhand")
    op.add_column("early_reports", sa.Column("instead", JSONB(), nullable=True), schema="deskhand")
    op.create_table(
        "rate_counts",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("moment", sa.Double(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_counts")),
        schema="deskhand",
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_rate_counts_moment", "rate_counts", ["moment"], schema="deskhand")
    op.create_table(
        "kept_media",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["deskhand.messages.id"], name=op.f("fk_kept_media_message_id")),
        sa.PrimaryKeyConstraint("message_id", "place", name=op.f("pk_kept_media")),
        schema="deskhand",
    )
    # Pictures, sound and office documents are compressed already.
    op.execute("ALTER TABLE deskhand.kept_media ALTER COLUMN content SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.drop_table("kept_media", schema="deskhand")
    op.drop_table("rate_counts", schema="deskhand")
    op.drop_column("early_reports", "instead", schema="deskhand")
    op.drop_column("messages", "reaction_order", schema="deskhand")
    op.drop_column("messages", "reaction", schema="deskhand")
