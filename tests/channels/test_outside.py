"""Reminders and other things that the assistant says unasked."""

from __future__ import annotations

import pytest

from deskhand.channels.outside import QueuedOutput
from deskhand.conversation.model import HandoffPacket, InboundMessage
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.inbox import Inbox


@pytest.fixture
async def conversation_id(db: Database) -> str:
    (received,) = await Inbox(db).take([InboundMessage("whatsapp", "US.1", "wamid.1", "Remind me")])
    return str(received.conversation.id)


def output(db: Database) -> QueuedOutput:
    async def opened() -> Database:
        return db

    return QueuedOutput("whatsapp", opened)


async def said(db: Database, conversation_id: str) -> list[tuple[str, str | None]]:
    history = await Conversations(db).history(conversation_id)
    return [(message.author.value, message.text) for message in history]


async def test_a_reminder_is_stored_and_queued(db: Database, conversation_id: str) -> None:
    await output(db).send_text_message(conversation_id, "Your appointment is at ten.")
    assert await said(db, conversation_id) == [
        ("contact", "Remind me"),
        ("assistant", "Your appointment is at ten."),
    ]
    async with db.begin() as connection:
        queued = await connection.exec_driver_sql("SELECT count(*) FROM deskhand.sends WHERE state = 'queued'")
        assert queued.scalar() == 1


async def test_while_a_person_has_control_nothing_is_said(db: Database, conversation_id: str) -> None:
    await Conversations(db).request_handoff(conversation_id, HandoffPacket(reason="asked", summary=""))
    await output(db).send_text_message(conversation_id, "Your appointment is at ten.")
    assert await said(db, conversation_id) == [("contact", "Remind me")]


async def test_what_holds_nothing_for_customers_is_left_out(db: Database, conversation_id: str) -> None:
    await output(db).send_custom_json(conversation_id, {"internal": 1})
    assert await said(db, conversation_id) == [("contact", "Remind me")]


def test_responses_may_have_variations_for_the_channel(db: Database) -> None:
    assert output(db).name() == "whatsapp"
