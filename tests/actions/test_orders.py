"""Where an order is, cancelling it and sending it elsewhere, as the customer sees it.

Priya's FW-200103 comes in two parcels. Sam's FW-200102 is being packed. Grace has FW-200108 (delivered), FW-200109
(delayed) and FW-200110 (placed). Nia's FW-200114 can be cancelled, FW-200113 is cancelled.
"""

from __future__ import annotations

import time

import pytest

from actions.accounts import ResendCodeAction
from actions.orders import (
    CancelOrderAction,
    ChangeAddressAction,
    OrderStatusAction,
    ValidateCancelOrderForm,
    ValidateChangeAddressForm,
    ValidateOrderStatusForm,
    _looks_like_address,
    parse_address,
)
from deskhand.crm.types import Address, OrderStatus
from deskhand.settings import Settings
from tests.fakes.chat import Chat

PRIYA, SAM, GRACE, NIA, HARRIET = "C-900003", "C-900002", "C-900007", "C-900013", "C-900015"


@pytest.fixture
def chat(tmp_path):
    return Chat(
        [
            (ValidateOrderStatusForm(), OrderStatusAction()),
            (ValidateCancelOrderForm(), CancelOrderAction()),
            (ValidateChangeAddressForm(), ChangeAddressAction()),
        ],
        Settings(data_dir=tmp_path),
        others={"ask_question": ResendCodeAction()},
    )


async def test_tells_where_each_parcel_is_after_two_facts(chat):
    await chat.say("where is my order", "order_status")
    assert chat.asked == "email"
    await chat.say("its priya.nair@example.com")
    assert chat.asked == "identity_fact"
    told = (await chat.say("bs31tf"))[0]
    assert "2 parcels" in told
    assert "out for delivery today" in told
    assert "Tuesday 24 November" in told


async def test_everything_in_one_message(chat):
    told = await chat.say("where's fw200103? priya.nair@example.com, bs3 1tf", "order_status", order_number="fw200103")
    assert told[0].startswith("Order FW-200103")


async def test_an_order_number_is_the_second_fact_too(chat):
    told = await chat.say("where is FW-200103, priya.nair@example.com", "order_status")
    assert told[0].startswith("Order FW-200103")


async def test_somebody_elses_order_number_proves_nothing_and_shows_nothing(chat):
    said = await chat.say("where is FW-200102, priya.nair@example.com", "order_status")
    assert said == ["utter_identity_mismatch"]
    assert "orders" not in chat.crm.calls


async def test_somebody_elses_order_is_not_found_and_not_told_from_none(chat):
    await chat.be(PRIYA)
    assert "utter_order_not_found" in await chat.say("where is FW-200102", "order_status")
    assert "utter_order_not_found" in await chat.say("and FW-999999?")


async def test_three_wrong_facts_bring_a_person_and_no_more_tries(chat):
    await chat.say("where is my order", "order_status")
    for _ in range(2):
        await chat.say("priya.nair@example.com")
        assert "utter_identity_mismatch" in await chat.say("LS1 1AA")
    await chat.say("priya.nair@example.com")
    assert await chat.say("M1 1AA") == ["utter_identity_locked"]
    assert chat.slots["handoff_reason"] == "identity_not_verified"
    chat.slots["handoff_reason"] = None
    assert await chat.say("where is my order priya.nair@example.com bs3 1tf", "order_status") == [
        "utter_identity_locked"
    ]


async def test_several_orders_are_asked_about_and_named_by_what_is_in_them(chat):
    await chat.be(GRACE)
    assert await chat.say("where is my order", "order_status") == ["utter_which_order"]
    assert len(chat.buttons) == 3
    assert (await chat.say("the fire pit"))[0].startswith("Order FW-200108")


async def test_the_one_that_is_named_in_the_wish_is_meant(chat):
    await chat.be(GRACE)
    assert (await chat.say("where's my last order", "order_status"))[0].startswith("Order FW-200110")
    assert (await chat.say("wheres the air bed", "order_status"))[0].startswith("Order FW-200109")


async def test_an_account_without_orders(chat):
    await chat.be(HARRIET)
    assert "utter_no_orders" in await chat.say("where is my order", "order_status")


