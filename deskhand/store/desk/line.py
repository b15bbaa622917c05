"""The line of those who wait for an agent, team by team."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.desk import Team
from deskhand.conversation.model import Status
from deskhand.conversation.routing import Hours
from deskhand.store.database import Database
from deskhand.store.desk_tables import teams
from deskhand.store.rows import AnyRow
from deskhand.store.tables import conversations


@dataclass(frozen=True)
class Place:
    """Where somebody stands who waits for an agent."""

    position: int
    """1 is next. Counted when it was asked for: those before may be answered at any moment."""
    team: Team


class Line:
    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def place(self, conversation_id: UUID | str) -> Place | None:
        """None for who does not wait: an agent has the conversation, or none was asked for."""
        try:
            wanted = UUID(str(conversation_id))
        except ValueError:
            return None  # as in `rasa shell`
        async with self._db.begin() as connection:
            found = await connection.execute(select(conversations).where(conversations.c.id == wanted, _waits()))
            row = found.one_or_none()
            if row is None:
                return None
            before = await connection.scalar(
                select(func.count()).select_from(conversations).where(_waits(), _same_team(row), _is_before(row))
            )
            return Place(int(before or 0) + 1, await _team(connection, row.team))

    async def team(self, name: str) -> Team:
        """The team; one with the business's hours when there is none of this name."""
        async with self._db.begin() as connection:
            return await _team(connection, name)

    async def team_names(self) -> list[str]:
        async with self._db.begin() as connection:
            return list((await connection.execute(select(teams.c.name))).scalars())


def _waits() -> Any:
    return and_(conversations.c.status == Status.OPEN, conversations.c.assignee_id.is_(None))


def _same_team(row: AnyRow) -> Any:
    return conversations.c.team.is_(None) if row.team is None else conversations.c.team == row.team


def _is_before(row: AnyRow) -> Any:
    """In the order in which the desk shows them."""
    theirs, mine = conversations.c.priority, row.priority
    since, my_since = conversations.c.waiting_since, row.waiting_since
    if my_since is None:
        return and_(theirs <= mine, since.is_not(None))
    earlier = or_(since < my_since, and_(since == my_since, conversations.c.id < row.id))
    return or_(and_(theirs < mine, since.is_not(None)), and_(theirs == mine, earlier))


async def _team(connection: AsyncConnection, name: str | None) -> Team:
    row = (await connection.execute(select(teams).where(teams.c.name == name))).one_or_none()
    return team_from(row) if row is not None else Team(name or "general", (name or "general").capitalize())


def team_from(row: AnyRow) -> Team:
    return Team(
        name=row.name,
        title=row.title,
        restricted=row.restricted,
        hours=hours_from(row.hours) if row.hours is not None else None,
        holidays=tuple(date.fromisoformat(one) for one in row.holidays),
    )


def hours_from(stored: dict[str, Sequence[str] | None]) -> Hours:
    """Hours as the table keeps them: {"0": ["09:00", "17:00"], "6": null}."""
    return {
        int(day): (time.fromisoformat(span[0]), time.fromisoformat(span[1]))
        for day, span in stored.items()
        if span is not None
    }
