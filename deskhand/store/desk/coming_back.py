"""A contact writes after an agent has resolved the conversation. Done while the conversation's row is locked."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.coming_back import Meaning, meaning_of
from deskhand.conversation.desk import EventKind
from deskhand.conversation.lines import THANKS_FOR_HIGH_RATING, THANKS_FOR_LOW_RATING
from deskhand.conversation.model import InboundMessage, Outcome, Status
from deskhand.conversation.reading import read_rating
from deskhand.settings import get_settings
from deskhand.store.control import change
from deskhand.store.desk.events import note_event
from deskhand.store.outgoing import queue_out, store_line
from deskhand.store.people_tables import agents
from deskhand.store.rows import AnyRow
from deskhand.store.tables import conversations

GOOD_RATING = 4


async def resolved_lately(connection: AsyncConnection, contact_id: UUID, now: datetime) -> AnyRow | None:
    """The conversation that the contact comes back to: their last one, if an agent resolved it not long ago."""
    since = now - timedelta(hours=get_settings().reopen_hours)
    found = await connection.execute(
        select(conversations)
        .where(conversations.c.contact_id == contact_id)
        .order_by(conversations.c.opened_at.desc())
        .limit(1)
        .with_for_update(key_share=True)
    )
    row = found.one_or_none()
    if row is None or row.status != Status.RESOLVED or row.outcome != Outcome.RESOLVED_BY_AGENT:
        return None
    return row if row.resolved_at > since else None


def what_is_meant(row: AnyRow, inbound: InboundMessage) -> Meaning:
    unrated = row.rated_at is None or row.rating_asked_at is None or row.rated_at < row.rating_asked_at
    # A star that is pressed after another one replaces it: some channels go on showing them.
    asked = row.rating_asked_at is not None and (unrated or inbound.button_id is not None)
    return meaning_of(inbound.text, rating_asked=asked, has_files=bool(inbound.attachments))


async def take_up_again(connection: AsyncConnection, row: AnyRow, now: datetime) -> AnyRow:
    """It is open again and counted as such, with the agent who had it, who has not left meanwhile."""
    still_here = await connection.scalar(
        select(agents.c.id).where(agents.c.id == row.assignee_id, agents.c.active.is_(True))
    )
    await note_event(connection, row.id, EventKind.REOPENED, now)
    return await change(
        connection,
        row.id,
        status=Status.OPEN,
        outcome=None,
        resolved_at=None,
        rating_asked_at=None,
        reopened=row.reopened + 1,
        control_token=row.control_token + 1,
        handoff_token=None,
        assignee_id=still_here,
        waiting_since=now,
    )


async def keep_rating(connection: AsyncConnection, row: AnyRow, text: str, now: datetime) -> None:
    """Stores it and thanks for it. To be called once the message itself is stored."""
    rating = read_rating(text)
    await change(connection, row.id, rating=rating, rated_at=now)
    good = rating is not None and rating >= GOOD_RATING
    line = await store_line(connection, row.id, THANKS_FOR_HIGH_RATING if good else THANKS_FOR_LOW_RATING, now)
    await queue_out(connection, row.contact_id, [line], now)
