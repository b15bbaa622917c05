"""The store's conversations, with the few things that only a channel with a page of its own needs."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from deskhand.conversation.model import Conversation, Message, Status
from deskhand.store import changes, rows
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.identities import known_contact
from deskhand.store.outgoing import store_line
from deskhand.store.tables import conversations


class ChannelConversations(Conversations):
    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._database = db

    async def find(self, channel: str, contact_external_id: str) -> Conversation | None:
        """The contact's current conversation, else their last one, else None."""
        async with self._database.begin() as connection:
            found = await connection.execute(
                select(conversations)
                .where(conversations.c.contact_id == await known_contact(connection, channel, contact_external_id))
                .order_by((conversations.c.status == Status.RESOLVED), conversations.c.opened_at.desc())
                .limit(1)
            )
            row = found.one_or_none()
        return rows.conversation(row) if row is not None else None

    async def add_system_line(self, conversation_id: UUID, text: str) -> Message:
        """A line that is neither the assistant's nor a person's. It needs no control."""
        async with self._database.begin() as connection:
            line = await store_line(connection, conversation_id, text, datetime.now(UTC))
            await changes.tell(connection, conversation_id)
            return line
