"""Where channels leave what they received: all of a webhook in one transaction, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import (
    Author,
    ContactReachable,
    Conversation,
    DeliveryReport,
    InboundDeletion,
    InboundEdit,
    InboundEvent,
    InboundMessage,
    InboundReaction,
    Status,
)
from deskhand.store import changes
from deskhand.store.database import Database
from deskhand.store.delivery_reports import note_report
from deskhand.store.delivery_tables import sends
from deskhand.store.errors import MessageIdTaken
from deskhand.store.identities import contact_of, ids_of, known_contact, lock_identities
from deskhand.store.known_senders import receive_from_known
from deskhand.store.media import forget_files, queue_files
from deskhand.store.queue import queue_send, queue_turn
from deskhand.store.reactions import note_reaction
from deskhand.store.receiving import Received, buttons_on_offer, current_conversation, receive_message
from deskhand.store.tables import contacts, conversations, messages
from deskhand.store.texts import storable


class Inbox:
    """`deskhand.channels.delivery.contracts.Inbox`, in PostgreSQL."""

    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def take(self, events: Sequence[InboundEvent]) -> list[Received]:
        """Stores all events in one transaction and queues the turns they want. Messages come first, in their order.

        Returns what became of the messages among them. Raises `DatabaseUnavailable`, and `MessageIdTaken` for a
        message whose id another contact's message has.
        """
        if (
            len(events) == 1
            and isinstance(events[0], InboundMessage)
            and not (events[0].aliases or events[0].attachments)
        ):
            usual = await self._take_usual(events[0])
            if usual is not None:
                return [usual]
        inbound = sorted((one for one in events if isinstance(one, InboundMessage)), key=lambda one: one.order)
        try:
            async with self._db.begin() as connection:
                await lock_identities(connection, _ids_in(events))
                now = self._now()
                received = [await receive_message(connection, one, now, awaits_turn=True) for one in inbound]
                await self._wake(connection, received)
                for one, its in zip(inbound, received, strict=True):
                    if not its.duplicate:
                        await queue_files(connection, one, its.message.id)
                for event in events:
                    if not isinstance(event, InboundMessage):
                        await _note(connection, event, now)
                return received
        except IntegrityError as exc:
            if "uq_messages_channel_external_id" in str(exc.orig):
                raise MessageIdTaken("A message id came from two contacts at once.") from exc
            raise

    async def _take_usual(self, inbound: InboundMessage) -> Received | None:
        """In a transaction of its own, which is one statement: it locks rows in another order than the others do."""
        async with self._db.single() as connection:
            return await receive_from_known(connection, inbound, self._now())

    async def open(self, channel: str, contact_external_id: str) -> Conversation:
        """The contact's current conversation; a new one, which the assistant then opens, if there is none.

        For channels on which customers see the assistant before they write.
        """
        async with self._db.begin() as connection:
            await lock_identities(connection, [(channel, contact_external_id)])
            now = self._now()
            contact_id = await contact_of(connection, channel, contact_external_id, (), now)
            conversation = await current_conversation(connection, contact_id, now)
            if conversation.opened_at == now:
                await queue_turn(connection, conversation.id)
            return conversation

    async def reply_choices(self, channel: str, contact_external_id: str) -> Mapping[str, str]:
        """The buttons now on offer to the contact: id → title."""
        async with self._db.begin() as connection:
            contact_id = await known_contact(connection, channel, storable(contact_external_id))
            conversation_id = await _with_buttons(connection, contact_id) if contact_id else None
            if conversation_id is None:
                return {}
            return {button.id: button.title for button in await buttons_on_offer(connection, conversation_id)}

    async def _wake(self, connection: AsyncConnection, received: Sequence[Received]) -> None:
        fresh = [one for one in received if not one.duplicate]
        for conversation in {one.conversation.id: one.conversation for one in fresh}.values():
            await queue_turn(connection, conversation.id)
            await changes.tell(connection, conversation.id)
            await _release_waiting(connection, conversation.contact_id, self._now())


def _ids_in(events: Sequence[InboundEvent]) -> list[tuple[str, str]]:
    ids: list[tuple[str, str]] = []
    for event in events:
        if isinstance(event, InboundMessage):
            ids += ids_of(event)
        elif not isinstance(event, DeliveryReport):
            ids.append((event.channel, storable(event.contact_external_id)))
    return ids


async def _note(
    connection: AsyncConnection,
    event: InboundEdit | InboundDeletion | InboundReaction | DeliveryReport | ContactReachable,
    now: datetime,
) -> None:
    match event:
        case DeliveryReport():
            await note_report(connection, event, now)
        case InboundEdit():
            await _change_message(connection, event, text=storable(event.text), edited_at=now)
        case InboundDeletion():
            await _change_message(connection, event, text="", attachments=[], awaits_turn=False, deleted_at=now)
        case InboundReaction():
            await note_reaction(connection, event, now)
        case ContactReachable():
            await _note_reachable(connection, event, now)


async def _change_message(connection: AsyncConnection, event: InboundEdit | InboundDeletion, **values: object) -> None:
    """Only its own contact changes a message. One that was taken back stays so."""
    contact_id = await known_contact(connection, event.channel, storable(event.contact_external_id))
    theirs = select(conversations.c.id).where(conversations.c.contact_id == contact_id)
    changed = await connection.execute(
        update(messages)
        .where(
            messages.c.channel == event.channel,
            messages.c.external_id == storable(event.external_id),
            messages.c.author == Author.CONTACT,
            messages.c.conversation_id.in_(theirs),
            messages.c.deleted_at.is_(None),
        )
        .values(**values)
        .returning(messages.c.conversation_id, messages.c.id)
    )
    row = changed.one_or_none()
    if row is None:
        return
    if isinstance(event, InboundDeletion):
        await forget_files(connection, row.id)
    await changes.tell(connection, row.conversation_id)


async def _note_reachable(connection: AsyncConnection, event: ContactReachable, now: datetime) -> None:
    contact_id = await known_contact(connection, event.channel, storable(event.contact_external_id))
    if contact_id is None:
        return
    await connection.execute(
        update(contacts).where(contacts.c.id == contact_id).values(unreachable_at=None if event.reachable else now)
    )
    theirs = select(conversations.c.id).where(
        conversations.c.contact_id == contact_id, conversations.c.status != Status.RESOLVED
    )
    for conversation_id in (await connection.scalars(theirs)).all():
        await changes.tell(connection, conversation_id)
    if event.reachable:
        await _release_waiting(connection, contact_id, now)


async def _release_waiting(connection: AsyncConnection, contact_id: UUID, now: datetime) -> None:
    """What could not be said because the customer had been silent for too long can be said now."""
    released = await connection.execute(
        update(sends)
        .where(sends.c.contact_id == contact_id, sends.c.state == "waiting")
        .values(state="queued", not_before=None, queued_at=now)
        .returning(sends.c.channel, sends.c.message_id)
    )
    found = released.all()
    if found:
        await connection.execute(
            update(messages)
            .where(messages.c.id.in_({row.message_id for row in found}))
            .values(delivery="queued", delivery_cause=None, delivery_code=None)
        )
    for channel in {row.channel for row in found}:
        await queue_send(connection, channel, contact_id)


async def _with_buttons(connection: AsyncConnection, contact_id: UUID) -> UUID | None:
    """The conversation that the contact is in; else the last one, if they were asked to rate it."""
    found = await connection.execute(
        select(conversations.c.id, conversations.c.status, conversations.c.rating_asked_at)
        .where(conversations.c.contact_id == contact_id)
        .order_by((conversations.c.status == Status.RESOLVED), conversations.c.opened_at.desc())
        .limit(1)
    )
    row = found.one_or_none()
    if row is None or (row.status == Status.RESOLVED and row.rating_asked_at is None):
        return None
    return UUID(str(row.id))
