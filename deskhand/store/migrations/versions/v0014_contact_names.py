"""What contacts call themselves on their channel, for agents to see."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column("name", sa.Text(), nullable=True), schema="deskhand")


def downgrade() -> None:
    op.drop_column("contacts", "name", schema="deskhand")
