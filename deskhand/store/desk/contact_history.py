"""Everything that an agent may see of one contact, and the list of those who want to be called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Label, func, select

from deskhand.conversation.desk import Callback
from deskhand.conversation.model import Outcome, Status
from deskhand.conversation.people import Agent
from deskhand.store.database import Database
from deskhand.store.desk.callbacks import callback
from deskhand.store.desk.visibility import visible_to
from deskhand.store.desk_tables import callbacks
from deskhand.store.people_tables import agents
from deskhand.store.rows import AnyRow
from deskhand.store.tables import contacts, conversations, handoffs

MOST_CONVERSATIONS = 200


@dataclass(frozen=True)
class PastConversation:
    id: UUID
    status: Status
    opened_at: datetime
    resolved_at: datetime | None
    outcome: Outcome | None
    rating: int | None
    team: str | None
    assignee_name: str | None
    reason: str | None
    """Of the last handoff."""
    summary: str | None
    """What the last handoff said."""


@dataclass(frozen=True)
class ContactHistory:
    id: UUID
    channel: str
    name: str | None
    """As the CRM has it, if the contact was identified; else what they call themselves on their channel."""
    created_at: datetime
    last_heard_at: datetime | None
    unreachable_at: datetime | None
    conversations: Sequence[PastConversation]
    """The latest first."""


@dataclass(frozen=True)
class ListedCallback:
    callback: Callback
    contact_name: str | None
    channel: str
    done_by_name: str | None


async def contact_history(db: Database, agent: Agent, contact_id: UUID) -> ContactHistory | None:
    """None when there is no such contact, or when all their conversations are other teams' only."""
    query = (
        select(
            conversations,
            agents.c.name.label("assignee_name"),
            _packet("reason"),
            _packet("summary"),
        )
        .join(agents, agents.c.id == conversations.c.assignee_id, isouter=True)
        .where(conversations.c.contact_id == contact_id, visible_to(agent))
        .order_by(conversations.c.opened_at.desc(), conversations.c.id)
        .limit(MOST_CONVERSATIONS)
    )
    async with db.begin() as connection:
        found = (await connection.execute(query)).all()
        if not found:
            return None
        who = await connection.execute(select(contacts).where(contacts.c.id == contact_id))
        contact = who.one()
        name = await connection.scalar(select(_name(agent)).where(contacts.c.id == contact_id))
    return ContactHistory(
        id=contact.id,
        channel=contact.channel,
        name=name,
        created_at=contact.created_at,
        last_heard_at=contact.last_heard_at,
        unreachable_at=contact.unreachable_at,
        conversations=[_past(row) for row in found],
    )


async def listed_callbacks(db: Database, agent: Agent, *, done: bool, limit: int = 200) -> Sequence[ListedCallback]:
    """Of conversations that the agent may see: what is to do, the soonest first, or what was done last."""
    query = (
        select(callbacks, contacts.c.channel, agents.c.name.label("done_by_name"), _name(agent).label("contact_name"))
        .join(conversations, conversations.c.id == callbacks.c.conversation_id)
        .join(contacts, contacts.c.id == callbacks.c.contact_id)
        .join(agents, agents.c.id == callbacks.c.done_by, isouter=True)
        .where(visible_to(agent), callbacks.c.done_at.is_not(None) if done else callbacks.c.done_at.is_(None))
        .limit(limit)
    )
    if done:
        query = query.order_by(callbacks.c.done_at.desc())
    else:
        query = query.order_by(callbacks.c.wanted_at.asc().nulls_first(), callbacks.c.created_at)
    async with db.begin() as connection:
        found = await connection.execute(query)
        return [ListedCallback(callback(row), row.contact_name, row.channel, row.done_by_name) for row in found]


def _packet(key: str) -> Label[Any]:
    return (
        select(handoffs.c.packet[key].astext)
        .where(handoffs.c.conversation_id == conversations.c.id)
        .order_by(handoffs.c.requested_at.desc())
        .limit(1)
        .scalar_subquery()
        .label(key)
    )


def _name(agent: Agent) -> Any:
    """The contact's name, from the last handoff that the agent may see and that has it; else the channel's."""
    theirs = conversations.alias("theirs")
    name = handoffs.c.packet["crm_context"]["name"].astext
    seen = select(conversations.c.id).where(visible_to(agent)).correlate(None).scalar_subquery()
    known = (
        select(name)
        .join(theirs, theirs.c.id == handoffs.c.conversation_id)
        .where(theirs.c.contact_id == contacts.c.id, theirs.c.id.in_(seen), func.length(name) > 0)
        .order_by(handoffs.c.requested_at.desc())
        .limit(1)
        .correlate(contacts)
        .scalar_subquery()
    )
    return func.coalesce(known, contacts.c.name)


def _past(row: AnyRow) -> PastConversation:
    return PastConversation(
        id=row.id,
        status=Status(row.status),
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        rating=row.rating,
        team=row.team,
        assignee_name=row.assignee_name,
        reason=row.reason,
        summary=row.summary,
    )