async def test_a_cancellation_needs_a_code_and_a_yes(chat):
    await chat.say("cancel my order, sam.okafor@example.com M20 4WX", "cancel_order")
    assert chat.asked == "one_time_code"
    assert chat.mailer.sent[-1][0] == "sam.okafor@example.com"
    assert await chat.say("100001") == ["utter_confirm_cancel_order"]
    assert chat.answer("utter_confirm_cancel_order")["order_number"] == "FW-200102"
    assert "utter_order_cancelled" in await chat.say("yes please", "affirm")
    assert (await chat.crm.order(SAM, "FW-200102")).status is OrderStatus.CANCELLED


async def test_a_no_changes_nothing(chat):
    await chat.be(SAM)
    await chat.say("cancel my order", "cancel_order")
    assert await chat.say("no", "deny") == ["utter_nothing_changed"]
    assert (await chat.crm.order(SAM, "FW-200102")).status is OrderStatus.PACKING


async def test_a_wrong_code_counts_and_three_bring_a_person(chat):
    await chat.be(SAM, confirmed=False)
    await chat.say("cancel my order", "cancel_order")
    assert await chat.say("123456") == ["utter_code_wrong"]
    assert await chat.say("12345") == ["utter_code_wrong"]
    assert await chat.say("654321") == ["utter_identity_locked"]
    assert chat.slots["handoff_reason"] == "identity_not_verified"


async def test_the_proof_is_looked_up_again_when_it_is_done(chat):
    await chat.be(SAM)
    await chat.say("cancel my order", "cancel_order")
    chat.verifications.records.clear()
    await chat.say("yes", "affirm")
    assert (await chat.crm.order(SAM, "FW-200102")).status is OrderStatus.PACKING


async def test_an_order_that_left_cannot_be_cancelled(chat):
    await chat.be(PRIYA)
    assert await chat.say("cancel FW-200103", "cancel_order") == ["utter_order_dispatched_not_changeable"]


async def test_an_order_that_leaves_while_we_talk_cannot_be_cancelled(chat):
    await chat.be(SAM)
    await chat.say("cancel my order", "cancel_order")
    await chat.crm.cancel_order(SAM, "FW-200102")
    assert "utter_order_already_cancelled" in await chat.say("yes", "affirm")


async def test_a_code_in_the_middle_of_a_question_waits(chat):
    await chat.be(SAM, confirmed=False)
    await chat.say("cancel my order", "cancel_order")
    await chat.say("how long does it take to get my money", "ask_question")
    assert chat.asked == "one_time_code"


async def test_an_address_is_changed_after_code_and_yes(chat):
    await chat.be(SAM)
    await chat.say("send my order somewhere else", "change_delivery_address")
    assert chat.asked == "new_address"
    assert await chat.say("14 Mill Lane") == ["utter_address_incomplete"]
    assert await chat.say("14 mill lane, leeds, ls6 2ab") == ["utter_confirm_change_address"]
    assert await chat.say("no, 16 mill lane leeds ls62ab", "correct", address="16 mill lane leeds ls62ab") == [
        "utter_confirm_change_address"
    ]
    assert "utter_address_changed" in await chat.say("yes", "affirm")
    assert (await chat.crm.order(SAM, "FW-200102")).address == Address("16 mill lane", "Leeds", "LS6 2AB")


async def test_the_postcode_of_the_new_address_is_no_proof_of_identity(chat):
    await chat.say("please send my order to 4 High St, Leeds LS1 1AA", "change_delivery_address")
    await chat.say("sam.okafor@example.com")
    assert chat.asked == "identity_fact"
    assert chat.verifications.records == {}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("14 Mill Lane, Leeds, LS6 2AB", Address("14 Mill Lane", "Leeds", "LS6 2AB")),
        ("flat 2, 14 mill lane, leeds ls62ab", Address("flat 2, 14 mill lane", "Leeds", "LS6 2AB")),
        ("14 mill lane leeds ls6 2ab", Address("14 mill lane", "Leeds", "LS6 2AB")),
        ("14 Mill Lane, Leeds", None),
        ("LS6 2AB", None),
        ("Mill Lane, Leeds, LS6 2AB", None),
        ("", None),
    ],
)
def test_parse_address(text, address):
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["a" * 100 + "," * 100, "1" * 200, "ab," * 66, "a1 " * 66])
def test_no_text_keeps_the_address_step_busy(text):
    began = time.perf_counter()
    _looks_like_address(text)
    assert time.perf_counter() - began < 0.1
