"""People who work at an outside desk. They have a row here, so that what they do has an author, and no account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from deskhand.conversation.outside import Person
from deskhand.conversation.people import Agent, Role
from deskhand.store.database import Database
from deskhand.store.desk.agents import agent, people
from deskhand.store.people_tables import agents
from deskhand.store.tables import conversations
from deskhand.store.texts import storable

_NO_PASSWORD = "!"  # noqa: S105 - no password has this hash


class OutsidePeople:
    def __init__(self, db: Database, desk: str) -> None:
        self._db = db
        self._desk = desk

    async def known(self, person: Person) -> Agent:
        """Who this is here, with the name that they have now."""
        outside_id, name = storable(f"{self._desk}:{person.id}"), storable(person.name)
        add = insert(agents).values(
            id=uuid4(),
            email=f"{outside_id.replace(':', '-')}@outside.invalid",
            name=name,
            role=Role.AGENT,
            password_hash=_NO_PASSWORD,
            must_change_password=False,
            active=False,
            outside_id=outside_id,
            created_at=datetime.now(UTC),
        )
        async with self._db.begin() as connection:
            # No index is named: of two who come at once, one may meet the other at the address before the id.
            await connection.execute(add.on_conflict_do_nothing())
            await connection.execute(update(agents).where(agents.c.outside_id == outside_id).values(name=name))
            found = await connection.execute(people().where(agents.c.outside_id == outside_id))
            return agent(found.one())


async def let_see(db: Database, one: Agent, conversation_id: object) -> Agent:
    """The same person, in the conversation's team: who may see what is decided by the outside desk's own rules."""
    async with db.begin() as connection:
        team = await connection.scalar(select(conversations.c.team).where(conversations.c.id == conversation_id))
    return replace(one, teams=frozenset({team} if team else ()))


async def who_has(db: Database, conversation_id: object) -> Agent | None:
    """The agent, of whichever desk, whose conversation it is."""
    holder = select(conversations.c.assignee_id).where(conversations.c.id == conversation_id).scalar_subquery()
    async with db.begin() as connection:
        row = (await connection.execute(people().where(agents.c.id == holder))).one_or_none()
    return agent(row) if row is not None else None
