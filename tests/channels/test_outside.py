"""Reminders and other things that the assistant says unasked."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from rasa.core.channels.channel import OutputChannel, UserMessage

from deskhand.channels.delivery.serving import Delivery
from deskhand.channels.outside import QueuedOutput
from deskhand.channels.telegram import Telegram
from deskhand.channels.telegram.options import TelegramOptions
from deskhand.channels.turns import RasaTurns
from deskhand.channels.webchat import WebChat
from deskhand.channels.whatsapp import WhatsApp
from deskhand.conversation.model import HandoffPacket, InboundMessage
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.inbox import Inbox
from tests.channels.telegram.bot_api import TOKEN
from tests.channels.whatsapp.conftest import options as whatsapp_options


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


async def queued(db: Database) -> int:
    async with db.begin() as connection:
        found = await connection.exec_driver_sql("SELECT count(*) FROM deskhand.sends WHERE state = 'queued'")
        return int(found.scalar() or 0)


async def test_a_reminder_is_stored_and_queued(db: Database, conversation_id: str) -> None:
    await output(db).send_text_message(conversation_id, "Your appointment is at ten.")
    assert await said(db, conversation_id) == [
        ("contact", "Remind me"),
        ("assistant", "Your appointment is at ten."),
    ]
    assert await queued(db) == 1


async def test_while_a_person_has_control_nothing_is_said(db: Database, conversation_id: str) -> None:
    await Conversations(db).request_handoff(conversation_id, HandoffPacket(reason="asked", summary=""))
    await output(db).send_text_message(conversation_id, "Your appointment is at ten.")
    assert await said(db, conversation_id) == [("contact", "Remind me")]


async def test_what_holds_nothing_for_customers_is_left_out(db: Database, conversation_id: str) -> None:
    await output(db).send_custom_json(conversation_id, {"internal": 1})
    assert await said(db, conversation_id) == [("contact", "Remind me")]


async def test_a_reminder_that_a_turn_sets_reaches_the_customer_when_it_is_time(
    db: Database, conversation_id: str
) -> None:
    """Rasa keeps the turn's own output for it, and says it there minutes or days later."""
    kept: list[OutputChannel] = []

    async def on_new_message(message: UserMessage) -> None:
        kept.append(message.output_channel)
        await message.output_channel.send_text_message(message.sender_id, "I will remind you.")

    agent = SimpleNamespace(is_ready=lambda: True)
    turns = RasaTurns(on_new_message, lambda: agent, channel="whatsapp", afterwards=output(db))
    (reply,) = await turns.answer(UUID(conversation_id), "Remind me", uuid4())
    assert reply.text == "I will remind you."
    await kept[0].send_response(conversation_id, {"text": "It is ten o'clock."})
    assert await said(db, conversation_id) == [("contact", "Remind me"), ("assistant", "It is ten o'clock.")]
    assert await queued(db) == 1


@pytest.mark.parametrize("channel", ["whatsapp", "telegram", "webchat"])
async def test_an_event_from_elsewhere_is_said_where_the_customer_is(db: Database, channel: str) -> None:
    """As by POST /conversations/<id>/trigger_intent?output_channel=latest."""
    (received,) = await Inbox(db).take([InboundMessage(channel, "447700900001", f"{channel}:1", "Hello")])

    async def opened() -> Database:
        return db

    delivery = Delivery(open_database=opened)
    channels = {
        "whatsapp": WhatsApp(whatsapp_options(), delivery=delivery),
        "telegram": Telegram(TelegramOptions(token=TOKEN, mode="polling"), delivery=delivery),
        "webchat": WebChat(delivery=delivery),
    }
    spoken = channels[channel].get_output_channel()
    assert spoken.name() == channel
    await spoken.send_response(str(received.conversation.id), {"text": "Your parcel has arrived."})
    assert await said(db, str(received.conversation.id)) == [
        ("contact", "Hello"),
        ("assistant", "Your parcel has arrived."),
    ]
    assert await queued(db) == (0 if channel == "webchat" else 1)  # there the page reads it


def test_responses_may_have_variations_for_the_channel(db: Database) -> None:
    assert output(db).name() == "whatsapp"
