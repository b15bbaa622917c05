"""The first account of the desk, and a way in for who is locked out."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import exists, func, select

from deskhand.conversation.people import Role
from deskhand.store.database import Database
from deskhand.store.desk.agents import Agents
from deskhand.store.desk.passwords import Passwords, one_time_password
from deskhand.store.people_tables import agents

_FIRST = select(func.pg_advisory_lock(func.hashtextextended("deskhand first administrator", 0)))
_DONE = select(func.pg_advisory_unlock(func.hashtextextended("deskhand first administrator", 0)))


async def make_first_administrator(db: Database, email: str, *, passwords: Passwords | None = None) -> str | None:
    """Makes an administrator if nobody has an account. Returns the one-time password, which is kept nowhere; None if
    there was somebody. Of several that start at one moment, one makes the account."""
    async with db.begin() as connection:
        await connection.execute(_FIRST)
        try:
            if await connection.scalar(select(exists(select(agents.c.id).where(agents.c.outside_id.is_(None))))):
                return None
            password = one_time_password()
            people = Agents(db, passwords=passwords)
            await people.add(None, email=email, name="Administrator", role=Role.ADMINISTRATOR, password=password)
            return password
        finally:
            await connection.execute(_DONE)


async def let_in_administrator(db: Database, email: str, name: str, *, passwords: Passwords | None = None) -> str:
    """Makes this person an administrator who may sign in, whoever they were before. Returns a one-time password."""
    people, password = Agents(db, passwords=passwords), one_time_password()
    known = await people.with_email(email)
    if known is None:
        await people.add(None, email=email, name=name, role=Role.ADMINISTRATOR, password=password)
        return password
    wanted = replace(known, role=Role.ADMINISTRATOR, active=True)
    if wanted != known:
        await people.change(None, known.id, role=wanted.role, active=wanted.active)
    await people.set_password(None, known.id, password, must_change=True)
    return password
