"""Customers' marks on messages."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from deskhand.conversation.model import Author, InboundMessage, InboundReaction, Message, Reply
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.inbox import Inbox

ANN, BEN = "447700900001", "447700900002"


@pytest.fixture
async def conversation_id(db: Database) -> str:
    """Ann wrote `theirs` and was answered by `ours`."""
    (received,) = await Inbox(db).take([InboundMessage("whatsapp", ANN, "theirs", "Is it there?")])
    conversation = received.conversation
    await Conversations(db).add_replies(conversation.id, conversation.control_token, [Reply("Yes.")])
    await execute(db, "UPDATE deskhand.messages SET awaits_turn = false")
    await execute(db, "UPDATE deskhand.sends SET state = 'sent', external_id = 'ours'")
    return str(conversation.id)


async def execute(db: Database, statement: str) -> None:
    async with db.begin() as connection:
        await connection.execute(text(statement))


async def marked(db: Database, external_id: str, emoji: str, order: int = 1, contact: str = ANN) -> None:
    await Inbox(db).take([InboundReaction("whatsapp", contact, external_id, emoji, order)])


async def seen(db: Database, conversation_id: str) -> dict[Author, str]:
    history: list[Message] = await Conversations(db).history(conversation_id)
    return {message.author: message.reaction for message in history}


async def test_a_mark_is_kept_on_its_message_and_is_no_message(db: Database, conversation_id: str) -> None:
    await marked(db, "ours", "👍")
    await marked(db, "theirs", "❤️")
    assert await seen(db, conversation_id) == {Author.CONTACT: "❤️", Author.ASSISTANT: "👍"}
    async with db.begin() as connection:
        waiting = await connection.scalar(text("SELECT count(*) FROM deskhand.messages WHERE awaits_turn"))
        read = await connection.scalar(text("SELECT delivery FROM deskhand.messages WHERE author = 'assistant'"))
    assert (waiting, read) == (0, "read")


async def test_a_mark_is_changed_and_taken_back_in_the_customers_order(db: Database, conversation_id: str) -> None:
    await marked(db, "ours", "👎", order=5)
    await marked(db, "ours", "👍", order=3)
    assert (await seen(db, conversation_id))[Author.ASSISTANT] == "👎"
    await marked(db, "ours", "", order=6)
    await marked(db, "ours", "👎", order=5)
    assert (await seen(db, conversation_id))[Author.ASSISTANT] == ""


async def test_nobody_marks_anothers_conversation_or_what_is_not_there(db: Database, conversation_id: str) -> None:
    await Inbox(db).take([InboundMessage("whatsapp", BEN, "of ben", "Hello")])
    for contact, message in ((BEN, "ours"), (BEN, "theirs"), ("447700900003", "ours"), (ANN, "nothing")):
        await marked(db, message, "💩", contact=contact)
    assert await seen(db, conversation_id) == {Author.CONTACT: "", Author.ASSISTANT: ""}
    async with db.begin() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM deskhand.early_reports")) == 0
        assert await connection.scalar(text("SELECT count(*) FROM deskhand.contacts")) == 2
