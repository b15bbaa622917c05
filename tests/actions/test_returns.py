"""Returns and refunds, as the customer sees them.

Jo's FW-200101 came 5 days ago: a Skylark tent (£249) and a Glow lantern (£34). Tom's FW-200104 is too old, one of the
two items of FW-200105 is on its way back. Olu's FW-200115 has two lanterns and a tent.
"""

from __future__ import annotations

import pytest

from actions.accounts import ResendCodeAction
from actions.returns import RefundStatusAction, StartReturnAction, ValidateRefundStatusForm, ValidateReturnForm
from deskhand.crm.types import Resolution
from deskhand.settings import Settings
from tests.fakes.chat import Chat

JO, SAM, TOM, OLU, HARRIET, KATE = "C-900001", "C-900002", "C-900004", "C-900014", "C-900015", "C-900017"


@pytest.fixture
def chat(tmp_path):
    return Chat(
        [(ValidateReturnForm(), StartReturnAction()), (ValidateRefundStatusForm(), RefundStatusAction())],
        Settings(data_dir=tmp_path),
        others={"ask_question": ResendCodeAction()},
    )


async def test_a_return_from_wish_to_label(chat):
    await chat.be(JO)
    assert await chat.say("i want to return something", "start_return") == ["utter_which_items"]
    assert await chat.say("the lantern") == ["utter_which_reason"]
    assert await chat.say("its far too dim for my tent", "report_problem") == ["utter_which_resolution"]
    assert await chat.say("money back please") == ["utter_confirm_return"]
    assert chat.answer("utter_confirm_return")["reason"] == "its far too dim for my tent"
    assert "utter_return_refund_started" in await chat.press("Yes, start it")
    [done] = await chat.crm.returns(JO)
    assert (done.order_number, done.resolution, done.refund_amount) == ("FW-200101", Resolution.REFUND, 34)


async def test_a_large_refund_goes_to_a_person_with_what_is_known(chat):
    await chat.be(JO)
    await chat.say("return the tent for a refund", "start_return", resolution="refund")
    assert await chat.say("too small", return_reason="too small") == ["utter_refund_needs_person"]
    assert chat.slots["handoff_reason"] == "refund_above_threshold"
    assert chat.slots["return_reason"] == "too small"
    assert await chat.crm.returns(JO) == []


async def test_a_large_exchange_does_not(chat):
    await chat.be(JO)
    await chat.say("swap", "start_return", resolution="exchange")
    await chat.say("the tent")
    await chat.say("too small")
    assert "utter_return_exchange_started" in await chat.say("yes", "affirm")


async def test_several_items_at_once(chat):
    await chat.be(OLU)
    await chat.say("i want to send things back", "start_return")
    await chat.say("the blue lantern and the green lantern")
    assert len(chat.slots["item_ids"]) == 2


async def test_the_items_can_be_corrected_at_the_end(chat):
    await chat.be(OLU)
    await chat.say("i want to send something back", "start_return")
    await chat.say("the blue lantern")
    await chat.say("broken", return_reason="broken")
    await chat.say("refund", resolution="refund")
    first = chat.slots["item_ids"]
    assert await chat.say("sorry i meant the green lantern", "correct") == ["utter_confirm_return"]
    assert chat.slots["item_ids"] != first


async def test_too_old(chat):
    await chat.be(TOM)
    said = await chat.say("return FW-200104", "start_return")
    assert "utter_return_window_closed" in said


async def test_what_is_on_its_way_back_is_not_offered_again(chat):
    await chat.be(TOM)
    await chat.say("i want to return something", "start_return")
    assert chat.slots["order_number"] == "FW-200105"
    assert len(chat.slots["item_ids"]) == 1  # the mug: the kettle is on its way
    assert chat.asked == "return_reason"


async def test_not_delivered_yet(chat):
    await chat.be(SAM)
    assert await chat.say("return FW-200102", "start_return") == ["utter_return_not_delivered"]


async def test_nothing_to_return(chat):
    await chat.be(HARRIET)
    assert await chat.say("return", "start_return") == ["utter_nothing_to_return"]


async def test_a_question_is_not_taken_for_a_reason(chat):
    await chat.be(JO)
    await chat.say("i want to return something", "start_return")
    await chat.say("the lantern")
    await chat.say("do i pay for postage?", "ask_question")
    assert chat.asked == "return_reason"
    assert chat.slots.get("return_reason") is None


async def test_a_wish_for_money_is_not_taken_for_a_reason(chat):
    await chat.be(JO)
    await chat.say("i want to return something", "start_return")
    await chat.say("the lantern")
    await chat.say("refund please")
    assert (chat.asked, chat.slots["resolution"]) == ("return_reason", "refund")


async def test_where_the_refund_is(chat):
    await chat.be(KATE, confirmed=False)
    assert "utter_return_completed" in await chat.say("where is my refund", "refund_status")
    await chat.be(TOM, confirmed=False)


async def test_no_returns(chat):
    await chat.be(HARRIET, confirmed=False)
    assert await chat.say("where is my refund", "refund_status") == ["utter_no_returns"]


async def test_the_item_that_is_named_in_the_wish_is_meant(chat):
    await chat.be(OLU)
    await chat.say("can i send the green lantern from my last order back", "start_return")
    assert chat.asked == "return_reason"
    [item] = chat.slots["item_ids"]
    assert "green" in next(one.label for one in (await chat.crm.order(OLU, "FW-200115")).items if one.id == item)


async def test_an_item_that_has_not_come_is_not_swapped_for_another(chat):
    await chat.be("C-900016")
    said = await chat.say("i want to return the cast iron pot", "start_return")
    assert said[0] == "utter_item_not_returnable"
    assert chat.slots.get("item_ids") is None


async def test_the_refund_of_a_cancelled_order_is_told(chat):
    await chat.be("C-900013", confirmed=False)
    assert await chat.say("when do i get my money for the cancelled order", "refund_status") == [
        "utter_refund_of_cancelled_order"
    ]
