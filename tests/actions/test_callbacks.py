"""Where those stand who wait for a person, and the call or email that they may have instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from actions import services
from actions.callbacks import ArrangeCallbackAction, ValidateCallbackForm
from actions.orders import CancelOrderAction, ValidateCancelOrderForm
from actions.people import HandoffAction, StopJobAction
from deskhand.conversation.desk import CallbackWay, Priority, Team
from deskhand.conversation.model import HandoffPacket
from deskhand.conversation.routing import Route
from deskhand.settings import Settings
from tests.fakes.chat import Chat
from tests.fakes.waiting import FakeLine

SUNDAY = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class FakeConversations:
    """Whoever is handed over stands in line behind `before` others."""

    def __init__(self, line: FakeLine) -> None:
        self._line = line
        self.before = 0
        self.routes: list[Route] = []

    async def request_handoff(self, conversation_id: str, packet: HandoffPacket, route: Route) -> None:
        self.routes.append(route)
        self._line.position = self.before + 1


@pytest.fixture
def chat(tmp_path):
    return Chat(
        [(ValidateCancelOrderForm(), CancelOrderAction()), (ValidateCallbackForm(), ArrangeCallbackAction())],
        Settings(data_dir=tmp_path),
        others={"request_human": HandoffAction(), "stop": StopJobAction()},
    )


@pytest.fixture(autouse=True)
def conversations(chat):
    opened: Any = services._opened
    fake = FakeConversations(chat.line)
    services.use(replace(opened, conversations=fake))
    return fake


async def test_the_topic_and_the_customer_decide_who_answers_and_how_soon(chat, conversations):
    await chat.be("C-900002", confirmed=False)
    await chat.say("cancel my order please", "cancel_order")
    await chat.say("a person please", "request_human")
    [route] = conversations.routes
    assert route.team == "orders"
    assert route.priority in {Priority.HIGH, Priority.NORMAL}


async def test_somebody_unknown_with_no_topic_goes_to_the_general_team(chat, conversations):
    await chat.say("a person please", "request_human")
    assert conversations.routes == [Route("general", Priority.NORMAL)]


async def test_the_customer_is_told_where_they_stand_and_again_when_asked(chat, conversations):
    conversations.before = 1
    said = await chat.say("a person please", "request_human")
    assert said == ["utter_handoff", "utter_people_are_in_line"]
    assert chat.answer("utter_people_are_in_line")["place"] == "second"
    chat.line.position = 1
    assert await chat.say("/request_human", "request_human") == ["utter_people_are_in_line"]
    assert chat.answer("utter_people_are_in_line")["place"] == "next"
    assert len(conversations.routes) == 1


async def test_a_long_line_comes_with_other_ways(chat, conversations):
    conversations.before = 6
    assert "utter_line_is_long" in await chat.say("a person please", "request_human")
    assert chat.answer("utter_line_is_long")["place"] == "seventh"


async def test_when_nobody_is_there_the_customer_hears_when_they_are_back(chat):
    chat.now = SUNDAY
    assert "utter_people_are_out" in await chat.say("a person please", "request_human")
    assert chat.answer("utter_people_are_out")["back"] == "Monday 23 November at 9 am"


async def test_a_team_has_hours_of_its_own(chat):
    chat.line.team = Team("billing", "Billing", hours={1: (time(8), time(12))})
    assert "utter_people_are_out" in await chat.say("a person please", "request_human")
    assert chat.answer("utter_people_are_out")["back"] == "Tuesday 24 November at 8 am"


async def test_a_team_that_is_never_there_promises_no_time(chat):
    chat.line.team = Team("billing", "Billing", hours={})
    assert "utter_people_are_away" in await chat.say("a person please", "request_human")


async def test_a_call_is_arranged_step_by_step(chat):
    await chat.say("a person please", "request_human")
    said = await chat.say('/request_human{"callback_reach": "phone"}', "request_human", callback_reach="phone")
    assert said == ["utter_when_to_call"]
    assert "As soon as possible" in chat.buttons
    assert await chat.say("tomorrow afternoon") == ["utter_ask_callback_phone"]
    assert await chat.say("07700 900123") == ["utter_callback_by_phone"]
    assert chat.callbacks.arranged == [(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), CallbackWay.PHONE, "07700900123")]
    assert chat.answer("utter_callback_by_phone")["when"] == "Tuesday 24 November at 12 pm"


async def test_everything_may_be_said_at_once(chat):
    await chat.say("can you call me back tomorrow at 3pm on 07700 900123", "request_human")
    assert chat.said == ["utter_handoff", "utter_callback_by_phone"]
    assert any(event.get("name") == "action_arrange_callback" and event["event"] == "followup" for event in chat.events)
    assert chat.callbacks.arranged == [(datetime(2026, 11, 24, 15, 0, tzinfo=UTC), CallbackWay.PHONE, "07700900123")]


@pytest.mark.parametrize(
    ("words", "remark"),
    [
        ("sunday at 3pm", "utter_callback_nobody_there"),
        ("tomorrow at 11 pm", "utter_callback_nobody_there"),
        ("on the 5th of august at 10", "utter_callback_time_too_far"),
        ("when the moon is blue", "utter_callback_time_unclear"),
        ("today at 9:30 am", "utter_callback_time_passed"),
    ],
)
async def test_a_time_that_cannot_be_is_said_to_be_so_and_asked_again(chat, words, remark):
    await chat.say("call me back please", "request_human")
    assert await chat.say(words) == [remark, "utter_when_to_call"]
    assert await chat.press("As soon as possible") == ["utter_ask_callback_phone"]


async def test_somebody_may_be_written_to_where_they_are(chat):
    await chat.say("call me back please", "request_human")
    await chat.press("As soon as possible")
    assert await chat.press("Write to me here") == ["utter_callback_by_channel"]
    assert chat.callbacks.arranged == [(chat.now, CallbackWay.CHANNEL, "")]


async def test_an_email_needs_no_time(chat):
    await chat.say("just email me please", "request_human")
    assert chat.said[-1] == "utter_ask_callback_email"
    assert await chat.say("jo dot bright at example dot com") == ["utter_callback_by_email"]
    assert chat.callbacks.arranged == [(None, CallbackWay.EMAIL, "jo.bright@example.com")]


async def test_the_address_on_file_is_used_without_being_shown(chat):
    await chat.be("C-900002", confirmed=False)
    await chat.say("just email me please", "request_human")
    await chat.press("The one on my account")
    [(_, way, address)] = chat.callbacks.arranged
    assert way is CallbackWay.EMAIL
    assert "@" in address
    assert chat.answer("utter_callback_by_email")["reach"] == "the address on your account"


async def test_nobody_else_is_offered_an_address_on_file(chat):
    await chat.say("just email me please", "request_human")
    assert list(chat.buttons) == ["Write to me here"]


async def test_no_other_job_begins_while_a_call_is_arranged(chat):
    await chat.say("call me back please", "request_human")
    said = await chat.say("cancel my order", "cancel_order")
    assert said[-1] == "utter_when_to_call"
    assert chat.form == "callback_form"


async def test_back_to_the_assistant(chat):
    await chat.say("call me back please", "request_human")
    assert await chat.say('/stop{"back": "assistant"}', "stop", back="assistant") == ["utter_back_with_assistant"]
    assert chat.form is None
    assert chat.slots["callback_at"] is None


async def test_who_does_not_want_a_call_any_more_keeps_their_place(chat):
    await chat.say("call me back please", "request_human")
    assert await chat.say("stop", "stop") == ["utter_people_are_in_line"]
    assert chat.form is None
    assert chat.callbacks.arranged == []
