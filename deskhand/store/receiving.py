"""Storing one message of a customer's, in the transaction of whoever received it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.coming_back import Meaning
from deskhand.conversation.desk import EventKind
from deskhand.conversation.model import Author, Button, Conversation, InboundMessage, Message, Status
from deskhand.store import rows
from deskhand.store.control import change
from deskhand.store.desk.coming_back import keep_rating, resolved_lately, take_up_again, what_is_meant
from deskhand.store.desk.events import note_event
from deskhand.store.errors import MessageIdTaken
from deskhand.store.identities import contact_of
from deskhand.store.rows import AnyRow
from deskhand.store.tables import buttons, contacts, conversations, messages
from deskhand.store.texts import storable, storable_name


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
    row, meant = await _conversation_for(connection, contact_id, inbound, now)
    wants_turn = awaits_turn and meant is Meaning.MORE
    message = await _insert(connection, row.id, inbound, now, wants_turn)
    if meant is Meaning.RATING:
        await keep_rating(connection, row, inbound.text, now)
    name = storable_name(inbound.contact_name)
    await connection.execute(
        update(contacts)
        .where(contacts.c.id == contact_id)
        .values(last_heard_at=now, unreachable_at=None, **({"name": name} if name else {}))
    )
    return Received(rows.conversation(row), message, duplicate=False)


async def current_conversation(connection: AsyncConnection, contact_id: UUID, now: datetime) -> Conversation:
    """The contact's unresolved conversation, opened if there is none, with its row locked."""
    row = await _unresolved(connection, contact_id)
    return rows.conversation(row if row is not None else await _open(connection, contact_id, now))


async def _conversation_for(
    connection: AsyncConnection, contact_id: UUID, inbound: InboundMessage, now: datetime
) -> tuple[AnyRow, Meaning]:
    """Where the message belongs: see `docs/decisions/0012-control.md`. The row is locked."""
    row = await _unresolved(connection, contact_id)
    if row is not None:
        return await _with_agents_told(connection, row, now), Meaning.MORE
    ended = await resolved_lately(connection, contact_id, now)
    if ended is None:
        return await _open(connection, contact_id, now), Meaning.MORE
    meant = what_is_meant(ended, inbound)
    return (await take_up_again(connection, ended, now) if meant is Meaning.MORE else ended), meant


async def _unresolved(connection: AsyncConnection, contact_id: UUID) -> AnyRow | None:
    found = await connection.execute(
        select(conversations)
        .where(conversations.c.contact_id == contact_id, conversations.c.status != Status.RESOLVED)
        .with_for_update(key_share=True)
    )
    return found.one_or_none()


async def _open(connection: AsyncConnection, contact_id: UUID, now: datetime) -> AnyRow:
    opened = await connection.execute(
        insert(conversations)
        .values(id=uuid4(), contact_id=contact_id, status=Status.PENDING, opened_at=now, last_message_at=now)
        .returning(conversations)
    )
    row: AnyRow = opened.one()
    return row


async def _with_agents_told(connection: AsyncConnection, row: AnyRow, now: datetime) -> AnyRow:
    """With agents, the contact waits from now on, if not already; a snooze ends."""
    if row.status == Status.SNOOZED:
        await note_event(connection, row.id, EventKind.WOKEN, now)
    elif row.status != Status.OPEN or row.waiting_since is not None:
        return row
    return await change(
        connection,
        row.id,
        status=Status.OPEN,
        snoozed_until=None,
        waiting_since=row.waiting_since or now,
    )


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
    seq = await rows.next_seq(connection, conversation_id, 1, now)
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
