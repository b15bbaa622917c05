"""Storing one message of a customer's, in the transaction of whoever received it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Author, Button, Conversation, InboundMessage, Message, Status
from deskhand.store import rows
from deskhand.store.errors import MessageIdTaken
from deskhand.store.identities import contact_of
from deskhand.store.rows import AnyRow
from deskhand.store.tables import buttons, contacts, conversations, messages
from deskhand.store.texts import storable


@dataclass(frozen=True)
class Received:
    """What became of a message that a channel received."""

    conversation: Conversation
    message: Message
    duplicate: bool
    """It was here already: nothing was changed, and no turn is due."""


async def receive_message(
    connection: AsyncConnection, inbound: InboundMessage, now: datetime, *, awaits_turn: bool
) -> Received:
    """Stores it in the contact's conversation, which is opened if there is none. The contact's ids must be locked.

    Raises `MessageIdTaken`.
    """
    contact_id = await contact_of(connection, inbound.channel, inbound.contact_external_id, inbound.aliases, now)
    known = await _received_before(connection, inbound, contact_id)
    if known is not None:
        return known
    conversation = await current_conversation(connection, contact_id, now)
    message = await _insert(connection, conversation.id, inbound, now, awaits_turn)
    await connection.execute(
        update(contacts).where(contacts.c.id == contact_id).values(last_heard_at=now, unreachable_at=None)
    )
    return Received(conversation, message, duplicate=False)


async def current_conversation(connection: AsyncConnection, contact_id: UUID, now: datetime) -> Conversation:
    """The contact's unresolved conversation, opened if there is none, with its row locked."""
    found = await connection.execute(
        select(conversations)
        .where(conversations.c.contact_id == contact_id, conversations.c.status != Status.RESOLVED)
        .with_for_update()
    )
    row = found.one_or_none()
    if row is None:
        opened = await connection.execute(
            insert(conversations)
            .values(id=uuid4(), contact_id=contact_id, status=Status.PENDING, opened_at=now)
            .returning(conversations)
        )
        row = opened.one()
    return rows.conversation(row)


async def buttons_on_offer(connection: AsyncConnection, conversation_id: UUID) -> list[Button]:
    """What was offered since the contact's last message: an old "Yes" must not confirm the question of now."""
    last_words = (
        select(messages.c.seq)
        .where(messages.c.conversation_id == conversation_id, messages.c.author == Author.CONTACT)
        .order_by(messages.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = await connection.execute(
        select(buttons)
        .join(messages, messages.c.id == buttons.c.message_id)
        .where(buttons.c.conversation_id == conversation_id, (messages.c.seq > last_words) | last_words.is_(None))
        .order_by(messages.c.seq, buttons.c.position)
    )
    return [rows.button(row) for row in found]


async def _received_before(connection: AsyncConnection, inbound: InboundMessage, contact_id: UUID) -> Received | None:
    found = await connection.execute(
        select(messages).where(
            messages.c.channel == inbound.channel, messages.c.external_id == storable(inbound.external_id)
        )
    )
    stored = found.one_or_none()
    if stored is None:
        return None
    its = await connection.execute(select(conversations).where(conversations.c.id == stored.conversation_id))
    conversation = rows.conversation(its.one())
    if conversation.contact_id != contact_id:
        # On a channel where clients make the ids up, this would show one contact another's conversation.
        raise MessageIdTaken(f"A message id of {inbound.channel} came from two contacts.")
    return Received(conversation, rows.message(stored), duplicate=True)


async def _insert(
    connection: AsyncConnection, conversation_id: UUID, inbound: InboundMessage, now: datetime, awaits_turn: bool
) -> Message:
    seq = await rows.next_seq(connection, conversation_id, 1)
    inserted: AnyRow = (
        await connection.execute(
            insert(messages)
            .values(
                id=uuid4(),
                conversation_id=conversation_id,
                seq=seq,
                author=Author.CONTACT,
                text=storable(inbound.text),
                channel=inbound.channel,
                external_id=storable(inbound.external_id),
                button_id=storable(inbound.button_id) if inbound.button_id else None,
                sort_order=inbound.order,
                awaits_turn=awaits_turn,
                attachments=[rows.storable_value(asdict(one)) for one in inbound.attachments],
                sent_at=now,
            )
            .returning(messages)
        )
    ).one()
    return rows.message(inserted)
