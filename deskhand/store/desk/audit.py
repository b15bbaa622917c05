"""The log of what was done at the desk. Entries are added, in the transaction of what they tell, and never changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.people import Agent
from deskhand.store.database import Database
from deskhand.store.people_tables import agents, audit_log
from deskhand.store.texts import storable

client_address: ContextVar[str] = ContextVar("client_address", default="")
"""Where the present request comes from. The desk sets it, so that nobody has to hand it through."""


async def write(
    connection: AsyncConnection,
    actor: Agent | UUID | None,
    action: str,
    *,
    conversation_id: UUID | None = None,
    at: datetime | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Adds an entry. `action` is a noun and a past verb, such as `conversation.taken`; `details` are JSON values,
    and hold no message's text."""
    await connection.execute(
        insert(audit_log).values(
            at=at or datetime.now(UTC),
            agent_id=actor.id if isinstance(actor, Agent) else actor,
            action=action,
            conversation_id=conversation_id,
            details=dict(details or {}),
            address=storable(client_address.get())[:100],
        )
    )


@dataclass(frozen=True)
class AuditEntry:
    id: int
    at: datetime
    agent_id: UUID | None
    agent_name: str | None
    """None: a command on the server, or somebody who was not signed in."""
    action: str
    conversation_id: UUID | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    address: str = ""


class AuditLog:
    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def add(
        self,
        actor: Agent | UUID | None,
        action: str,
        *,
        conversation_id: UUID | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """An entry about something that has no transaction in this database."""
        async with self._db.begin() as connection:
            await write(connection, actor, action, conversation_id=conversation_id, at=self._now(), details=details)

    async def page(
        self,
        *,
        agent_id: UUID | None = None,
        conversation_id: UUID | None = None,
        kind: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> Sequence[AuditEntry]:
        """The latest entries, those with ids below `before`. `kind` is the noun that actions begin with."""
        query = (
            select(audit_log, agents.c.name.label("agent_name"))
            .join(agents, agents.c.id == audit_log.c.agent_id, isouter=True)
            .order_by(audit_log.c.id.desc())
            .limit(limit)
        )
        if agent_id is not None:
            query = query.where(audit_log.c.agent_id == agent_id)
        if conversation_id is not None:
            query = query.where(audit_log.c.conversation_id == conversation_id)
        if kind is not None:
            query = query.where(audit_log.c.action.startswith(f"{kind}.", autoescape=True))
        if before is not None:
            query = query.where(audit_log.c.id < before)
        async with self._db.begin() as connection:
            found = await connection.execute(query)
            return [
                AuditEntry(
                    row.id,
                    row.at,
                    row.agent_id,
                    row.agent_name,
                    row.action,
                    row.conversation_id,
                    row.details,
                    row.address,
                )
                for row in found
            ]
