"""Agents' accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.people import Agent, Role, Theme, check_adding, check_change
from deskhand.store.database import Database
from deskhand.store.desk import audit
from deskhand.store.desk.passwords import Passwords
from deskhand.store.errors import StoreError
from deskhand.store.people_tables import agent_sessions, agent_teams, agents
from deskhand.store.rows import AnyRow
from deskhand.store.texts import storable

# Whoever changes roles or sends somebody away holds this, so that two cannot send away each other.
_ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(func.hashtextextended("deskhand agents", 0)))


class AgentNotFound(StoreError):
    """There is no such account."""


class EmailTaken(StoreError):
    """Somebody else signs in with this email address."""


class Agents:
    """`actor` is who does it; None stands for a command on the server, which may do everything."""

    def __init__(
        self,
        db: Database,
        *,
        passwords: Passwords | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._db = db
        self._passwords = passwords or Passwords()
        self._now = now

    async def add(
        self,
        actor: Agent | None,
        *,
        email: str,
        name: str,
        role: Role,
        password: str,
        teams: Iterable[str] = (),
        must_change_password: bool = True,
    ) -> Agent:
        """Raises `EmailTaken`, `NotPermitted`."""
        if actor is not None:
            check_adding(actor, role)
        password_hash = await self._passwords.hashed(password)
        agent = Agent(
            id=uuid4(),
            email=storable(email.strip()),
            name=storable(name.strip()),
            role=role,
            created_at=self._now(),
            teams=frozenset(teams),
            must_change_password=must_change_password,
        )
        try:
            async with self._db.begin() as connection:
                await connection.execute(insert(agents).values(**_columns(agent), password_hash=password_hash))
                await _write_teams(connection, agent)
                details = {"agent": str(agent.id), "role": role}
                await audit.write(connection, actor, "person.added", at=self._now(), details=details)
        except IntegrityError as exc:
            raise _translated(exc) from exc
        return agent

    async def change(self, actor: Agent | None, agent_id: UUID, **changes: Any) -> Agent:
        """Changes fields of `Agent`. Who is sent away (`active=False`) is signed out everywhere.

        Raises `AgentNotFound`, `EmailTaken`, `NotPermitted`, `LastAdministrator`.
        """
        try:
            async with self._db.begin() as connection:
                await connection.execute(_ONE_AT_A_TIME)
                before = await _one(connection, agent_id)
                after = replace(before, **changes)
                if actor is not None:
                    others = await _other_administrators(connection, agent_id)
                    check_change(await _one(connection, actor.id), before, after, other_administrators=others)
                await connection.execute(update(agents).where(agents.c.id == agent_id).values(**_columns(after)))
                await _write_teams(connection, after)
                if not after.active:
                    await self._sign_out(connection, agent_id)
                details: dict[str, object] = {"agent": str(agent_id), "changed": sorted(_changed(before, after))}
                if before.role != after.role:
                    details |= {"role": after.role}
                if before.active != after.active:
                    details |= {"active": after.active}
                await audit.write(connection, actor, "person.changed", at=self._now(), details=details)
                return after
        except IntegrityError as exc:
            raise _translated(exc) from exc

    async def set_password(
        self, actor: Agent | None, agent_id: UUID, password: str, *, must_change: bool, keep_session: UUID | None = None
    ) -> None:
        """Also ends all of the account's sessions but `keep_session`. Raises `AgentNotFound`, `NotPermitted`."""
        password_hash = await self._passwords.hashed(password)
        async with self._db.begin() as connection:
            before = await _one(connection, agent_id)
            if actor is not None:
                check_change(await _one(connection, actor.id), before, before, other_administrators=1)
            await connection.execute(
                update(agents)
                .where(agents.c.id == agent_id)
                .values(password_hash=password_hash, must_change_password=must_change)
            )
            await self._sign_out(connection, agent_id, keep_session)
            details = {"agent": str(agent_id)}
            await audit.write(connection, actor, "person.password_changed", at=self._now(), details=details)

    async def verified(self, email: str, password: str) -> Agent | None:
        """Who signs in with these; None if nobody does. Takes as long either way."""
        async with self._db.begin() as connection:
            found = await connection.execute(people().where(func.lower(agents.c.email) == _key(email)))
            row = found.one_or_none()
        right = await self._passwords.verify(row.password_hash if row else None, password)
        if not right or row is None or not row.active:
            return None
        if self._passwords.is_outdated(row.password_hash):
            await self._rehash(row.id, row.password_hash, password)
        return agent(row)

    async def get(self, agent_id: UUID) -> Agent:
        """Raises `AgentNotFound`."""
        async with self._db.begin() as connection:
            return await _one(connection, agent_id)

    async def with_email(self, email: str) -> Agent | None:
        async with self._db.begin() as connection:
            found = await connection.execute(people().where(func.lower(agents.c.email) == _key(email)))
            row = found.one_or_none()
        return agent(row) if row else None

    async def all(self, *, active_only: bool = False) -> Sequence[Agent]:
        """By name, without the people of an outside desk."""
        query = people().where(agents.c.outside_id.is_(None)).order_by(func.lower(agents.c.name), agents.c.id)
        if active_only:
            query = query.where(agents.c.active)
        async with self._db.begin() as connection:
            return [agent(row) for row in await connection.execute(query)]

    async def _sign_out(self, connection: AsyncConnection, agent_id: UUID, keep_session: UUID | None = None) -> None:
        ended = update(agent_sessions).where(
            agent_sessions.c.agent_id == agent_id, agent_sessions.c.revoked_at.is_(None)
        )
        if keep_session is not None:
            ended = ended.where(agent_sessions.c.id != keep_session)
        await connection.execute(ended.values(revoked_at=self._now()))

    async def _rehash(self, agent_id: UUID, old: str, password: str) -> None:
        new = await self._passwords.hashed(password)
        async with self._db.begin() as connection:
            await connection.execute(
                update(agents).where(agents.c.id == agent_id, agents.c.password_hash == old).values(password_hash=new)
            )


