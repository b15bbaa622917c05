"""Who may speak in a conversation. Everything here is done while its row is locked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.desk import EventKind
from deskhand.conversation.model import Handoff, HandoffPacket, Outcome, Status
from deskhand.conversation.routing import UNROUTED, Route
from deskhand.store import rows
from deskhand.store.desk.events import note_event
from deskhand.store.errors import ConversationNotFound
from deskhand.store.rows import AnyRow
from deskhand.store.tables import conversations, handoffs

# For no change of its key: so what refers to the row can be stored meanwhile, by a transaction that we wait for.
_LOCKED = select(conversations).where(conversations.c.id == bindparam("conversation")).with_for_update(key_share=True)


async def locked(connection: AsyncConnection, conversation_id: UUID) -> AnyRow:
    """The conversation's row, which is ours until the transaction ends. Raises `ConversationNotFound`."""
    row = (await connection.execute(_LOCKED, {"conversation": conversation_id})).one_or_none()
    if row is None:
        raise ConversationNotFound("There is no such conversation.")
    return row


def may_speak(row: AnyRow, control_token: int) -> bool:
    """Whether a turn that began under this token may still say something."""
    if row.status in {Status.PENDING, Status.RESOLVED}:
        return bool(row.control_token == control_token)
    # Agents have control. Only the turn that gave it to them may finish what it was saying.
    return bool(row.handoff_token == control_token and row.control_token == control_token + 1)


async def change(connection: AsyncConnection, conversation_id: UUID, **values: object) -> AnyRow:
    """Returns the row as it is then."""
    changed = await connection.execute(
        update(conversations).where(conversations.c.id == conversation_id).values(**values).returning(conversations)
    )
    row: AnyRow = changed.one()
    return row


async def begin_handoff(
    connection: AsyncConnection, row: AnyRow, packet: HandoffPacket, now: datetime, route: Route = UNROUTED
) -> Handoff:
    """Hands control to the agents. Asked again while a handoff is open, returns that one unchanged.

    An agent who has control already gets the packet, and nothing else changes.
    """
    waiting = await connection.execute(
        select(handoffs).where(handoffs.c.conversation_id == row.id, handoffs.c.closed_at.is_(None))
    )
    known = waiting.one_or_none()
    if known is not None:
        return rows.handoff(known)
    if row.status == Status.PENDING:
        await change(
            connection,
            row.id,
            status=Status.OPEN,
            control_token=row.control_token + 1,
            handoff_token=row.control_token,
            team=route.team,
            priority=route.priority,
            assignee_id=None,
            waiting_since=now,
            language=func.coalesce(packet.language, conversations.c.language),
            untold_after_seq=func.coalesce(conversations.c.untold_after_seq, conversations.c.last_seq),
        )
    inserted = await connection.execute(
        insert(handoffs)
        .values(
            id=uuid4(),
            conversation_id=row.id,
            packet=rows.packet_data(packet),
            team=route.team,
            priority=route.priority,
            sentiment=packet.sentiment,
            language=packet.language,
            requested_at=now,
        )
        .returning(handoffs)
    )
    await note_event(
        connection,
        row.id,
        EventKind.HANDOFF,
        now,
        reason=packet.reason,
        team=route.team,
        priority=int(route.priority),
    )
    return rows.handoff(inserted.one())


async def give_to_assistant(
    connection: AsyncConnection, row: AnyRow, now: datetime, agent_id: UUID | None = None
) -> AnyRow:
    """The assistant has control again; what agents wait for or had to do is done. Returns the row as it is then.

    `agent_id`: None when the contact wants it.
    """
    await _close_handoffs(connection, row.id, now)
    await note_event(connection, row.id, EventKind.RETURN, now, agent_id)
    return await change(
        connection,
        row.id,
        status=Status.PENDING,
        control_token=row.control_token + 1,
        assignee_id=None,
        waiting_since=None,
        snoozed_until=None,
    )


async def close(
    connection: AsyncConnection,
    row: AnyRow,
    outcome: Outcome,
    now: datetime,
    agent_id: UUID | None = None,
    summary: str = "",
) -> AnyRow:
    """Gives the conversation its one outcome. Returns the row as it is then."""
    await _close_handoffs(connection, row.id, now)
    await note_event(
        connection, row.id, EventKind.RESOLVED, now, agent_id, outcome=str(outcome), summary=summary or None
    )
    return await change(
        connection,
        row.id,
        status=Status.RESOLVED,
        outcome=outcome,
        resolved_at=now,
        waiting_since=None,
        snoozed_until=None,
    )


async def _close_handoffs(connection: AsyncConnection, conversation_id: UUID, now: datetime) -> None:
    await connection.execute(
        update(handoffs)
        .where(handoffs.c.conversation_id == conversation_id, handoffs.c.closed_at.is_(None))
        .values(closed_at=now)
    )
