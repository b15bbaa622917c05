"""The packet of a conversation that went through the actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from actions import services
from actions.base import DeskAction
from actions.orders import CancelOrderAction, OrderStatusAction, ValidateCancelOrderForm, ValidateOrderStatusForm
from actions.packets import packet_of
from actions.turn import Turn
from deskhand.conversation.escalation import Reason
from deskhand.conversation.model import HandoffPacket
from deskhand.crm.types import ConversationRecord
from deskhand.errors import DeskhandError
from deskhand.knowledge import Answer
from deskhand.knowledge.contracts import Citation
from deskhand.settings import Settings
from tests.fakes.chat import Chat


class Pack(DeskAction):
    """Makes a packet and keeps it."""

    action = "action_pack"

    def __init__(self) -> None:
        self.packets: list[HandoffPacket] = []

    async def act(self, turn: Turn) -> None:
        self.packets.append(await packet_of(turn, Reason.ASKED_FOR_PERSON))

    @property
    def last(self) -> HandoffPacket:
        return self.packets[-1]


class FakeKnowledge:
    """Knows one article, or nothing, or fails."""

    def __init__(self) -> None:
        self.answers: Answer | None = Answer("Until it's dispatched.", (Citation("Changing an order", "/change"),), 0.9)
        self.fails = False
        self.asked: list[str] = []

    async def look_up(self, question: str) -> Answer | None:
        self.asked.append(question)
        if self.fails:
            raise DeskhandError("no articles")
        return self.answers


class FakeSummaries:
    def __init__(self, text: str | None) -> None:
        self.text = text
        self.given: tuple[list[str], list[str]] | None = None

    async def write(self, facts: list[str], customer: list[str]) -> str | None:
        self.given = (facts, customer)
        return self.text


@pytest.fixture
def pack() -> Pack:
    return Pack()


@pytest.fixture
def knowledge() -> FakeKnowledge:
    return FakeKnowledge()


@pytest.fixture
def chat(tmp_path, pack, knowledge):
    jobs = [
        (ValidateCancelOrderForm(), CancelOrderAction()),
        (ValidateOrderStatusForm(), OrderStatusAction()),
    ]
    chat = Chat(jobs, Settings(data_dir=tmp_path), others={"request_human": pack})
    use(knowledge=knowledge)
    return chat


def use(**others: Any) -> None:
    opened: Any = services._opened
    services.use(replace(opened, **others))


async def test_what_was_done_is_told_with_its_number(chat, pack):
    await chat.be("C-900002")
    await chat.say("cancel my order please", "cancel_order")
    assert "utter_order_cancelled" in await chat.say("yes", "affirm")
    await chat.say("a person please", "request_human")
    assert "Done so far: the order was cancelled" in pack.last.summary
    assert "Nothing has been changed" not in pack.last.summary
    assert pack.last.open == ()


async def test_what_was_begun_is_open_and_not_done(chat, pack, knowledge):
    await chat.be("C-900002")
    await chat.say("cancel my order please", "cancel_order")
    await chat.say("a person please", "request_human")
    assert pack.last.open == ("to cancel an order",)
    assert "Done so far" not in pack.last.summary
    assert "Nothing has been changed." in pack.last.summary
    assert knowledge.asked == ["can I cancel an order"]
    assert pack.last.policy is not None
    assert pack.last.policy.url == "/change"
    assert "“Changing an order” says: Until it's dispatched." in str(pack.last.suggested_resolution)


async def test_the_crm_tells_who_it_is(chat, pack):
    await chat.be("C-900002", confirmed=False)
    await chat.say("a person please", "request_human")
    context = pack.last.crm_context
    assert {
        "customer_id",
        "name",
        "since",
        "orders",
        "orders_in_all",
        "returns",
        "subscription",
        "account",
        "past_conversations",
    } == set(context)
    assert context["past_conversations"] == "none"
    assert pack.last.identity == "matched"


async def test_past_conversations_are_counted_and_the_last_ones_named(chat, pack):
    await chat.be("C-900002")
    for number in range(4):
        ended = chat.now - timedelta(days=number + 1)
        await chat.crm.record_conversation(
            ConversationRecord(str(number), "C-900002", ended, "webchat", "resolved_by_agent", "…")
        )
    await chat.say("a person please", "request_human")
    past = pack.last.crm_context["past_conversations"]
    assert past.startswith("4; the last: 22 Nov 2026 resolved_by_agent")
    assert past.count("resolved_by_agent") == 3


async def test_nothing_is_told_of_somebody_who_is_not_identified(chat, pack):
    await chat.say("cancel my order please", "cancel_order")
    await chat.say("a person please", "request_human")
    assert pack.last.crm_context == {}
    assert "They have not been identified." in pack.last.summary


async def test_articles_that_say_nothing_or_fail_are_left_out(chat, pack, knowledge):
    await chat.say("cancel my order please", "cancel_order")
    knowledge.answers = None
    await chat.say("a person please", "request_human")
    knowledge.fails = True
    await chat.say("a person please", "request_human")
    assert [made.policy for made in pack.packets] == [None, None]


async def test_a_written_summary_takes_the_place_of_the_facts(chat, pack):
    summaries = FakeSummaries("The customer wants to cancel an order.")
    use(summaries=summaries)
    await chat.say("cancel my order please", "cancel_order")
    await chat.say("a person please", "request_human")
    assert pack.last.summary == "The customer wants to cancel an order."
    assert summaries.given is not None
    assert summaries.given[1] == ["cancel my order please", "a person please"]


async def test_without_one_the_facts_stay(chat, pack):
    use(summaries=FakeSummaries(None))
    await chat.say("a person please", "request_human")
    assert "asked for a person" in pack.last.summary


async def test_the_mood_of_the_conversation_is_told(chat, pack):
    await chat._hear("this is a disgrace", {"name": "request_human", "confidence": 0.9}, [], mood={"angry": 0.9})
    assert pack.last.mood == "angry"
    assert pack.last.sentiment == pytest.approx(-0.9)


async def test_what_an_earlier_handoff_told_is_not_told_again(chat, pack):
    await chat.say("cancel my order please", "cancel_order")
    chat.events.append({"event": "action", "name": "action_handoff"})
    chat.form = None
    await chat.say("a person please", "request_human")
    assert "cancel an order" not in pack.last.summary


async def test_the_next_packet_tells_what_the_agent_had_said(chat, pack):
    await chat.say("a person please", "request_human")
    assert "An agent had said" not in pack.last.summary
    exchange = [
        {"author": "agent", "text": "Your tent comes on Monday."},
        {"author": "contact", "text": "my secret"},
        {"author": "agent", "text": "x" * 500},
    ]
    chat.events.append({"event": "action", "name": "action_handoff"})
    chat.events.append({"event": "slot", "name": "agent_said", "value": exchange})
    await chat.say("a person please", "request_human")
    assert f"An agent had said: “Your tent comes on Monday.” “{'x' * 200}”" in pack.last.summary
    assert "my secret" not in pack.last.summary
    chat.events.append({"event": "action", "name": "action_handoff"})
    await chat.say("a person please", "request_human")
    assert "An agent had said" not in pack.last.summary
