"""Conversations that agents took part in. No code of the product's writes what agents say yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import insert

from deskhand.conversation.model import HandoffPacket, InboundMessage, Outcome
from deskhand.store import rows
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.questions import Questions
from deskhand.store.tables import messages

PRIYA = {"customer_id": "C-900007", "name": "Priya Nair", "since": "2025-01-02"}


@dataclass(frozen=True)
class Talk:
    conversation_id: UUID
    question_id: UUID


async def talk(
    db: Database,
    asked: str,
    *said: str,
    before: tuple[str, ...] = (),
    outcome: Outcome | None = Outcome.RESOLVED_BY_AGENT,
) -> Talk:
    """A customer asks, gets no answer from the assistant and is handed over; agents say things; that is how it ends.
    `before`: what agents said in the same conversation before the question."""
    conversations = Conversations(db)
    inbound = InboundMessage("webchat", str(uuid4()), str(uuid4()), asked)
    conversation_id = (await conversations.receive(inbound)).conversation.id
    for text in before:
        await agent_says(db, conversation_id, text)
    question_id = await Questions(db).record(asked, answered=False, conversation_id=conversation_id)
    packet = HandoffPacket(reason="asked_for_person", summary="…", crm_context=PRIYA)
    await conversations.request_handoff(conversation_id, packet)
    for text in said:
        await agent_says(db, conversation_id, text)
    if outcome is Outcome.RESOLVED_BY_ASSISTANT:
        await conversations.return_to_assistant(conversation_id)
    if outcome is not None:
        await conversations.resolve(conversation_id, outcome)
    return Talk(conversation_id, question_id)


async def agent_says(db: Database, conversation_id: UUID, text: str) -> None:
    async with db.begin() as connection:
        await connection.execute(
            insert(messages).values(
                id=uuid4(),
                conversation_id=conversation_id,
                seq=await rows.next_seq(connection, conversation_id, 1),
                author="agent",
                text=text,
                sent_at=datetime.now(UTC),
            )
        )
