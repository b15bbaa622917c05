"""What was learned from the asked questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_models",
        sa.Column("embedder", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("tensors", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("embedder", name=op.f("pk_answer_models")),
        schema="deskhand",
    )


def downgrade() -> None:
    op.drop_table("answer_models", schema="deskhand")
