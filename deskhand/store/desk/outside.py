"""What an outside desk is to be told of a conversation: one thing after the other, each noted before and after.

Whoever tells holds no lock while the desk is called. Two never tell at once: the queue's lock sees to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Attachment, AttachmentKind, Author, Outcome, Status
from deskhand.conversation.outside import Begin, Brief, Line, PassOn, Place, Standing, Telling, standing_of
from deskhand.store import changes, rows
from deskhand.store.control import locked
from deskhand.store.database import Database
from deskhand.store.delivery_tables import turns
from deskhand.store.outside_tables import outside_cases
from deskhand.store.people_tables import agents
from deskhand.store.recipients import recipient_of
from deskhand.store.rows import AnyRow
from deskhand.store.tables import conversations, handoffs, messages
from deskhand.store.texts import storable

MOST_LINES = 100
"""The latest of them, in a briefing."""
LOOK_SECONDS = 0.2
LONGEST_TURN = timedelta(seconds=30)


@dataclass(frozen=True)
class Due:
    conversation_id: UUID
    case: str
    """The desk's own id of the conversation; empty before it has begun there."""
    telling: Telling
    repeated: bool
    """It was being told before: it may have arrived."""


@dataclass(frozen=True)
class Soon:
    """Not yet: the assistant is finishing what it says. An agent who has the conversation at once would silence it."""

    seconds: float


@dataclass(frozen=True)
class Case:
    conversation_id: UUID
    told_seq: int
    standing: Standing
    heard_at: float | None


class Cases:
    def __init__(self, db: Database, desk: str) -> None:
        self._db = db
        self._desk = desk

    async def next(self, conversation_id: UUID) -> Due | Soon | None:
        """What the desk is to be told now; None when it knows all. What is told is noted, until `told`."""
        async with self._db.begin() as connection:
            row = await locked(connection, conversation_id)
            case = await _case(connection, self._desk, conversation_id)
            if case is None:
                if standing_of(Status(row.status)) is not Standing.AGENTS:
                    return None
                if await _is_speaking(connection, row.id):
                    return Soon(LOOK_SECONDS)
                return Due(row.id, "", await _begin(connection, row), repeated=False)
            telling = await _telling(connection, row, case)
            if telling is None:
                return None
            if isinstance(telling, Brief) and await _is_speaking(connection, row.id):
                return Soon(LOOK_SECONDS)
            key = _key(telling)
            await connection.execute(_of(conversation_id).values(telling=key))
            return Due(row.id, case.external_id, telling, repeated=case.telling == key)

    async def begun(self, conversation_id: UUID, case: str, standing: Standing) -> None:
        """The desk knows the conversation by this id from now on, and says who has it."""
        values = {"desk": self._desk, "external_id": storable(case), "standing": standing}
        fresh = {**values, "told_seq": 0, "told_handoff_id": None, "telling": None, "heard_at": None}
        async with self._db.begin() as connection:
            await connection.execute(
                insert(outside_cases)
                .values(conversation_id=conversation_id, **fresh)
                .on_conflict_do_update(index_elements=["conversation_id"], set_=fresh)
            )

    async def told(self, due: Due) -> None:
        values: dict[str, object] = {"telling": None}
        match due.telling:
            case Brief(upto_seq=upto_seq, handoff_id=handoff_id):
                values |= {"told_seq": upto_seq, "told_handoff_id": handoff_id}
            case PassOn(line):
                values |= {"told_seq": line.seq}
            case Place(standing):
                values |= {"standing": standing}
        async with self._db.begin() as connection:
            await connection.execute(_of(due.conversation_id).values(**values))

    async def forget(self, conversation_id: UUID) -> None:
        """The desk has it no more: it is begun anew there, if people are wanted."""
        async with self._db.begin() as connection:
            await connection.execute(delete(outside_cases).where(outside_cases.c.conversation_id == conversation_id))

    async def known(self, case: str) -> Case | None:
        """The conversation that the desk calls so; the latest, where it goes on in one that was ours before."""
        query = (
            select(outside_cases)
            .join(conversations, conversations.c.id == outside_cases.c.conversation_id)
            .where(outside_cases.c.desk == self._desk, outside_cases.c.external_id == storable(case))
            .order_by(conversations.c.opened_at.desc())
            .limit(1)
        )
        async with self._db.begin() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Case(row.conversation_id, row.told_seq, Standing(row.standing), row.heard_at)

    async def heard(self, conversation_id: UUID, standing: Standing, at: float | None) -> None:
        """The desk said who has it. If we see that otherwise, it is told."""
        values: dict[str, object] = {"standing": standing}
        if at is not None:
            values |= {"heard_at": at}
        async with self._db.begin() as connection:
            await locked(connection, conversation_id)
            await connection.execute(_of(conversation_id).values(**values))
            await changes.tell(connection, conversation_id)