def agent(row: AnyRow) -> Agent:
    """From a row of `people()`."""
    return Agent(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        created_at=row.created_at,
        teams=frozenset(row.teams or ()),
        active=row.active,
        must_change_password=row.must_change_password,
        language=row.language,
        theme=Theme(row.theme),
        sound=row.sound,
        last_seen_at=row.last_seen_at,
    )


def people() -> Select[Any]:
    """Every column of agents, and their `teams`."""
    teams = (
        select(func.array_agg(agent_teams.c.team))
        .where(agent_teams.c.agent_id == agents.c.id)
        .scalar_subquery()
        .label("teams")
    )
    return select(agents, teams)


def _key(email: str) -> str:
    return storable(email.strip()).lower()


async def _one(connection: AsyncConnection, agent_id: UUID) -> Agent:
    found = await connection.execute(people().where(agents.c.id == agent_id))
    row = found.one_or_none()
    if row is None:
        raise AgentNotFound("There is no such account.")
    return agent(row)


async def _other_administrators(connection: AsyncConnection, agent_id: UUID) -> int:
    count = await connection.scalar(
        select(func.count())
        .select_from(agents)
        .where(agents.c.role == Role.ADMINISTRATOR, agents.c.active, agents.c.id != agent_id)
    )
    return int(count or 0)


async def _write_teams(connection: AsyncConnection, one: Agent) -> None:
    await connection.execute(delete(agent_teams).where(agent_teams.c.agent_id == one.id))
    if one.teams:
        rows = [{"agent_id": one.id, "team": team} for team in sorted(one.teams)]
        await connection.execute(insert(agent_teams), rows)


def _columns(one: Agent) -> dict[str, object]:
    return {
        "id": one.id,
        "email": storable(one.email),
        "name": storable(one.name),
        "role": one.role,
        "must_change_password": one.must_change_password,
        "active": one.active,
        "language": one.language,
        "theme": one.theme,
        "sound": one.sound,
        "created_at": one.created_at,
    }


def _changed(before: Agent, after: Agent) -> set[str]:
    return {name for name in Agent.__dataclass_fields__ if getattr(before, name) != getattr(after, name)}


def _translated(exc: IntegrityError) -> Exception:
    if "uq_agents_email" in str(exc.orig):
        return EmailTaken("Somebody else signs in with this email address.")
    return exc
