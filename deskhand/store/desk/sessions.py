"""Who is signed in, and where."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.people import Agent
from deskhand.store.database import Database
from deskhand.store.desk import audit
from deskhand.store.desk.agents import agent, people
from deskhand.store.people_tables import agent_sessions, agents
from deskhand.store.rows import AnyRow
from deskhand.store.texts import storable

LONGEST = timedelta(days=7)
"""After this, even a session in use ends."""
_NOTED_EVERY = timedelta(minutes=1)
_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Session:
    id: UUID
    agent_id: UUID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    address: str
    user_agent: str


class Sessions:
    """A session ends when it was not used for `idle`, after `LONGEST`, or when it is revoked."""

    def __init__(
        self,
        db: Database,
        *,
        idle: timedelta = timedelta(hours=12),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._db = db
        self._idle = idle
        self._now = now

    async def open(self, agent_id: UUID, *, address: str = "", user_agent: str = "") -> tuple[str, Session]:
        """The token, which is kept nowhere else, and the session."""
        token, now = secrets.token_urlsafe(32), self._now()
        session = Session(
            uuid4(), agent_id, now, now, now + self._idle, storable(address)[:100], storable(user_agent)[:300]
        )
        async with self._db.begin() as connection:
            await connection.execute(delete(agent_sessions).where(agent_sessions.c.expires_at < now - _KEPT))
            await connection.execute(
                insert(agent_sessions).values(
                    id=session.id,
                    token_hash=_hash(token),
                    agent_id=agent_id,
                    created_at=now,
                    last_used_at=now,
                    expires_at=session.expires_at,
                    address=session.address,
                    user_agent=session.user_agent,
                )
            )
            await connection.execute(update(agents).where(agents.c.id == agent_id).values(last_seen_at=now))
            await audit.write(connection, agent_id, "session.opened", at=now, details={"session": str(session.id)})
        return token, session

    async def find(self, token: str, *, is_used: bool = True) -> tuple[Agent, Session] | None:
        """Whose it is. None when there is no such session, it ended, or the person left.

        `is_used`: the person did something, which keeps the session open.
        """
        now = self._now()
        query = (
            people()
            .add_columns(*(column.label(f"session_{column.name}") for column in agent_sessions.c))
            .join(agent_sessions, agent_sessions.c.agent_id == agents.c.id)
            .where(agent_sessions.c.token_hash == _hash(token), _alive(now), agents.c.active)
        )
        async with self._db.begin() as connection:
            found = await connection.execute(query)
            row = found.one_or_none()
            if row is None:
                return None
            session = _session(row, "session_")
            if is_used and now - session.last_used_at >= _NOTED_EVERY:
                await self._note_use(connection, session, now)
        return agent(row), session

    async def of(self, agent_id: UUID) -> Sequence[Session]:
        """Those that are open, the last used first."""
        query = (
            select(agent_sessions)
            .where(agent_sessions.c.agent_id == agent_id, _alive(self._now()))
            .order_by(agent_sessions.c.last_used_at.desc(), agent_sessions.c.id)
        )
        async with self._db.begin() as connection:
            return [_session(row) for row in await connection.execute(query)]

    async def revoke(self, actor: Agent, session_id: UUID) -> bool:
        """Ends one of the actor's own sessions. Says whether there was one."""
        return await self._end(actor, agent_sessions.c.id == session_id) > 0

    async def revoke_others(self, actor: Agent, keep: UUID) -> int:
        """Ends all of the actor's sessions but this one. Says how many."""
        return await self._end(actor, agent_sessions.c.id != keep)

    async def _end(self, actor: Agent, which: ColumnElement[bool]) -> int:
        now = self._now()
        async with self._db.begin() as connection:
            ended = await connection.execute(
                update(agent_sessions)
                .where(agent_sessions.c.agent_id == actor.id, _alive(now), which)
                .values(revoked_at=now)
            )
            if ended.rowcount:
                await audit.write(connection, actor, "session.revoked", at=now, details={"sessions": ended.rowcount})
            return ended.rowcount

    async def _note_use(self, connection: AsyncConnection, session: Session, now: datetime) -> None:
        expires_at = min(now + self._idle, session.created_at + LONGEST)
        await connection.execute(
            update(agent_sessions)
            .where(agent_sessions.c.id == session.id)
            .values(last_used_at=now, expires_at=expires_at)
        )
        await connection.execute(update(agents).where(agents.c.id == session.agent_id).values(last_seen_at=now))


def _alive(now: datetime) -> ColumnElement[bool]:
    return and_(agent_sessions.c.revoked_at.is_(None), agent_sessions.c.expires_at > now)


def _session(row: AnyRow, prefix: str = "") -> Session:
    return Session(
        **{name: getattr(row, f"{prefix}{name}") for name in Session.__dataclass_fields__},
    )


def _hash(token: str) -> bytes:
    # The token has 256 random bits: a plain hash cannot be guessed back.
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
