"""Whole conversations: webhooks in, calls of the API out, with real delivery and a real database between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text as sql

from deskhand.channels.delivery.serving import Delivery
from deskhand.channels.whatsapp import WhatsApp
from deskhand.conversation.model import Button, Reply
from deskhand.settings import Settings
from deskhand.store.database import Database
from deskhand.store.desk.meanwhile import Meanwhile
from tests.patience import PATIENCE_SECONDS

from .cloud_api import Answer, CloudApi, error
from .conftest import options
from .serving import Meta, serving
from .test_parts import words_of
from .webhooks import PHONE, USER_ID, card, message, pressed, status, text, value, webhook

ORDERS = tuple(Button(f"Order FW-{number}", f'/inform{{"order_number": "FW-{number}"}}') for number in range(12))


@dataclass
class Assistant:
    """Answers as a test says, by default with an echo."""

    answers: dict[str, list[Reply]] = field(default_factory=dict)
    thinking: Callable[[], Awaitable[None]] | None = None
    heard: list[str] = field(default_factory=list)

    def ready(self) -> bool:
        return True

    async def start(self, conversation_id: UUID) -> list[Reply]:
        return [Reply("Hi, I'm Fern, an AI assistant.")]

    async def answer(self, conversation_id: UUID, words: str, message_id: UUID) -> list[Reply]:
        self.heard.append(words)
        if self.thinking is not None:
            await self.thinking()
        return self.answers.get(words, [Reply(f"You said: {words}")])

    async def tell(self, conversation_id: UUID, meanwhile: Sequence[Meanwhile]) -> list[Reply]:
        return []

    async def taken_before(self, conversation_id: UUID, message_id: UUID) -> list[Reply] | None:
        return None


@dataclass
class World:
    meta: Meta
    api: CloudApi
    assistant: Assistant
    db: Database

    async def tell(self, *messages: Any, **more: Any) -> None:
        answer = await self.meta.tell(webhook(value(*messages, **more)))
        assert answer.status_code == 200, answer.text

    async def until(self, condition: Callable[[], Awaitable[bool] | bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                found = condition()
                if found is True or (found is not False and await found):
                    return
                await asyncio.sleep(0.02)

    async def hears(self, words: str) -> dict[str, Any]:
        """The first message to the customer with these words."""
        await self.until(lambda: any(words in words_of(body) for body in self.api.messages))
        return next(body for body in self.api.messages if words in words_of(body))

    async def scalar(self, query: str) -> Any:
        async with self.db.begin() as connection:
            return await connection.scalar(sql(query))

    async def stored(self, query: str, expected: object) -> None:
        async def there() -> bool:
            return bool(await self.scalar(query) == expected)

        await self.until(there)


@pytest.fixture
async def world(db: Database, cloud_api: CloudApi) -> AsyncIterator[World]:
    async def opened() -> Database:
        return Database(db.url)

    cloud_api.spares_typing = True
    assistant = Assistant()
    delivery = Delivery(settings=Settings(turn_pause_seconds=0.0), open_database=opened)
    channel = WhatsApp(options(api_url=cloud_api.url), delivery=delivery, assistant=assistant)
    async with serving(channel) as meta:
        yield World(meta, cloud_api, assistant, db)


async def test_a_question_is_answered(world: World) -> None:
    await world.tell(text("Where is my order?"))
    answer = await world.hears("You said: Where is my order?")
    assert answer["to"] == PHONE
    assert world.assistant.heard == ["Where is my order?"]


async def test_the_customer_sees_that_it_was_read_and_that_somebody_types(world: World) -> None:
    asked = text("Where is my order?")
    seen = {"messaging_product": "whatsapp", "status": "read", "message_id": asked["id"]}

    async def until_they_see_it() -> None:
        await world.until(lambda: bool(world.api.sent))

    world.assistant.thinking = until_they_see_it
    await world.tell(asked)
    await world.hears("You said")
    assert world.api.sent[0] == {**seen, "typing_indicator": {"type": "text"}}


async def test_a_webhook_that_comes_three_times_is_answered_once(world: World) -> None:
    asked = text("Where is my order?")
    await asyncio.gather(*(world.tell(asked) for _ in range(3)))
    await world.hears("You said: Where is my order?")  # or the two are one turn
    await world.tell(text("And the other?"))
    await world.hears("You said: And the other?")
    assert [words for words in world.assistant.heard if words == "Where is my order?"] == ["Where is my order?"]
    assert len([body for body in world.api.messages if "Where is" in words_of(body)]) == 1


async def test_a_button_is_pressed(world: World) -> None:
    world.assistant.answers["cancel"] = [Reply("Shall I?", (Button("Yes", "/affirm"), Button("No", "/deny")))]
    await world.tell(text("cancel"))
    shown = await world.hears("Shall I?")
    yes = shown["interactive"]["action"]["buttons"][0]["reply"]
    await world.tell(pressed(yes["id"], "Yes"))
    await world.hears("You said: /affirm")


async def test_a_number_stands_for_a_long_choice(world: World) -> None:
    world.assistant.answers["orders"] = [Reply("Which order?", ORDERS)]
    await world.tell(text("orders"))
    assert "12. Order FW-11" in words_of(await world.hears("Which order?"))
    await world.stored("SELECT count(*) FROM deskhand.buttons", 12)
    await world.tell(text("12"))
    await world.hears('You said: /inform{"order_number": "FW-11"}')


async def test_a_typed_payload_is_words(world: World) -> None:
    await world.tell(text("/restart"))
    await world.hears("You said: restart")


async def test_a_picture_is_acknowledged_and_asked_about_in_words(world: World) -> None:
    await world.tell(message("image", {"id": "65463453", "mime_type": "image/jpeg"}))
    await world.hears("in words")
    assert world.assistant.heard == []
    kind = "SELECT attachments -> 0 ->> 'media_id' FROM deskhand.messages WHERE author = 'contact'"
    assert await world.scalar(kind) == "65463453"


async def test_an_edit_and_a_deletion_change_what_is_stored_and_are_not_answered(world: World) -> None:
    first, second = text("Order FW-1"), text("Never mind")
    await world.tell(first, second)
    await world.hears("Never mind")
    edit = {"original_message_id": first["id"], "message": {"type": "text", "text": {"body": "Order FW-2"}}}
    await world.tell(message("edit", edit), message("revoke", {"original_message_id": second["id"]}))
    texts = "SELECT string_agg(text, '|' ORDER BY seq) FROM deskhand.messages WHERE author = 'contact'"
    assert await world.scalar(texts) == "Order FW-2|"
    assert len(world.assistant.heard) == 1


async def test_reports_are_kept_whatever_order_they_come_in(world: World) -> None:
    await world.tell(text("Hello"))
    await world.hears("You said: Hello")
    state = "SELECT delivery FROM deskhand.messages WHERE text LIKE 'You said%'"
    await world.stored(state, "sent")
    index = next(at for at, body in enumerate(world.api.sent, 1) if "type" in body and "You said" in words_of(body))
    for told in ("read", "delivered", "sent"):
        await world.tell(statuses=[status(told, f"wamid.sent-{index}")])
    assert await world.scalar(state) == "read"


async def test_a_number_and_a_user_id_become_one_customer_when_both_are_seen(world: World) -> None:
    await world.tell(text("Hi"), cards=[card(user_id=None)])
    await world.hears("You said: Hi")
    await world.tell(text("It is me", sender=None, from_user_id=USER_ID), cards=[card(phone=None)])
    await world.hears("You said: It is me")
    await world.tell(text("Both"))
    await world.hears("You said: Both")
    named = "SELECT count(DISTINCT contact_id) FROM deskhand.contact_identities WHERE channel = 'whatsapp'"
    assert await world.scalar(named) == 1


async def test_throttling_delays_and_loses_nothing(world: World) -> None:
    world.assistant.answers["long"] = [Reply(f"Part {number}.") for number in range(4)]
    await world.tell(text("hello"))
    await world.hears("You said: hello")
    throttled = error(130429, 429)
    world.api.answers.append(Answer(429, throttled.body, {"retry-after": "1"}))
    await world.tell(text("long"))
    await world.hears("Part 3.")
    parts = [words_of(body) for body in world.api.messages if words_of(body).startswith("Part")]
    assert parts == ["Part 0.", "Part 1.", "Part 2.", "Part 3."]


async def test_a_customer_who_cannot_be_reached_is_a_visible_failure(world: World) -> None:
    world.api.answers.append(error(131026))
    await world.tell(text("Hi"))
    failed = "SELECT count(*) FROM deskhand.messages WHERE delivery = 'failed' AND delivery_code = '131026'"
    await world.stored(failed, 1)
