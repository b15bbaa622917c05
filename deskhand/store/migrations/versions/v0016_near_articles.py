"""Which article an unanswered asked question comes near to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The next sync makes all rows anew: what comes near is part of their digests.
    op.add_column("asked_questions", sa.Column("near", sa.Text(), nullable=True), schema="deskhand")


def downgrade() -> None:
    op.drop_column("asked_questions", "near", schema="deskhand")
