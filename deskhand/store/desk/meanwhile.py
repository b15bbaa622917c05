"""What was said while agents had control, for the assistant to know when it has control again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Author, Status
from deskhand.store.control import change
from deskhand.store.rows import AnyRow
from deskhand.store.tables import messages

MOST_LINES = 100
"""The latest of them."""


@dataclass(frozen=True)
class Meanwhile:
    """One message that the assistant had no part in."""

    message_id: UUID
    seq: int
    author: Author
    """`CONTACT` or `AGENT`."""
    name: str | None
    """Of the agent."""
    text: str


async def meanwhile_in(connection: AsyncConnection, row: AnyRow) -> tuple[Meanwhile, ...]:
    """What the assistant, which has control, has not been told yet. `row`: the conversation's, locked."""
    if row.untold_after_seq is None or row.status != Status.PENDING:
        return ()
    no_turns = and_(messages.c.author == Author.CONTACT, messages.c.turn_id.is_(None), ~messages.c.awaits_turn)
    found = await connection.execute(
        select(messages)
        .where(
            messages.c.conversation_id == row.id,
            messages.c.seq > row.untold_after_seq,
            messages.c.deleted_at.is_(None),
            or_(messages.c.author == Author.AGENT, no_turns),
        )
        .order_by(messages.c.seq.desc())
        .limit(MOST_LINES)
    )
    lines = [Meanwhile(one.id, one.seq, Author(one.author), one.author_name, one.text) for one in found]
    return tuple(reversed(lines))


async def note_told(connection: AsyncConnection, row: AnyRow, told: Sequence[Meanwhile]) -> None:
    """The turn that was told these has ended well."""
    if row.untold_after_seq is None:
        return
    if row.status not in (Status.OPEN, Status.SNOOZED):
        await change(connection, row.id, untold_after_seq=None)
    elif told:  # and in this very turn it asked for an agent again
        await change(connection, row.id, untold_after_seq=told[-1].seq)
