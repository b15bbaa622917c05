"""What customers sent beside words, kept: channels hand their files out for some days only."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Integer, LargeBinary, SmallInteger, Table, Text, text

from deskhand.store.tables import SCHEMA, messages, metadata

kept_media = Table(
    "kept_media",
    metadata,
    Column("message_id", ForeignKey(messages.c.id), primary_key=True),
    # Of the message's attachments, counted from 0.
    Column("place", SmallInteger, primary_key=True, autoincrement=False),
    # SQL NULL: not yet, or not at all, as `problem` says.
    Column("content", LargeBinary),
    Column("problem", Text),
    Column("attempts", Integer, nullable=False, server_default=text("1")),
    Column("at", DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)
