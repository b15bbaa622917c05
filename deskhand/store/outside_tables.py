"""What an outside desk, such as Chatwoot, has been told of our conversations."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Double, ForeignKey, Index, Integer, Table, Text, Uuid, text

from deskhand.store.tables import SCHEMA, conversations, handoffs, metadata

outside_cases = Table(
    "outside_cases",
    metadata,
    Column("conversation_id", ForeignKey(conversations.c.id), primary_key=True),
    Column("desk", Text, nullable=False),
    # The desk's own id of it. Not unique: a desk may go on in the contact's last conversation.
    Column("external_id", Text, nullable=False),
    # Up to this number the desk knows what was said.
    Column("told_seq", Integer, nullable=False, server_default=text("0")),
    # The last handoff whose packet it has.
    Column("told_handoff_id", Uuid, ForeignKey(handoffs.c.id)),
    # Who has the conversation, as the desk knows it.
    Column("standing", Text, nullable=False),
    # What is being told now. Found again, it may have arrived already: its process died, or the answer did.
    Column("telling", Text),
    # The latest that was heard of who has it, by the desk's clock.
    Column("heard_at", Double),
    CheckConstraint("standing IN ('assistant', 'agents', 'ended')", name="standing"),
    Index(None, "desk", "external_id"),
    schema=SCHEMA,
)
