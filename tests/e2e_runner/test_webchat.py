"""The customer of the end-to-end tests talks to a real web chat, whose answers come after its requests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from deskhand.conversation.model import Button, Reply
from deskhand.e2e.webchat import Customer
from deskhand.e2e.world import World
from deskhand.store.database import Database
from tests.channels.webchat.site import Site, serving


@pytest.fixture
async def site(db: Database) -> AsyncIterator[Site]:
    async with serving(db) as running:
        yield running


@pytest.fixture
async def customer(db: Database, site: Site) -> AsyncIterator[Customer]:
    async with Customer(site.origin, World(db).settled) as visitor:
        yield visitor


async def test_opening_the_chat_brings_the_greeting(customer: Customer) -> None:
    opened = await customer.open()

    assert [reply.author for reply in opened.replies] == ["assistant"]
    assert customer.conversation_id


async def test_a_message_brings_its_answer_and_again_the_same(customer: Customer) -> None:
    await customer.open()
    answer = await customer.type("where is my tent?")
    again = await customer.send_again()

    assert [reply.text for reply in answer.replies] == ["You said: where is my tent?"]
    assert again == answer


async def test_a_button_is_pressed_and_an_old_one_refused(customer: Customer, site: Site) -> None:
    async def answering(_conversation_id: object, words: str) -> list[Reply]:
        return [Reply("Sure?", (Button("Yes", "/affirm"),))] if words == "cancel it" else [Reply(f"heard {words}")]

    site.turns.answering = answering
    await customer.open()
    offered = (await customer.type("cancel it")).replies[0].buttons
    pressed = await customer.press(offered["Yes"])
    late = await customer.press(offered["Yes"])

    assert [reply.text for reply in pressed.replies] == ["heard /affirm"]
    assert late.refused is not None
    assert "no longer open" in late.refused
