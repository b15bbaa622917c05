"""Moving, cancelling and checking a visit to the workshop, as the customer sees it."""

from __future__ import annotations

import copy

import pytest

from tests.actions.appointments import EMMA, HARRIET, RAJ, at, booked, workshop_chat


@pytest.fixture
def chat(tmp_path):
    return workshop_chat(tmp_path)


async def test_moves_the_only_appointment(chat):
    await chat.be(RAJ)
    said = await chat.say("can i change my appointment to friday at 2", "move_appointment", when="friday at 2")
    assert said == ["utter_confirm_move_appointment"]
    asked = chat.answer("utter_confirm_move_appointment")
    assert (asked["old_time"], asked["time"]) == ("Thursday 26 November at 10 am", "Friday 27 November at 2 pm")
    assert "utter_appointment_moved" in await chat.say("yes please", "affirm")
    assert await booked(chat, RAJ) == [at(27, 14)]


async def test_hour_alone_means_the_day_of_the_appointment(chat):
    await chat.be(RAJ)
    await chat.say("shift my 10am to 4pm", "move_appointment", when=["10am", "4pm"])
    assert chat.answer("utter_confirm_move_appointment")["time"] == "Thursday 26 November at 4 pm"


@pytest.mark.parametrize("wish", ["i can't come thursday", "move my thursday appointment", "shift thursday at 10"])
async def test_day_of_the_appointment_itself_is_no_wish(chat, wish):
    await chat.be(RAJ)
    assert await chat.say(wish, "move_appointment", when="thursday") == ["utter_times_next"]


async def test_move_asks_which_one_and_then_when(chat):
    await chat.be(EMMA)
    assert await chat.say("move my appointment", "move_appointment") == ["utter_which_appointment"]
    assert await chat.say("the jacket one") == ["utter_times_next"]
    await chat.say("the same day at 2pm", when="2pm")


async def test_move_finds_the_one_by_its_old_day(chat):
    await chat.be(EMMA)
    said = await chat.say(
        "can't make wednesday, can we do friday instead?", "move_appointment", when=["wednesday", "friday"]
    )
    assert said == ["utter_times_wished"]
    await chat.say("10", when="10")
    assert chat.answer("utter_confirm_move_appointment")["service"] == "Stove service"


async def test_cancels_one_of_two(chat):
    await chat.be(EMMA)
    assert await chat.say("cancel my appointment", "cancel_appointment") == ["utter_which_appointment"]
    assert await chat.say("the stove") == ["utter_confirm_cancel_appointment"]
    assert "utter_appointment_cancelled" in await chat.say("cancel it", "stop")
    assert await booked(chat, EMMA) == [at(30, 11)]


@pytest.mark.parametrize("words", ["the second one", "the jacket", "monday", "the one on the 30th"])
async def test_names_an_appointment(chat, words):
    await chat.be(EMMA)
    await chat.say("cancel my appointment", "cancel_appointment")
    await chat.say(words)
    assert chat.answer("utter_confirm_cancel_appointment")["service"] == "Jacket re-proofing"


async def test_the_other_one_after_all(chat):
    await chat.be(EMMA)
    await chat.say("cancel my stove service", "cancel_appointment", service="stove service")
    assert await chat.say("no, the other one", "correct") == ["utter_confirm_cancel_appointment"]
    assert chat.answer("utter_confirm_cancel_appointment")["service"] == "Jacket re-proofing"


async def test_cancel_then_rather_move(chat):
    await chat.be(RAJ)
    await chat.say("cancel my appointment", "cancel_appointment")
    assert await chat.press("Move it instead") == ["utter_times_next"]
    assert chat.form == "move_appointment_form"
    assert await booked(chat, RAJ) == [at(26, 10)]


async def test_keeps_it_after_all(chat):
    await chat.be(RAJ)
    await chat.say("cancel my appointment", "cancel_appointment")
    assert await chat.press("No, keep it") == ["utter_nothing_changed"]
    assert await booked(chat, RAJ) == [at(26, 10)]


@pytest.mark.parametrize("intent", ["move_appointment", "cancel_appointment", "check_appointment"])
async def test_no_appointment_is_said_without_a_code(chat, intent):
    await chat.say("my appointment, harriet.stone@example.com NR2 3AB", intent)
    assert chat.said == ["utter_no_appointments"]
    assert chat.mailer.sent == []


async def test_checks_with_two_facts(chat):
    said = await chat.say("when is my appointment? emma.wilson@example.com OX4 1XX", "check_appointment")
    assert said == ["utter_your_appointments"]
    told = chat.answer("utter_your_appointments")["appointments"]
    assert "Stove service: Wednesday 25 November at 2 pm" in told
    assert "Jacket re-proofing: Monday 30 November at 11 am" in told


async def test_checks_nothing_for_the_unproven(chat):
    await chat.say("when is my appointment", "check_appointment")
    assert await chat.say("emma.wilson@example.com NR2 3AB") == ["utter_identity_mismatch"]
    assert chat.crm.calls.count("appointments") == 0


async def test_appointment_cancelled_elsewhere_meanwhile(chat):
    await chat.be(RAJ)
    await chat.say("cancel my appointment", "cancel_appointment")
    await chat.crm.cancel_appointment(RAJ, "AP-90000001")
    assert await chat.say("yes", "affirm") == ["utter_no_appointments"]


@pytest.mark.parametrize(
    ("customer", "wish", "intent", "done"),
    [
        (HARRIET, "tent repair friday at 2", "book_appointment", "utter_appointment_booked"),
        (RAJ, "move my appointment to friday at 2", "move_appointment", "utter_appointment_moved"),
    ],
)
async def test_whole_turn_repeated_after_a_crash_says_what_was_done(chat, customer, wish, intent, done):
    await chat.be(customer)
    await chat.say(wish, intent, service="tent repair", when="friday at 2")
    before = copy.deepcopy((chat.slots, chat.events, chat.form))
    assert done in await chat.say("yes", "affirm")
    chat.slots, chat.events, chat.form = before
    assert done in await chat.say("yes", "affirm")
    assert await booked(chat, customer) == [at(27, 14)]
