"""Teams: their titles, hours and holidays."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from deskhand.conversation.desk import Team
from deskhand.conversation.people import Agent
from deskhand.store.database import Database
from deskhand.store.desk import audit
from deskhand.store.desk.line import team_from
from deskhand.store.desk_tables import teams
from deskhand.store.errors import StoreError
from deskhand.store.people_tables import agent_teams
from deskhand.store.texts import storable

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


class WrongTeam(StoreError):
    """It cannot be kept like this. The message says why."""


class Teams:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> Sequence[Team]:
        """By title."""
        async with self._db.begin() as connection:
            found = await connection.execute(select(teams).order_by(func.lower(teams.c.title), teams.c.name))
            return [team_from(row) for row in found]

    async def get(self, name: str) -> Team | None:
        async with self._db.begin() as connection:
            found = await connection.execute(select(teams).where(teams.c.name == storable(name)))
            row = found.one_or_none()
        return team_from(row) if row is not None else None

    async def sizes(self) -> dict[str, int]:
        """How many people each team has; teams without are left out."""
        query = select(agent_teams.c.team, func.count().label("members")).group_by(agent_teams.c.team)
        async with self._db.begin() as connection:
            return {row.team: row.members for row in await connection.execute(query)}

    async def add(self, actor: Agent, team: Team) -> None:
        """Raises `WrongTeam`."""
        if not _NAME.fullmatch(team.name):
            raise WrongTeam("A short name begins with a letter and has small letters, digits, - and _ only.")
        try:
            async with self._db.begin() as connection:
                await connection.execute(insert(teams).values(name=team.name, **_columns(team)))
                await audit.write(connection, actor, "team.added", details={"team": team.name})
        except IntegrityError as exc:
            raise WrongTeam("There is a team with this short name already.") from exc

    async def change(self, actor: Agent, team: Team) -> None:
        """Everything but the name. Raises `WrongTeam`."""
        async with self._db.begin() as connection:
            done = await connection.execute(update(teams).where(teams.c.name == team.name).values(**_columns(team)))
            if not done.rowcount:
                raise WrongTeam("There is no such team.")
            await audit.write(connection, actor, "team.changed", details={"team": team.name})


def _columns(team: Team) -> dict[str, object]:
    if not team.title.strip():
        raise WrongTeam("A team needs a title.")
    hours = None
    if team.hours is not None:
        hours = {
            str(day): [f"{team.hours[day][0]:%H:%M}", f"{team.hours[day][1]:%H:%M}"] if day in team.hours else None
            for day in range(7)
        }
    return {
        "title": storable(team.title.strip()),
        "restricted": team.restricted,
        "hours": hours,
        "holidays": [day.isoformat() for day in sorted(set(team.holidays))],
    }
