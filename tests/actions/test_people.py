"""Beginning, ending, stopping, and the packet that a person gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from actions import services
from actions.orders import CancelOrderAction, ValidateCancelOrderForm
from actions.people import (
    AcceptOfferAction,
    DeclineOfferAction,
    HandoffAction,
    RecordFeedbackAction,
    RepeatAction,
    SessionStartAction,
    StopJobAction,
    UnplacedAnswerAction,
    ValidateFeedbackForm,
)
from deskhand.conversation.model import HandoffPacket, Outcome
from deskhand.conversation.routing import Route
from deskhand.settings import Settings
from deskhand.store.conversations import ConversationNotFound
from tests.fakes.chat import Chat

SUNDAY = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class FakeConversations:
    """Keeps what it is told; knows the conversation "c1" unless it is `unknown`."""

    def __init__(self) -> None:
        self.unknown = False
        self.packets: list[HandoffPacket] = []
        self.routes: list[Route] = []
        self.ratings: list[tuple[int, str]] = []
        self.outcomes: list[Outcome] = []

    async def request_handoff(self, conversation_id: str, packet: HandoffPacket, route: Route) -> None:
        self._check()
        self.packets.append(packet)
        self.routes.append(route)

    async def rate(self, conversation_id: str, rating: int, comment: str) -> None:
        self._check()
        self.ratings.append((rating, comment))

    async def resolve(self, conversation_id: str, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    def _check(self) -> None:
        if self.unknown:
            raise ConversationNotFound("c1")


@pytest.fixture
def conversations() -> FakeConversations:
    return FakeConversations()


@pytest.fixture
def chat(tmp_path, conversations):
    chat = Chat(
        [(ValidateCancelOrderForm(), CancelOrderAction()), (ValidateFeedbackForm(), RecordFeedbackAction())],
        Settings(data_dir=tmp_path),
        others={
            "request_human": HandoffAction(),
            "stop": StopJobAction(),
            "affirm": AcceptOfferAction(),
            "deny": DeclineOfferAction(),
            "repeat_that": RepeatAction(),
            "greet": SessionStartAction(),
            "inform": UnplacedAnswerAction(),
        },
    )
    opened: Any = services._opened
    services.use(replace(opened, conversations=conversations))
    return chat


async def test_a_person_gets_what_happened_and_nothing_else(chat, conversations):
    await chat.be("C-900002", confirmed=False)
    await chat.say("cancel my order please", "cancel_order")
    said = await chat.say("i want to talk to a person", "request_human")
    assert said[:2] == ["utter_handoff", "utter_people_are_in"]
    [packet] = conversations.packets
    assert packet.reason == "asked_for_person"
    assert "to cancel an order" in packet.summary
    assert "Nothing has been changed." in packet.summary
    assert packet.identity == "matched"
    assert "FW-200102" in str(packet.crm_context["orders"])
    assert packet.tried == ()


async def test_a_person_is_not_told_that_nothing_was_changed_after_a_change(chat, conversations):
    await chat.be("C-900002")
    await chat.say("cancel my order please", "cancel_order")
    assert "utter_order_cancelled" in await chat.say("yes", "affirm")
    await chat.say("i want to talk to a person", "request_human")
    assert "Nothing has been changed" not in conversations.packets[0].summary
    assert "The CRM shows what has been changed." in conversations.packets[0].summary


async def test_the_unidentified_are_handed_over_without_anybodys_data(chat, conversations):
    await chat.say("agent", "request_human")
    assert conversations.packets[0].crm_context == {}
    assert conversations.packets[0].identity == "none"


async def test_when_nobody_is_in_the_customer_is_told(chat, conversations):
    chat.now = SUNDAY
    assert "utter_people_are_out" in await chat.say("agent", "request_human")


async def test_the_form_ends_with_the_handoff(chat):
    await chat.say("cancel my order", "cancel_order")
    await chat.say("agent", "request_human")
    assert {"event": "active_loop", "timestamp": None, "name": None} in chat.events


async def test_a_chat_without_a_conversation_is_answered_all_the_same(chat, conversations):
    conversations.unknown = True
    assert "utter_handoff" in await chat.say("agent", "request_human")


async def test_stopping_says_that_nothing_was_changed(chat):
    assert await chat.say("stop", "stop") == ["utter_nothing_to_stop"]
    await chat.say("cancel my order", "cancel_order")
    assert await chat.say("never mind", "stop", confidence=0.9) == ["utter_stopped"]


async def test_a_rating_closes_the_conversation(chat, conversations):
    await chat.say("feedback", "give_feedback")
    assert chat.asked == "rating"
    assert await chat.press("★★★★★") == ["utter_thank_for_high_rating"]
    assert conversations.ratings == [(5, "")]
    assert conversations.outcomes == [Outcome.RESOLVED_BY_ASSISTANT]


async def test_a_low_rating_is_asked_about_once(chat, conversations):
    await chat.say("2 stars", "give_feedback", rating="2")
    assert chat.asked == "comment"
    assert await chat.say("too slow", "complain") == ["utter_thank_for_low_rating"]
    assert conversations.ratings == [(2, "too slow")]


async def test_a_comment_can_be_declined(chat, conversations):
    await chat.say("2 stars", "give_feedback", rating="2")
    await chat.say("no thanks", "deny")
    assert conversations.ratings == [(2, "")]


async def test_an_order_number_out_of_the_blue(chat):
    assert await chat.say("fw 200102") == ["utter_about_order"]
    assert chat.slots["order_number"] == "FW-200102"


async def test_the_first_words_say_that_it_is_a_machine_and_the_later_ones_welcome_back(chat):
    chat.events = []
    await chat._run(SessionStartAction())
    assert chat.said == ["utter_introduction"]
    chat.messages = []
    chat.events.append({"event": "user", "text": "hi"})
    await chat._run(SessionStartAction())
    assert chat.said == ["utter_welcome_back"]
