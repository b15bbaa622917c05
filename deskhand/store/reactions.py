"""Customers' reactions to messages: kept where they belong, for agents to see."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Author, DeliveryReport, DeliveryState, InboundReaction
from deskhand.store import changes
from deskhand.store.delivery_reports import note_report
from deskhand.store.delivery_tables import sends
from deskhand.store.identities import known_contact
from deskhand.store.tables import conversations, messages
from deskhand.store.texts import storable

MOST_CHARACTERS = 64
"""An emoji may have a dozen; Telegram allows several."""


async def note_reaction(connection: AsyncConnection, event: InboundReaction, now: datetime) -> None:
    """On a message of the contact's own conversations, whoever wrote it: on no other, and never in a newer one's place.

    Who marks what was sent to them has read it.
    """
    contact_id = await known_contact(connection, event.channel, storable(event.contact_external_id))
    if contact_id is None:
        return
    marked = storable(event.external_id)
    sent = select(sends.c.message_id).where(sends.c.channel == event.channel, sends.c.external_id == marked)
    theirs = select(conversations.c.id).where(conversations.c.contact_id == contact_id)
    changed = await connection.execute(
        update(messages)
        .where(
            messages.c.conversation_id.in_(theirs),
            or_(
                messages.c.id.in_(sent),
                (messages.c.channel == event.channel) & (messages.c.external_id == marked),
            ),
            or_(messages.c.reaction_order.is_(None), messages.c.reaction_order <= event.order),
        )
        .values(reaction=storable(event.emoji[:MOST_CHARACTERS]) or None, reaction_order=event.order)
        .returning(messages.c.conversation_id, messages.c.author)
    )
    found = changed.all()
    for conversation_id in {row.conversation_id for row in found}:
        await changes.tell(connection, conversation_id)
    if any(row.author != Author.CONTACT for row in found):
        await note_report(connection, DeliveryReport(event.channel, event.external_id, DeliveryState.READ), now)
