"""How often somebody did something: counted over all processes, and worth nothing after two minutes."""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, Integer, LargeBinary, Table

from deskhand.store.tables import SCHEMA, metadata

rate_counts = Table(
    "rate_counts",
    metadata,
    # A keyed hash of what is counted and of whom: addresses are personal data.
    Column("key", LargeBinary, primary_key=True),
    # When it was counted last, in minutes since 1970 by the database's clock.
    Column("moment", Double, nullable=False),
    # In that minute, and in the one before.
    Column("used", Integer, nullable=False),
    Column("before", Integer, nullable=False),
    Index("ix_rate_counts_moment", "moment"),
    schema=SCHEMA,
    # A crash of the database forgets it, which costs nothing; neither does writing it.
    prefixes=["UNLOGGED"],
)
