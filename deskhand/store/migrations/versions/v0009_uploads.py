"""Files that customers upload, and the name under which an agent wrote."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("contact_external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mime_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        schema="deskhand",
    )
    op.create_index(
        "ix_uploads_unkept", "uploads", ["created_at"], schema="deskhand", postgresql_where=sa.text("NOT kept")
    )
    # Pictures and PDF files are compressed already.
    op.execute("ALTER TABLE deskhand.uploads ALTER COLUMN content SET STORAGE EXTERNAL")
    op.add_column("messages", sa.Column("author_name", sa.Text(), nullable=True), schema="deskhand")


def downgrade() -> None:
    op.drop_column("messages", "author_name", schema="deskhand")
    op.drop_table("uploads", schema="deskhand")
