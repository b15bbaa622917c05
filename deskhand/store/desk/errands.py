"""What the assistant may still do for a contact who waits for an agent: see `deskhand.conversation.waiting`.

Everything here is done while the conversation's row is locked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Author, Status
from deskhand.conversation.waiting import (
    BACK_PAYLOAD,
    QUESTION,
    Wish,
    is_for_assistant,
    payload_of,
    wish_while_waiting,
)
from deskhand.store.rows import AnyRow
from deskhand.store.tables import buttons, messages


@dataclass(frozen=True)
class Errand:
    payload: str | None = None
    """What the assistant is told; None: what the contact said."""

    @property
    def ends_waiting(self) -> bool:
        return self.payload == BACK_PAYLOAD


def waits_for_agent(row: AnyRow) -> bool:
    """Whether the assistant asked for an agent and none has come yet. A takeover raises the token, and so ends it."""
    asked = row.handoff_token is not None and row.control_token == row.handoff_token + 1
    return bool(asked and row.status in (Status.OPEN, Status.SNOOZED) and row.assignee_id is None)


async def errand_in(connection: AsyncConnection, row: AnyRow, run: Sequence[AnyRow]) -> Errand | None:
    """What the assistant is to do about these messages, which belong together; None when they are for an agent."""
    if not run or not waits_for_agent(row):
        return None
    if run[0].button_id is not None:
        payload = await _payload(connection, row.id, run[0].button_id)
        if payload is None or not is_for_assistant(payload):
            return None
        # The answer to a question is answered by it only while it is open; the turn looks.
        return Errand(None if payload.startswith(QUESTION) else payload)
    words = "\n".join(message.text for message in run if message.text)
    wish = wish_while_waiting(words)
    if words and wish is not Wish.BACK and await _is_arranging(connection, row.id):
        return Errand()
    return Errand(payload_of(wish, words)) if wish is not None else None


async def _payload(connection: AsyncConnection, conversation_id: UUID, button_id: str) -> str | None:
    found: str | None = await connection.scalar(
        select(buttons.c.payload).where(buttons.c.id == button_id, buttons.c.conversation_id == conversation_id)
    )
    return found


async def _is_arranging(connection: AsyncConnection, conversation_id: UUID) -> bool:
    """Whether the assistant's last words ask something for a callback."""
    last = (
        select(messages.c.id)
        .where(messages.c.conversation_id == conversation_id, messages.c.author != Author.CONTACT)
        .order_by(messages.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    asked = select(buttons.c.id).where(buttons.c.message_id == last, buttons.c.payload.startswith(QUESTION))
    return (await connection.execute(asked.limit(1))).first() is not None
