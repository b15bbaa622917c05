"""The store's conversations, with the few things that only a channel with a page of its own needs."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from deskhand.conversation.model import Author, Conversation, Message, Status
from deskhand.store import rows
from deskhand.store.conversations import Conversations, Received
from deskhand.store.database import Database
from deskhand.store.tables import contacts, conversations, messages


class ChannelConversations(Conversations):
    """Conversations that can be opened and looked up by a channel before anybody has written."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._database = db

    async def find(self, channel: str, contact_external_id: str) -> Conversation | None:
        """The contact's current conversation, else their last one, else None."""
        async with self._database.begin() as connection:
            found = await connection.execute(
                select(conversations)
                .join(contacts, contacts.c.id == conversations.c.contact_id)
                .where(contacts.c.channel == channel, contacts.c.external_id == contact_external_id)
                .order_by((conversations.c.status == Status.RESOLVED), conversations.c.opened_at.desc())
                .limit(1)
            )
            row = found.one_or_none()
        return rows.conversation(row) if row is not None else None

    async def open(self, channel: str, contact_external_id: str) -> Conversation:
        """The contact's current conversation, opened if there is none."""
        contact = upsert(contacts).values(id=uuid4(), channel=channel, external_id=contact_external_id)
        # The update changes nothing: it takes the row's lock, so that two tabs do not open one each.
        contact = contact.on_conflict_do_update(index_elements=["channel", "external_id"], set_={"channel": channel})
        async with self._database.begin() as connection:
            contact_id = (await connection.execute(contact.returning(contacts.c.id))).scalar_one()
            current = await connection.execute(
                select(conversations).where(
                    conversations.c.contact_id == contact_id, conversations.c.status != Status.RESOLVED
                )
            )
            row = current.one_or_none()
            if row is None:
                opened = await connection.execute(
                    insert(conversations)
                    .values(id=uuid4(), contact_id=contact_id, status=Status.PENDING, opened_at=datetime.now(UTC))
                    .returning(conversations)
                )
                row = opened.one()
            return rows.conversation(row)

    async def received(self, channel: str, external_id: str) -> Received | None:
        """What became of the message with the channel's id, if it was received."""
        async with self._database.begin() as connection:
            found = await connection.execute(
                select(messages).where(messages.c.channel == channel, messages.c.external_id == external_id)
            )
            row = found.one_or_none()
        if row is None:
            return None
        return Received(await self.get(row.conversation_id), rows.message(row), duplicate=True)

    async def add_system_line(self, conversation_id: UUID, text: str) -> Message:
        """A line that is neither the assistant's nor a person's. It needs no control."""
        async with self._database.begin() as connection:
            seq = await rows.next_seq(connection, conversation_id, 1)
            added = await connection.execute(
                insert(messages)
                .values(
                    id=uuid4(),
                    conversation_id=conversation_id,
                    seq=seq,
                    author=Author.SYSTEM,
                    text=text,
                    sent_at=datetime.now(UTC),
                )
                .returning(messages)
            )
            return rows.message(added.one())
