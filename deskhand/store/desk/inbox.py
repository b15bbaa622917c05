"""The desk's queues: which conversations are in them, page by page, and how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, select, tuple_

from deskhand.conversation.model import Author, Outcome, Status
from deskhand.conversation.people import Agent
from deskhand.store.database import Database
from deskhand.store.desk.cursors import Cursor, cursor_from
from deskhand.store.desk.visibility import visible_to
from deskhand.store.desk_tables import read_marks
from deskhand.store.people_tables import agents
from deskhand.store.rows import AnyRow
from deskhand.store.tables import contacts, conversations, handoffs, messages

PREVIEW_CHARACTERS = 160
MOST_COUNTED = 100
"""Beyond that nobody counts along, and it costs time with every change in any conversation."""


class View(StrEnum):
    WAITING = "waiting"
    """An agent is wanted, and none has it yet. The most urgent first, then who has waited longest."""
    MINE = "mine"
    """The agent has it. The latest first, as in those that follow."""
    OPEN = "open"
    """Agents have control, whichever."""
    SNOOZED = "snoozed"
    """The next to wake first."""
    RESOLVED = "resolved"
    ASSISTANT = "assistant"
    """The assistant has control."""


COUNTED = tuple(view for view in View if view is not View.RESOLVED)


@dataclass(frozen=True)
class Filters:
    """What a page is narrowed to; None: not by this."""

    channel: str | None = None
    team: str | None = None
    reason: str | None = None
    """Of a handoff."""
    priority: int | None = None
    language: str | None = None


@dataclass(frozen=True)
class InboxRow:
    conversation_id: UUID
    contact_id: UUID
    contact_name: str | None
    """As the CRM has it, if the contact was identified."""
    channel: str
    status: Status
    priority: int
    opened_at: datetime
    last_message_at: datetime
    unread: int
    """Messages that this agent has not seen."""
    last_text: str
    """The beginning of what the contact wrote last; of the last message, if they wrote nothing."""
    team: str | None = None
    reason: str | None = None
    """Of the last handoff."""
    language: str | None = None
    assignee_id: UUID | None = None
    assignee_name: str | None = None
    waiting_since: datetime | None = None
    snoozed_until: datetime | None = None
    outcome: Outcome | None = None
    rating: int | None = None
    reopened: int = 0
    cursor: str = ""
    """For the page that follows."""


@dataclass(frozen=True)
class Counts:
    views: Mapping[str, int]
    """By view; `MOST_COUNTED` stands for that many or more."""
    unread: int
    """Conversations of the agent's own with messages that they have not seen."""

    @property
    def shown(self) -> Mapping[str, str]:
        """As people read them."""
        most = f"{MOST_COUNTED - 1}+"
        return {view: str(number) if number < MOST_COUNTED else most for view, number in self.views.items()}

    @property
    def waiting(self) -> int:
        return self.views[View.WAITING]


class Queues:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def page(
        self, view: View, agent: Agent, filters: Filters = Filters(), after: str | None = None, limit: int = 50
    ) -> list[InboxRow]:
        """In the view's order. `after`: the cursor of the last row of the page before; what is none begins anew."""
        place = cursor_from(after) if after else None
        query = select(conversations).where(_in_view(view, agent), visible_to(agent), *_conditions(filters))
        if place is not None and place.fits([conversations.c[name].type.python_type for name in _ORDER[view]]):
            query = query.where(_beyond(view, place))
        query = query.order_by(*_ordered(_ORDER[view], view in _DESCENDING)).limit(limit)
        return await self._rows(query, agent, view)

    async def of_contact(self, contact_id: UUID, agent: Agent, limit: int = 50) -> list[InboxRow]:
        """The contact's conversations that the agent may see, the latest first."""
        query = (
            select(conversations)
            .where(conversations.c.contact_id == contact_id, visible_to(agent))
            .order_by(conversations.c.opened_at.desc())
            .limit(limit)
        )
        return await self._rows(query, agent, None)

    async def row(self, conversation_id: UUID, agent: Agent) -> InboxRow | None:
        """None for one that the agent may not see."""
        query = select(conversations).where(conversations.c.id == conversation_id, visible_to(agent))
        found = await self._rows(query, agent, None)
        return found[0] if found else None

    async def counts(self, agent: Agent) -> Counts:
        unread = select(literal(1)).where(_in_view(View.MINE, agent), conversations.c.last_seq > _seen_seq(agent))
        queries = [
            select(literal(1)).select_from(conversations).where(_in_view(view, agent), visible_to(agent))
            for view in COUNTED
        ]
        counted = [
            select(func.count()).select_from(query.limit(MOST_COUNTED).subquery()).scalar_subquery()
            for query in (*queries, unread)
        ]
        async with self._db.begin() as connection:
            numbers = (await connection.execute(select(*counted))).one()
        views = {str(view): int(number) for view, number in zip(COUNTED, numbers, strict=False)}
        return Counts(views, int(numbers[-1]))

    async def _rows(self, query: Select[Any], agent: Agent, view: View | None) -> list[InboxRow]:
        async with self._db.begin() as connection:
            found = await connection.execute(_with_details(query, agent, view))
            return [_row(row, view) for row in found]


