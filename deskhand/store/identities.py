"""Who a message is from: one contact, under whatever ids the channel gives.

A channel may name one customer by a user id, by a phone number or by both. What comes with both shows that they
are one. If until then they were two contacts, the older one stays and takes over everything of the other's:

- identities, conversations and what is still to be sent;
- of two unresolved conversations one goes on: the one that an agent has, else the older one. The other is
  resolved as `abandoned`, and those of its messages that had no answer yet move to the one that goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.desk import EventKind
from deskhand.conversation.model import Author, InboundMessage, Outcome, Status
from deskhand.store import changes, rows
from deskhand.store.delivery_tables import sends, turns
from deskhand.store.desk.events import note_event
from deskhand.store.desk_tables import callbacks
from deskhand.store.passed_on import let_go
from deskhand.store.queue import queue_turn
from deskhand.store.rows import AnyRow
from deskhand.store.tables import contact_identities, contacts, conversations, handoffs, messages
from deskhand.store.texts import storable

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 2))")


async def lock_identities(connection: AsyncConnection, ids: Iterable[tuple[str, str]]) -> None:
    """From here to the end of the transaction nobody else takes anything from these (channel, external id).

    Always in the same order, so that two transactions never wait for each other.
    """
    for name in sorted({f"{channel}\n{external_id}" for channel, external_id in ids}):
        await connection.execute(_LOCK, {"name": name})


def ids_of(inbound: InboundMessage) -> list[tuple[str, str]]:
    ids = (inbound.contact_external_id, *inbound.aliases)
    return [(inbound.channel, storable(one)) for one in ids]


async def contact_of(
    connection: AsyncConnection, channel: str, external_id: str, aliases: Sequence[str], now: datetime
) -> UUID:
    """The contact with these ids: found, made or merged. The ids must be locked."""
    ids = list(dict.fromkeys(storable(one) for one in (external_id, *aliases)))
    found = await _contacts_with(connection, channel, ids)
    if await let_go(connection, channel, ids, found):
        found = await _contacts_with(connection, channel, ids)
    known = list({row.id: row for row in found}.values())
    if not known:
        contact_id: UUID = (
            await connection.execute(
                insert(contacts)
                .values(id=uuid4(), channel=channel, external_id=ids[0], created_at=now)
                .returning(contacts.c.id)
            )
        ).scalar_one()
    else:
        contact_id = known[0].id
        for other in known[1:]:
            await _merge(connection, contact_id, other.id, now)
    fresh = set(ids) - {row.identity for row in found}
    if fresh:
        await connection.execute(
            insert(contact_identities),
            [{"channel": channel, "external_id": one, "contact_id": contact_id} for one in fresh],
        )
    return contact_id


async def known_contact(connection: AsyncConnection, channel: str, external_id: str) -> UUID | None:
    found: UUID | None = await connection.scalar(
        select(contact_identities.c.contact_id).where(
            contact_identities.c.channel == channel, contact_identities.c.external_id == external_id
        )
    )
    return found


async def _contacts_with(connection: AsyncConnection, channel: str, ids: Sequence[str]) -> list[Any]:
    """A row for each of the ids that is known, those of the oldest contact first."""
    found = await connection.execute(
        select(contacts.c.id, contact_identities.c.external_id.label("identity"))
        .join(contacts, contacts.c.id == contact_identities.c.contact_id)
        .where(contact_identities.c.channel == channel, contact_identities.c.external_id.in_(ids))
        .order_by(contacts.c.created_at, contacts.c.id)
    )
    return list(found)


async def _merge(connection: AsyncConnection, kept: UUID, other: UUID, now: datetime) -> None:
    unresolved = await connection.execute(
        select(conversations)
        .where(conversations.c.contact_id.in_([kept, other]), conversations.c.status != Status.RESOLVED)
        .order_by((conversations.c.status == Status.PENDING), conversations.c.opened_at, conversations.c.id)
        .with_for_update(key_share=True)
    )
    found = unresolved.all()
    if len(found) == 2:
        await _join(connection, found[0], found[1], now)
    for table in (conversations, sends, callbacks, contact_identities):
        await connection.execute(update(table).where(table.c.contact_id == other).values(contact_id=kept))
    heard = select(contacts.c.last_heard_at).where(contacts.c.id == other).scalar_subquery()
    await connection.execute(
        update(contacts)
        .where(contacts.c.id == kept)
        .values(last_heard_at=func.greatest(contacts.c.last_heard_at, heard))
    )


async def _join(connection: AsyncConnection, staying: AnyRow, ending: AnyRow, now: datetime) -> None:
    """The row of a turn that is being taken in the ending one goes too, and with it the right to speak."""
    running = select(turns.c.id).where(turns.c.conversation_id == ending.id, turns.c.state == "running")
    unanswered = await connection.execute(
        select(messages.c.id)
        .where(
            messages.c.conversation_id == ending.id,
            messages.c.author == Author.CONTACT,
            messages.c.awaits_turn | messages.c.turn_id.in_(running),
        )
        .order_by(messages.c.seq)
    )
    moving = list(unanswered.scalars())
    if moving:
        first_seq = await rows.next_seq(connection, staying.id, len(moving))
        for seq, message_id in enumerate(moving, first_seq):
            await connection.execute(
                update(messages)
                .where(messages.c.id == message_id)
                .values(conversation_id=staying.id, seq=seq, awaits_turn=True, turn_id=None)
            )
        await queue_turn(connection, staying.id)
        if staying.status != Status.PENDING:
            await connection.execute(
                update(conversations)
                .where(conversations.c.id == staying.id)
                .values(
                    status=Status.OPEN,
                    snoozed_until=None,
                    waiting_since=func.coalesce(conversations.c.waiting_since, now),
                )
            )
    await connection.execute(
        update(turns)
        .where(turns.c.conversation_id == ending.id, turns.c.state == "running")
        .values(state="withheld", finished_at=now)
    )
    await connection.execute(
        update(handoffs)
        .where(handoffs.c.conversation_id == ending.id, handoffs.c.closed_at.is_(None))
        .values(closed_at=now)
    )
    await connection.execute(
        update(conversations)
        .where(conversations.c.id == ending.id)
        .values(
            status=Status.RESOLVED,
            outcome=Outcome.ABANDONED,
            resolved_at=now,
            waiting_since=None,
            snoozed_until=None,
            control_token=ending.control_token + 1,
        )
    )
    await note_event(connection, ending.id, EventKind.RESOLVED, now, outcome=str(Outcome.ABANDONED))
    await changes.tell(connection, ending.id)
