"""Several wishes in one message, as the customer sees it.

Sam's FW-200102 is being packed and is his only order that can be cancelled. Priya's FW-200103 has left. Nia's
FW-200114 can be cancelled, FW-200113
is cancelled.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from actions.base import DeskAction
from actions.open_wishes import quoted
from actions.orders import CancelOrderAction, OrderStatusAction, ValidateCancelOrderForm, ValidateOrderStatusForm
from actions.people import AcceptOfferAction, DeclineOfferAction, HandoffAction, StopJobAction
from actions.returns import RefundStatusAction, ValidateRefundStatusForm
from actions.turn import Turn
from deskhand.crm.types import OrderStatus
from deskhand.settings import Settings
from tests.fakes.chat import Chat

SAM, PRIYA, NIA = "C-900002", "C-900003", "C-900013"
CANCEL = ("cancel_order", "cancel my order")
REFUND = ("refund_status", "what about my refund")
QUESTION = ("ask_question", "how long do refunds take")


class AnswerAction(DeskAction):
    """Answers any question with the question."""

    action = "action_answer_question"

    async def act(self, turn: Turn) -> None:
        turn.say(text=f"answer to {turn.text}")


@pytest.fixture
def chat(tmp_path):
    return Chat(
        [
            (ValidateOrderStatusForm(), OrderStatusAction()),
            (ValidateCancelOrderForm(), CancelOrderAction()),
            (ValidateRefundStatusForm(), RefundStatusAction()),
        ],
        Settings(data_dir=tmp_path),
        others={
            "affirm": AcceptOfferAction(),
            "deny": DeclineOfferAction(),
            "stop": StopJobAction(),
            "ask_question": AnswerAction(),
        },
    )


async def test_the_second_of_two_jobs_waits_and_the_customer_is_told(chat):
    said = await chat.wish(CANCEL, REFUND)

    assert said[0] == "utter_wish_waits"
    assert chat.answer("utter_wish_waits")["wish"] == "“what about my refund”"
    assert chat.asked == "email"
    assert chat.form == "cancel_order_form"


async def test_it_is_told_only_once(chat):
    await chat.wish(CANCEL, REFUND)

    assert "utter_wish_waits" not in await chat.say("sam.okafor@example.com")


async def test_after_the_first_job_the_second_is_asked_about_and_begun(chat):
    await chat.be(SAM)
    await chat.wish(CANCEL, REFUND)
    said = await chat.say("yes", "affirm")
    assert said == ["utter_order_cancelled", "utter_ask_next_wish"]
    assert chat.answer("utter_ask_next_wish")["wish"] == "what about my refund"

    said = await chat.say("yes please", "affirm")

    assert "utter_refund_of_cancelled_order" in said
    assert chat.slots["open_wishes"] is None


async def test_a_declined_wish_is_left(chat):
    await chat.be(SAM)
    await chat.wish(CANCEL, REFUND)
    await chat.say("yes", "affirm")

    assert await chat.say("no", "deny") == ["utter_wish_dropped", "utter_anything_else"]
    assert chat.slots["open_wishes"] is None


async def test_stop_leaves_the_wish_that_was_asked_about(chat):
    await chat.be(SAM)
    await chat.wish(CANCEL, REFUND)
    await chat.say("yes", "affirm")

    assert await chat.say("never mind", "stop") == ["utter_wish_dropped"]
    assert chat.slots["open_wishes"] is None


async def test_a_first_job_that_is_stopped_is_not_the_end_of_the_second(chat):
    await chat.wish(CANCEL, REFUND)

    assert await chat.say("forget it", "stop") == ["utter_stopped", "utter_ask_next_wish"]
    assert chat.form is None


async def test_a_first_job_that_is_refused_is_not_the_end_of_the_second(chat):
    await chat.be(PRIYA)

    said = await chat.wish(("cancel_order", "cancel FW-200103"), REFUND, order_number="FW-200103")

    assert said == ["utter_order_dispatched_not_changeable", "utter_next_wish", "utter_no_returns"]


async def test_three_wishes_come_one_after_the_other(chat):
    await chat.be(SAM)
    await chat.wish(CANCEL, REFUND, ("order_status", "where is FW-200102"), order_number="FW-200102")
    await chat.say("no", "deny")

    assert await chat.say("no", "deny") == ["utter_wish_dropped", "utter_ask_next_wish"]
    assert chat.answer("utter_ask_next_wish")["wish"] == "where is FW-200102"
    assert (await chat.say("yes", "affirm"))[0].startswith("Order FW-200102")


async def test_a_question_is_answered_and_the_job_begun_in_the_same_turn(chat):
    said = await chat.wish(QUESTION, CANCEL)

    assert said == ["answer to how long do refunds take", "utter_next_wish"]
    assert chat.answer("utter_next_wish")["wish"] == "cancel my order"
    assert chat.asked == "email"


async def test_a_question_that_waited_is_answered_without_asking(chat):
    await chat.be(SAM)
    await chat.wish(CANCEL, QUESTION)

    assert await chat.say("yes", "affirm") == [
        "utter_order_cancelled",
        "utter_next_wish",
        "answer to how long do refunds take",
    ]


async def test_two_wishes_in_the_middle_of_a_form_do_not_end_it(chat):
    await chat.be(SAM)
    await chat.say("cancel my order", "cancel_order")

    said = await chat.wish(("order_status", "where is my other order"), REFUND)

    assert said == ["utter_wish_waits", "utter_confirm_cancel_order"]
    assert (chat.form, chat.asked) == ("cancel_order_form", "confirm")
    assert [wish["intent"] for wish in chat.slots["open_wishes"]] == ["order_status", "refund_status"]


async def test_a_question_in_the_middle_of_a_form_is_answered_and_the_other_wish_waits(chat):
    await chat.be(SAM)
    await chat.say("cancel my order", "cancel_order")

    said = await chat.wish(QUESTION, REFUND)

    assert said == ["answer to how long do refunds take", "utter_wish_waits", "utter_confirm_cancel_order"]


async def test_the_wish_of_the_form_once_more_is_no_new_one(chat):
    await chat.be(SAM)
    await chat.say("cancel my order", "cancel_order")
    await chat.wish(QUESTION, CANCEL)

    assert not chat.slots.get("open_wishes")


async def test_only_what_belongs_to_the_first_wish_is_read_for_it(chat):
    await chat.be(NIA)

    await chat.wish(CANCEL, ("order_status", "where is FW-200113"), order_number="FW-200113")

    assert chat.slots["order_number"] == "FW-200114"


async def test_two_orders_are_dealt_with_one_after_the_other(chat):
    await chat.be(NIA)
    said = await chat.wish(("cancel_order", "cancel FW-200114"), ("cancel_order", "FW-200113"))
    assert said == ["utter_wish_waits", "utter_confirm_cancel_order"]

    said = await chat.say("yes", "affirm")
    assert chat.answer("utter_ask_next_wish")["wish"] == "FW-200113"
    assert (await chat.crm.order(NIA, "FW-200114")).status is OrderStatus.CANCELLED
    assert said[-1] == "utter_ask_next_wish"
    assert "utter_order_already_cancelled" in await chat.say("yes", "affirm")


async def test_an_email_address_anywhere_in_the_message_counts(chat):
    await chat.wish(CANCEL, ("refund_status", "my refund, i am sam.okafor@example.com"))

    assert chat.slots["email"] == "sam.okafor@example.com"


async def test_a_wish_that_the_customer_says_again_is_not_asked_about_any_more(chat):
    await chat.be(SAM)
    await chat.wish(CANCEL, REFUND)
    await chat.say("yes", "affirm")

    said = await chat.say("so where is my refund", "refund_status")

    assert "utter_ask_next_wish" not in said
    assert not chat.slots["open_wishes"]


async def test_a_wish_is_asked_about_once(chat):
    await chat.be(SAM)
    await chat.wish(CANCEL, REFUND)
    await chat.say("yes", "affirm")

    assert await chat.say("what is a bell tent", "ask_question") == ["answer to what is a bell tent"]


async def test_a_person_gets_what_was_not_begun(chat, monkeypatch):
    packets: list[Any] = []

    async def request_handoff(conversation_id: str, packet: Any, way: Any = None) -> None:
        packets.append(packet)

    chat.others["request_human"] = HandoffAction()
    from actions import services

    current = await services.services()
    object.__setattr__(current, "conversations", SimpleNamespace(request_handoff=request_handoff))

    said = await chat.wish(("request_human", "let me talk to a person"), REFUND)

    assert said[0] == "utter_handoff"
    assert "utter_next_wish" not in said
    assert "Not begun yet: to know where a refund is." in packets[0].summary
    assert chat.slots["open_wishes"] is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("and what about my refund", "what about my refund"),
        (", also where is it? ", "where is it?"),
        ("where is my tent, and also, ", "where is my tent"),
        ("FW-200102 and", "FW-200102"),
        ("and", ""),
    ],
)
def test_a_wish_is_quoted_without_what_joined_it(text, words):
    assert quoted(text) == words
