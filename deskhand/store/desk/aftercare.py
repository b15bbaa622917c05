"""What is done after people have answered: asking for a rating, asking who has gone silent, closing what is left.

Each is looked for and done by a task that runs every minute, one conversation a transaction, so that nothing is
done twice and a failure in one does not hold up the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.lines import ASK_FOR_RATING, STILL_THERE
from deskhand.conversation.model import Author, Button, Outcome, Reply, Status
from deskhand.store import changes
from deskhand.store.control import change, close, locked
from deskhand.store.database import Database
from deskhand.store.delivery_tables import sends
from deskhand.store.desk_tables import aftercare, callbacks
from deskhand.store.errors import StoreError
from deskhand.store.outgoing import queue_out, store_line
from deskhand.store.replies import store_replies
from deskhand.store.rows import AnyRow
from deskhand.store.tables import contacts, conversations, messages

log = logging.getLogger(__name__)

ASKED_WITHIN = timedelta(hours=2)
"""Nobody is asked about what ended longer ago."""
AT_ONCE = 100
STARS = tuple(Button("★" * stars, f'/rate{{"rating": "{stars}"}}') for stars in range(5, 0, -1))


class Aftercare:
    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def ask_for_ratings(self) -> list[UUID]:
        """Asks each contact whose conversation an agent has just resolved. Returns the conversations."""
        return await self._each(_to_rate(self._now()), self._ask_for_rating)

    async def ask_the_silent(self, hours: float) -> list[UUID]:
        """Asks contacts who have not replied to an agent for so long whether they are still there."""
        return await self._each(_silent(self._now() - timedelta(hours=hours)), self._ask_if_there)

    async def close_abandoned(self, hours: float) -> list[UUID]:
        """Ends the conversations of contacts who were asked so long ago and have not written since."""
        return await self._each(_abandoned(self._now() - timedelta(hours=hours)), self._close)

    async def _each(self, due: Select[Any], act: Callable[[AsyncConnection, AnyRow], Any]) -> list[UUID]:
        """The query decides again once the row is locked: a message may have come in meanwhile."""
        async with self._db.begin() as connection:
            found = list((await connection.execute(due.limit(AT_ONCE))).scalars())
        done: list[UUID] = []
        for conversation_id in found:
            try:
                async with self._db.begin() as connection:
                    row = await locked(connection, conversation_id)
                    still = due.where(conversations.c.id == conversation_id)
                    if (await connection.execute(still)).first() is None:
                        continue
                    await act(connection, row)
                    await changes.tell(connection, conversation_id)
                    done.append(conversation_id)
            except StoreError as exc:
                log.warning("Aftercare of conversation %s failed (%s).", conversation_id, type(exc).__name__)
        return done

    async def _ask_for_rating(self, connection: AsyncConnection, row: AnyRow) -> None:
        now = self._now()
        stored = await store_replies(connection, row.id, [Reply(ASK_FOR_RATING, buttons=STARS)], now)
        await queue_out(connection, row.contact_id, stored, now)
        await change(connection, row.id, rating_asked_at=now)

    async def _ask_if_there(self, connection: AsyncConnection, row: AnyRow) -> None:
        now = self._now()
        line = await store_line(connection, row.id, STILL_THERE, now)
        await queue_out(connection, row.contact_id, [line], now)
        values = {"asked_if_there_at": now, "asked_in": line.id}
        await connection.execute(
            insert(aftercare)
            .values(conversation_id=row.id, **values)
            .on_conflict_do_update(index_elements=[aftercare.c.conversation_id], set_=values)
        )

    async def _close(self, connection: AsyncConnection, row: AnyRow) -> None:
        await _withdraw_question(connection, row.id)
        await close(connection, row, Outcome.ABANDONED, self._now())


def _to_rate(now: datetime) -> Select[Any]:
    reachable = select(contacts.c.id).where(
        contacts.c.id == conversations.c.contact_id, contacts.c.unreachable_at.is_(None)
    )
    return select(conversations.c.id).where(
        conversations.c.status == Status.RESOLVED,
        conversations.c.outcome == Outcome.RESOLVED_BY_AGENT,
        conversations.c.resolved_at > now - ASKED_WITHIN,
        conversations.c.rating_asked_at.is_(None),
        # Somebody wrote to them: a conversation that was only tidied away is not asked about.
        conversations.c.first_response_at.is_not(None),
        reachable.exists(),
        ~_newer_conversation(),
    )


def _newer_conversation() -> Any:
    other = conversations.alias()
    return exists().where(
        other.c.contact_id == conversations.c.contact_id, other.c.opened_at > conversations.c.opened_at
    )


def _answered_by_agent() -> Any:
    """An agent has it and has answered, and the contact is to write next."""
    return and_(
        conversations.c.status == Status.OPEN,
        conversations.c.assignee_id.is_not(None),
        conversations.c.waiting_since.is_(None),
        ~exists().where(callbacks.c.conversation_id == conversations.c.id, callbacks.c.done_at.is_(None)),
    )


def _last_answer() -> Any:
    return (
        select(func.max(messages.c.sent_at))
        .where(messages.c.conversation_id == conversations.c.id, messages.c.author == Author.AGENT)
        .scalar_subquery()
    )


def _silent(since: datetime) -> Select[Any]:
    asked = (
        select(aftercare.c.asked_if_there_at).where(aftercare.c.conversation_id == conversations.c.id).scalar_subquery()
    )
    return select(conversations.c.id).where(
        _answered_by_agent(),
        conversations.c.last_message_at <= since,
        _last_answer() <= since,
        or_(asked.is_(None), asked < _last_answer()),
    )


def _abandoned(since: datetime) -> Select[Any]:
    asked = exists().where(
        aftercare.c.conversation_id == conversations.c.id,
        aftercare.c.asked_if_there_at <= since,
        aftercare.c.asked_if_there_at > _last_answer(),
    )
    wrote = exists().where(
        messages.c.conversation_id == conversations.c.id,
        messages.c.author == Author.CONTACT,
        messages.c.sent_at > since,
    )
    return select(conversations.c.id).where(_answered_by_agent(), asked, ~wrote)


async def _withdraw_question(connection: AsyncConnection, conversation_id: UUID) -> None:
    """A question that could not be delivered makes no sense once the conversation has ended."""
    asked_in = select(aftercare.c.asked_in).where(aftercare.c.conversation_id == conversation_id).scalar_subquery()
    withdrawn = await connection.execute(
        update(sends)
        .where(sends.c.message_id == asked_in, sends.c.state == "waiting")
        .values(state="failed")
        .returning(sends.c.message_id)
    )
    for message_id in withdrawn.scalars().all():
        await connection.execute(update(messages).where(messages.c.id == message_id).values(delivery="failed"))
