"""How the desk and the assistant do: counts and times over a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Outcome, Status
from deskhand.store.database import Database
from deskhand.store.tables import conversations, handoffs


@dataclass(frozen=True)
class Rating:
    """CSAT: the mean of ratings from 1 to 5, and the share of those who gave 4 or 5."""

    count: int
    mean: float | None
    satisfied: float | None


@dataclass(frozen=True)
class Overview:
    """Of conversations that were opened in the period, except where said otherwise."""

    conversations: int
    outcomes: Mapping[Outcome, int]
    handed_over: int
    """Conversations with at least one handoff."""
    reasons: Mapping[str, int]
    """Handoffs by their reason, the most frequent first."""
    reopened: int
    ratings: Mapping[Outcome, Rating]
    first_response_seconds: float | None
    """Median from the first handoff to the first words of an agent (FRT)."""
    resolution_seconds: Mapping[Outcome, float]
    """Median from opening to resolution (TTR), of outcomes that there are."""
    waiting_now: int
    """Contacts who wait for an agent at this moment."""
    longest_wait_seconds: float | None

    @property
    def resolved(self) -> int:
        return sum(self.outcomes.values())

    @property
    def resolved_by_assistant(self) -> float | None:
        """The assistant's share of what is resolved, from 0 to 1; None when nothing is."""
        return self.outcomes.get(Outcome.RESOLVED_BY_ASSISTANT, 0) / self.resolved if self.resolved else None

    @property
    def handed_over_share(self) -> float | None:
        return self.handed_over / self.conversations if self.conversations else None


async def overview(db: Database, since: datetime, now: datetime) -> Overview:
    opened = conversations.c.opened_at >= since
    async with db.begin() as connection:
        total, reopened = (await connection.execute(_totals(opened))).one()
        by_outcome = (await connection.execute(_by_outcome(opened))).all()
        waiting, longest = (await connection.execute(_waiting(now))).one()
        return Overview(
            conversations=total,
            outcomes={Outcome(row.outcome): row.amount for row in by_outcome},
            handed_over=await _handed_over(connection, opened),
            reasons=await _reasons(connection, opened),
            reopened=reopened,
            ratings={
                Outcome(row.outcome): Rating(row.rated, _float(row.mean), _float(row.satisfied)) for row in by_outcome
            },
            first_response_seconds=await _first_response(connection, opened),
            resolution_seconds={Outcome(row.outcome): float(row.seconds) for row in by_outcome},
            waiting_now=waiting,
            longest_wait_seconds=_float(longest),
        )


def _totals(opened: ColumnElement[bool]) -> Any:
    return select(func.count(), func.count().filter(conversations.c.reopened > 0)).where(opened)


def _by_outcome(opened: ColumnElement[bool]) -> Any:
    c = conversations.c
    seconds = func.extract("epoch", c.resolved_at - c.opened_at)
    satisfied = func.count().filter(c.rating >= 4) * 1.0 / func.nullif(func.count(c.rating), 0)
    return (
        select(
            c.outcome,
            func.count().label("amount"),
            func.count(c.rating).label("rated"),
            func.avg(c.rating).label("mean"),
            satisfied.label("satisfied"),
            func.percentile_cont(0.5).within_group(seconds).label("seconds"),
        )
        .where(opened, c.outcome.is_not(None))
        .group_by(c.outcome)
    )


def _waiting(now: datetime) -> Any:
    c = conversations.c
    longest = func.extract("epoch", now - func.min(c.waiting_since))
    return select(func.count(), longest).where(c.status == Status.OPEN, c.waiting_since.is_not(None))


async def _handed_over(connection: AsyncConnection, opened: ColumnElement[bool]) -> int:
    distinct = func.count(handoffs.c.conversation_id.distinct())
    joined = conversations.join(handoffs, handoffs.c.conversation_id == conversations.c.id)
    return int(await connection.scalar(select(distinct).select_from(joined).where(opened)) or 0)


async def _reasons(connection: AsyncConnection, opened: ColumnElement[bool]) -> dict[str, int]:
    reason = handoffs.c.packet["reason"].astext.label("reason")
    query = (
        select(reason, func.count().label("amount"))
        .join(conversations, conversations.c.id == handoffs.c.conversation_id)
        .where(opened)
        .group_by(reason)
        .order_by(func.count().desc(), reason)
    )
    return {str(row.reason): row.amount for row in await connection.execute(query)}


async def _first_response(connection: AsyncConnection, opened: ColumnElement[bool]) -> float | None:
    first = (
        select(func.min(handoffs.c.requested_at))
        .where(handoffs.c.conversation_id == conversations.c.id)
        .correlate(conversations)
        .scalar_subquery()
    )
    # An agent may have stepped in before the assistant asked for one: nobody waited.
    seconds = func.greatest(func.extract("epoch", conversations.c.first_response_at - first), 0)
    asked = select(seconds.label("seconds")).where(
        opened, conversations.c.first_response_at.is_not(None), first.is_not(None)
    )
    times = asked.subquery()
    return _float(await connection.scalar(select(func.percentile_cont(0.5).within_group(times.c.seconds))))


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
