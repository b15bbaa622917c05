"""A channel takes a message, and tells only later that it was too late for free words."""

from __future__ import annotations

from typing import Any

import pytest

from deskhand.channels.delivery.contracts import SendResult, Sent
from deskhand.conversation.model import DeliveryReport, DeliveryState, Reply
from tests.channels.delivery.conftest import World

TEMPLATE = {"text": "template"}
STATES = "SELECT part->>'text', state, cause, code FROM deskhand.sends ORDER BY order_no, position"
LONG_AGO = "UPDATE deskhand.contacts SET last_heard_at = last_heard_at - interval '2 days' RETURNING 1"


@pytest.fixture
async def sent(world: World) -> World:
    """Ann was answered in two parts, long after she wrote."""

    async def answer(words: str) -> list[Reply]:
        return [Reply("1|2")] if words == "hello" else []

    async def send(words: str, attempt: int) -> SendResult:
        return Sent(f"w{words}.{attempt}")

    world.assistant.answering, world.channel.sending = answer, send
    await world.start()
    await world.write("hello")
    await world.settled()
    await world.count(LONG_AGO)
    return world


async def told(world: World, part: str, template: Any = None) -> None:
    report = DeliveryReport("whatsapp", part, DeliveryState.FAILED, "window_closed", "131047", template)
    await world.inbox.take([report])
    await world.settled()


async def states(world: World) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await world.rows(STATES)]


async def test_the_message_waits_with_its_reason_and_has_not_failed(sent: World) -> None:
    await told(sent, "w1.1")
    assert await states(sent) == [("1", "waiting", "window_closed", "131047"), ("2", "sent", None, None)]
    (row,) = await sent.rows("SELECT delivery, delivery_cause, delivery_code FROM deskhand.messages WHERE text = '1|2'")
    assert tuple(row) == ("waiting", "window_closed", "131047")


async def test_a_template_goes_out_once_in_its_place(sent: World) -> None:
    for part in ("w1.1", "w2.1"):
        await told(sent, part, TEMPLATE)
    await told(sent, "w1.1", TEMPLATE)  # told again
    assert sent.channel.texts() == ["1", "2", "template"]
    assert [(words, state) for words, state, *_ in await states(sent)] == [
        ("template", "sent"),
        ("1", "waiting"),
        ("2", "waiting"),
    ]


async def test_a_template_that_was_too_late_as_well_has_failed(sent: World) -> None:
    await told(sent, "w1.1", TEMPLATE)
    await told(sent, "wtemplate.1", TEMPLATE)
    assert (await states(sent))[0] == ("template", "failed", "window_closed", "131047")
    assert sent.channel.texts() == ["1", "2", "template"]


async def test_what_waits_is_sent_in_order_when_the_customer_writes(sent: World) -> None:
    await told(sent, "w2.1")
    await told(sent, "w1.1")
    await sent.write("are you there?")
    await sent.settled()
    assert sent.channel.texts()[:4] == ["1", "2", "1", "2"]
    await told(sent, "w1.1")  # an old report again is about nothing
    assert [state for _, state, *_ in await states(sent)][:2] == ["sent", "sent"]


async def test_if_the_customer_has_written_since_it_is_sent_at_once(sent: World) -> None:
    await sent.count("UPDATE deskhand.contacts SET last_heard_at = now() + interval '1 s' RETURNING 1")
    await told(sent, "w1.1", TEMPLATE)
    assert sent.channel.texts() == ["1", "2", "1"]


async def test_a_report_that_is_faster_than_our_note_does_the_same(world: World) -> None:
    async def send(words: str, attempt: int) -> SendResult:
        if words == "1":
            await world.count(LONG_AGO)
            report = DeliveryReport("whatsapp", "w1", DeliveryState.FAILED, "window_closed", "131047", TEMPLATE)
            await world.inbox.take([report])
        return Sent(f"w{words}")

    async def answer(words: str) -> list[Reply]:
        return [Reply("1")]

    world.assistant.answering, world.channel.sending = answer, send
    await world.start()
    await world.write("hello")
    await world.settled()
    assert [(words, state) for words, state, *_ in await states(world)] == [("template", "sent"), ("1", "waiting")]
