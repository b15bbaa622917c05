"""Files that customers send through the web chat. They live in the database, the only part that keeps anything."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, LargeBinary, Table, Text, Uuid, text

from deskhand.store.tables import SCHEMA, metadata

uploads = Table(
    "uploads",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("contact_external_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("mime_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    # A message has it. What no message wants is deleted after a day.
    Column("kept", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_uploads_unkept", "created_at", postgresql_where=text("NOT kept")),
    schema=SCHEMA,
)