def _of(conversation_id: UUID) -> Any:
    return update(outside_cases).where(outside_cases.c.conversation_id == conversation_id)


async def _case(connection: AsyncConnection, desk: str, conversation_id: UUID) -> AnyRow | None:
    found = await connection.execute(
        select(outside_cases).where(outside_cases.c.conversation_id == conversation_id, outside_cases.c.desk == desk)
    )
    return found.one_or_none()


async def _is_speaking(connection: AsyncConnection, conversation_id: UUID) -> bool:
    """Whether a turn is being taken. One that takes too long may belong to a process that is dead."""
    running = select(turns.c.id).where(
        turns.c.conversation_id == conversation_id,
        turns.c.state == "running",
        turns.c.started_at > datetime.now(UTC) - LONGEST_TURN,
    )
    return (await connection.execute(running)).first() is not None


async def _begin(connection: AsyncConnection, row: AnyRow) -> Begin:
    contact = await recipient_of(connection, row.contact_id)
    handoff = await _latest_handoff(connection, row.id)
    name = rows.handoff(handoff).packet.crm_context.get("name") if handoff else None
    return Begin(row.id, row.contact_id, contact.channel, str(name) if name else None)


async def _telling(connection: AsyncConnection, row: AnyRow, case: AnyRow) -> Telling | None:
    """First who else wants to know why, then who has it, then what is said: agents read from top to bottom."""
    standing = standing_of(Status(row.status))
    if standing is not Standing.AGENTS:
        if case.standing == standing:
            return None
        return Place(standing, Outcome(row.outcome) if row.outcome else None)
    brief = await _brief(connection, row, case)
    if brief is not None:
        return brief
    if case.standing != standing:
        return Place(standing)
    found = await connection.execute(_lines(row.id, case.told_seq).order_by(messages.c.seq).limit(1))
    line = found.one_or_none()
    return PassOn(_line(line)) if line is not None else None


async def _brief(connection: AsyncConnection, row: AnyRow, case: AnyRow) -> Brief | None:
    handoff = await _latest_handoff(connection, row.id)
    if (handoff is None and case.told_seq) or (handoff is not None and handoff.id == case.told_handoff_id):
        return None
    key = handoff.id if handoff is not None else row.id
    begun, _, upto = (case.telling or "").rpartition(":")
    # What was begun goes to its end as it was: it may have arrived.
    upto_seq = int(upto) if begun == f"brief:{key}" else row.last_seq
    latest = (
        _lines(row.id, case.told_seq, with_own=True)
        .where(messages.c.seq <= upto_seq)
        .order_by(messages.c.seq.desc())
        .limit(MOST_LINES)
    )
    lines = [_line(one) for one in await connection.execute(latest)]
    packet = rows.handoff(handoff).packet if handoff is not None else None
    return Brief(key, packet, lines[::-1], upto_seq, handoff.id if handoff is not None else None, row.priority)


async def _latest_handoff(connection: AsyncConnection, conversation_id: UUID) -> AnyRow | None:
    found = await connection.execute(
        select(handoffs)
        .where(handoffs.c.conversation_id == conversation_id)
        .order_by(handoffs.c.requested_at.desc())
        .limit(1)
    )
    return found.one_or_none()


def _lines(conversation_id: UUID, after_seq: int, *, with_own: bool = False) -> Select[Any]:
    """`with_own`: also what the desk's own agents said."""
    query = (
        select(messages)
        .join(agents, agents.c.id == messages.c.agent_id, isouter=True)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.seq > after_seq,
            messages.c.deleted_at.is_(None),
        )
    )
    if with_own:
        return query
    return query.where(or_(messages.c.agent_id.is_(None), agents.c.outside_id.is_(None)))


def _line(row: AnyRow) -> Line:
    return Line(
        message_id=row.id,
        seq=row.seq,
        author=Author(row.author),
        name=row.author_name,
        text=row.text,
        sent_at=row.sent_at,
        channel=row.channel,
        attachments=tuple(Attachment(**{**one, "kind": AttachmentKind(one["kind"])}) for one in row.attachments),
    )


def _key(telling: Telling) -> str:
    match telling:
        case Brief(key=key, upto_seq=upto_seq):
            return f"brief:{key}:{upto_seq}"
        case PassOn(line):
            return f"line:{line.message_id}"
        case Place(standing):
            return f"place:{standing}"
        case Begin(conversation_id=conversation_id):
            return f"begin:{conversation_id}"
