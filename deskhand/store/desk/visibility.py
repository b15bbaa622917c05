"""Which conversations an agent may see. Conditions in SQL, so that nothing else ever leaves the database."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true

from deskhand.conversation.people import Agent, Role
from deskhand.store.database import Database
from deskhand.store.desk_tables import teams
from deskhand.store.tables import conversations

_RESTRICTED = select(teams.c.name).where(teams.c.restricted)


def visible_to(agent: Agent) -> ColumnElement[bool]:
    """As `deskhand.conversation.people.sees_team`, of rows of `conversations`."""
    if agent.role is Role.ADMINISTRATOR:
        return true()
    team = conversations.c.team
    return or_(team.is_(None), team.in_(sorted(agent.teams)), team.not_in(_RESTRICTED))


async def visible_among(db: Database, agent: Agent, ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these conversations that the agent may see."""
    if not ids:
        return frozenset()
    async with db.begin() as connection:
        found = await connection.execute(
            select(conversations.c.id).where(conversations.c.id.in_(ids), visible_to(agent))
        )
        return frozenset(found.scalars())