_ORDER: Mapping[View, Sequence[str]] = {
    View.WAITING: ("priority", "waiting_since", "id"),
    View.MINE: ("last_message_at", "id"),
    View.OPEN: ("last_message_at", "id"),
    View.SNOOZED: ("snoozed_until", "id"),
    View.RESOLVED: ("last_message_at", "id"),
    View.ASSISTANT: ("last_message_at", "id"),
}
_DESCENDING = {View.MINE, View.OPEN, View.RESOLVED, View.ASSISTANT}


def _in_view(view: View, agent: Agent) -> ColumnElement[bool]:
    status, assignee = conversations.c.status, conversations.c.assignee_id
    match view:
        case View.WAITING:
            return and_(status == Status.OPEN, assignee.is_(None))
        case View.MINE:
            return and_(status == Status.OPEN, assignee == agent.id)
        case View.OPEN:
            return status == Status.OPEN
        case View.SNOOZED:
            return status == Status.SNOOZED
        case View.RESOLVED:
            return status == Status.RESOLVED
        case View.ASSISTANT:
            return status == Status.PENDING


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    simple = {"team": filters.team, "priority": filters.priority, "language": filters.language}
    conditions: list[ColumnElement[bool]] = [
        conversations.c[name] == value for name, value in simple.items() if value is not None
    ]
    if filters.channel is not None:
        its = and_(contacts.c.id == conversations.c.contact_id, contacts.c.channel == filters.channel)
        conditions.append(exists().where(its))
    if filters.reason is not None:
        said = handoffs.c.packet["reason"].astext == filters.reason
        conditions.append(exists().where(handoffs.c.conversation_id == conversations.c.id, said))
    return conditions


def _beyond(view: View, place: Cursor) -> ColumnElement[bool]:
    columns = tuple_(*(conversations.c[name] for name in _ORDER[view]))
    values = tuple_(
        *(literal(value, conversations.c[name].type) for name, value in zip(_ORDER[view], place.values, strict=True))
    )
    return columns < values if view in _DESCENDING else columns > values


def _ordered(names: Sequence[str], descending: bool, table: Any = conversations) -> list[Any]:
    return [table.c[name].desc() if descending else table.c[name].asc() for name in names]


def _seen_seq(agent: Agent, table: Any = conversations) -> Any:
    seen = select(read_marks.c.seq).where(read_marks.c.agent_id == agent.id, read_marks.c.conversation_id == table.c.id)
    return func.coalesce(seen.scalar_subquery(), 0)


def _with_details(query: Select[Any], agent: Agent, view: View | None) -> Select[Any]:
    """The page is found first, by an index; what its rows show is then looked up for them alone."""
    page = query.subquery("page")
    contact = (
        select(contacts.c.channel, contacts.c.name)
        .where(contacts.c.id == page.c.contact_id)
        .limit(1)  # or else all contacts are read for these few
        .lateral("contact")
    )
    packet = (
        select(handoffs.c.packet)
        .where(handoffs.c.conversation_id == page.c.id)
        .order_by(handoffs.c.requested_at.desc())
        .limit(1)
        .lateral("handoff")
    )
    theirs = messages.alias("theirs")
    heard = (
        select(theirs.c.text)
        .where(theirs.c.conversation_id == page.c.id, theirs.c.author == Author.CONTACT)
        .order_by(theirs.c.seq.desc())
        .limit(1)
        .lateral("heard")
    )
    last = and_(messages.c.conversation_id == page.c.id, messages.c.seq == page.c.last_seq)
    detailed = (
        select(
            page,
            contact.c.channel,
            agents.c.name.label("assignee_name"),
            func.left(func.coalesce(heard.c.text, messages.c.text), PREVIEW_CHARACTERS).label("last_text"),
            packet.c.packet["reason"].astext.label("reason"),
            func.coalesce(packet.c.packet["crm_context"]["name"].astext, contact.c.name).label("contact_name"),
            (page.c.last_seq - _seen_seq(agent, page)).label("unread"),
        )
        .select_from(page)
        .join(contact, literal(True))
        .join(agents, agents.c.id == page.c.assignee_id, isouter=True)
        .join(messages, last, isouter=True)
        .join(packet, literal(True), isouter=True)
        .join(heard, literal(True), isouter=True)
    )
    if view is None:
        return detailed.order_by(page.c.opened_at.desc())
    return detailed.order_by(*_ordered(_ORDER[view], view in _DESCENDING, page))


def _row(row: AnyRow, view: View | None) -> InboxRow:
    return InboxRow(
        conversation_id=row.id,
        contact_id=row.contact_id,
        contact_name=row.contact_name,
        channel=row.channel,
        status=Status(row.status),
        priority=row.priority,
        opened_at=row.opened_at,
        last_message_at=row.last_message_at,
        unread=max(0, row.unread),
        last_text=row.last_text or "",
        team=row.team,
        reason=row.reason,
        language=row.language,
        assignee_id=row.assignee_id,
        assignee_name=row.assignee_name,
        waiting_since=row.waiting_since,
        snoozed_until=row.snoozed_until,
        outcome=Outcome(row.outcome) if row.outcome else None,
        rating=row.rating,
        reopened=row.reopened,
        cursor=str(Cursor(tuple(row._mapping[name] for name in _ORDER[view]))) if view else "",
    )
