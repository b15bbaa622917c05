"""Who may speak in a conversation. Everything here is done while its row is locked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Handoff, HandoffPacket, Status
from deskhand.store import rows
from deskhand.store.errors import ConversationNotFound
from deskhand.store.rows import AnyRow
from deskhand.store.tables import conversations, handoffs


async def locked(connection: AsyncConnection, conversation_id: UUID) -> AnyRow:
    """The conversation's row, which is ours until the transaction ends. Raises `ConversationNotFound`."""
    found = await connection.execute(
        select(conversations).where(conversations.c.id == conversation_id).with_for_update()
    )
    row = found.one_or_none()
    if row is None:
        raise ConversationNotFound("There is no such conversation.")
    return row


def may_speak(row: AnyRow, control_token: int) -> bool:
    """Whether a turn that began under this token may still say something."""
    if row.status in {Status.PENDING, Status.RESOLVED}:
        return bool(row.control_token == control_token)
    # Agents have control. Only the turn that gave it to them may finish what it was saying.
    return bool(row.handoff_token == control_token and row.control_token == control_token + 1)


async def begin_handoff(connection: AsyncConnection, row: AnyRow, packet: HandoffPacket, now: datetime) -> Handoff:
    """Hands control to the agents. Asked again while a handoff is open, returns that one unchanged."""
    waiting = await connection.execute(
        select(handoffs).where(handoffs.c.conversation_id == row.id, handoffs.c.closed_at.is_(None))
    )
    known = waiting.one_or_none()
    if known is not None:
        return rows.handoff(known)
    await connection.execute(
        update(conversations)
        .where(conversations.c.id == row.id)
        .values(status=Status.OPEN, control_token=row.control_token + 1, handoff_token=row.control_token)
    )
    inserted = await connection.execute(
        insert(handoffs)
        .values(id=uuid4(), conversation_id=row.id, packet=rows.packet_data(packet), requested_at=now)
        .returning(handoffs)
    )
    return rows.handoff(inserted.one())
