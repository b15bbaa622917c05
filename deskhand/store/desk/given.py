"""To whom a conversation can be given."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.people import Role
from deskhand.store.desk_tables import teams
from deskhand.store.errors import CannotTake
from deskhand.store.people_tables import agent_teams, agents


async def name_of(connection: AsyncConnection, agent_id: UUID) -> str:
    return str(await connection.scalar(select(agents.c.name).where(agents.c.id == agent_id)))


async def check_team_exists(connection: AsyncConnection, team: str) -> None:
    """Raises `CannotTake`."""
    if await connection.scalar(select(teams.c.name).where(teams.c.name == team)) is None:
        raise CannotTake("There is no such team.")


async def check_agent_can_have(connection: AsyncConnection, agent_id: UUID, team: str | None) -> str:
    """The agent's name. Raises `CannotTake` for one who left, or who may not see the team's conversations."""
    found = await connection.execute(select(agents).where(agents.c.id == agent_id))
    row = found.one_or_none()
    if row is None or not row.active:
        raise CannotTake("There is no such agent any more.")
    restricted = await connection.scalar(select(teams.c.restricted).where(teams.c.name == team))
    if restricted and row.role != Role.ADMINISTRATOR:
        member = select(agent_teams.c.agent_id).where(agent_teams.c.agent_id == agent_id, agent_teams.c.team == team)
        if await connection.scalar(member) is None:
            raise CannotTake(f"{row.name} is not in that team, whose conversations only its members may see.")
    return str(row.name)
