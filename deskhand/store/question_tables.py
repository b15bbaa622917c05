"""The table of what customers asked."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, Double, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from deskhand.store.tables import SCHEMA, metadata

questions = Table(
    "questions",
    metadata,
    Column("id", Uuid, primary_key=True),
    # A Rasa sender id and not a reference: `rasa shell` has conversations that came through no channel.
    Column("conversation_id", Text, index=True),
    Column("asked_at", DateTime(timezone=True), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("confidence", Double),
    Column("answer", Text),
    # Copies and not references: a review needs the passage that was used, and the next sync may replace it.
    Column("passages", JSONB, nullable=False, server_default=text("'[]'")),
    Column("feedback", Text),
    Column("marked_by", Text),
    Column("note", Text),
    Column("reviewed_at", DateTime(timezone=True)),
    Column("reviewed_by", Text),
    CheckConstraint("feedback IN ('helped', 'not_helped', 'wrong')", name="feedback"),
    CheckConstraint("(feedback IS NOT DISTINCT FROM 'wrong') = (marked_by IS NOT NULL)", name="marked_when_wrong"),
    # Feedback is about an answer.
    CheckConstraint("answered OR feedback IS NULL", name="feedback_on_answer"),
    CheckConstraint("(reviewed_at IS NULL) = (reviewed_by IS NULL)", name="reviewed_by_somebody"),
    # What a writer looks for, among the many questions that were answered well.
    Index(
        "ix_questions_open",
        "asked_at",
        postgresql_where=text("reviewed_at IS NULL AND (NOT answered OR feedback IN ('not_helped', 'wrong'))"),
    ),
    schema=SCHEMA,
)
