"""Booking a visit to the workshop, as the customer sees it."""

from __future__ import annotations

import pytest

from actions.accounts import ResendCodeAction
from actions.appointments import (
    BookAppointmentAction,
)
from tests.actions.appointments import HARRIET, RAJ, at, at_times, booked, fill, workshop_chat


@pytest.fixture
def chat(tmp_path):
    return workshop_chat(tmp_path)


async def test_books_step_by_step(chat):
    await chat.say("book an appointment", "book_appointment")
    assert chat.asked == "email"
    await chat.say("harriet.stone@example.com")
    assert await chat.say("NR2 3AB") == ["utter_code_sent"]
    assert await chat.say("100001") == ["utter_which_service"]
    assert await chat.say("my lantern needs mending") == ["utter_times_next"]
    assert await chat.say("friday at 2") == ["utter_confirm_book_appointment"]
    asked = chat.answer("utter_confirm_book_appointment")
    assert (asked["service"], asked["time"]) == ("Lantern repair", "Friday 27 November at 2 pm")
    assert asked["price"].startswith("£")
    assert await booked(chat, HARRIET) == []
    assert "utter_appointment_booked" in await chat.say("yes", "affirm")
    assert await booked(chat, HARRIET) == [at(27, 14)]
    assert chat.slots["service"] is None


async def test_books_with_everything_in_one_message(chat):
    await chat.be(HARRIET)
    said = await chat.say(
        "sharpen my kitchen knives friday at 11", "book_appointment", service="sharpen", when="friday at 11"
    )
    assert said == ["utter_confirm_book_appointment"]
    assert "utter_appointment_booked" in await chat.press("Yes, book it")
    assert await booked(chat, HARRIET) == [at(27, 11)]


async def test_first_wish_survives_the_identity_questions(chat):
    await chat.say(
        "book a tent repair for tomorrow at 3", "book_appointment", service="tent repair", when="tomorrow at 3"
    )
    await chat.say("harriet.stone@example.com NR2 3AB")
    assert await chat.say("100001") == ["utter_confirm_book_appointment"]
    assert chat.answer("utter_confirm_book_appointment")["time"] == "Tuesday 24 November at 3 pm"


@pytest.mark.parametrize("vague", ["could i book a service?", "i need a repair", "book me in"])
async def test_asks_which_service_rather_than_guessing(chat, vague):
    await chat.be(HARRIET)
    assert await chat.say(vague, "book_appointment") == ["utter_which_service"]
    assert len(chat.buttons) == 5


async def test_part_of_a_day_offers_a_few_of_its_times(chat):
    assert await at_times(chat, "friday afternoon") == ["utter_times_wished"]
    assert chat.answer("utter_times_wished")["wish"] == "on Friday 27 November in the afternoon"
    assert list(chat.buttons)[:2] == ["Fri 27 Nov, 12 pm", "Fri 27 Nov, 1 pm"]
    assert list(chat.buttons)[-1] == "Another day"
    assert len(chat.buttons) <= 6


@pytest.mark.parametrize(
    ("answer", "hour"),
    [
        ("the second one", 13),
        ("1pm", 13),
        ("the 2 o'clock", 14),
        ("the last one", 16),
        ("13:00 is fine", 13),
        ("3", 15),
    ],
)
async def test_picks_one_of_the_times_on_offer(chat, answer, hour):
    await at_times(chat, "friday afternoon")
    await chat.say(answer)
    assert chat.answer("utter_confirm_book_appointment")["time"].startswith("Friday 27 November at ")
    await chat.say("yes", "affirm")
    assert [time.hour for time in await booked(chat, HARRIET)] == [hour]


async def test_pressing_a_time(chat):
    await at_times(chat, "friday afternoon")
    assert await chat.press("Fri 27 Nov, 1 pm") == ["utter_confirm_book_appointment"]


async def test_closed_day_is_said_and_the_nearest_times_are_offered(chat):
    assert await at_times(chat, "sunday") == ["utter_times_closed"]
    assert chat.answer("utter_times_closed")["wish"] == "on Sunday 29 November"
    assert any("Sat 28 Nov" in title for title in chat.buttons) or any("Mon 30 Nov" in title for title in chat.buttons)


async def test_full_time_is_said_and_the_nearest_times_are_offered(chat):
    await fill(chat, at(27, 14))
    assert await at_times(chat, "friday at 2pm") == ["utter_times_instead"]
    assert chat.answer("utter_times_instead")["wish"] == "on Friday 27 November at 2 pm"
    assert "Fri 27 Nov, 1 pm" in chat.buttons
    assert "Fri 27 Nov, 3 pm" in chat.buttons
    assert "Fri 27 Nov, 2 pm" not in chat.buttons


async def test_customers_own_visit_is_not_offered_again(chat):
    await chat.be(RAJ)
    await chat.say("book a stove service", "book_appointment", service="stove service")
    assert await chat.say("thursday at 10") == ["utter_times_instead"]


async def test_earlier_later_and_another_day(chat):
    await at_times(chat, "friday afternoon")
    assert await chat.say("anything earlier?") == ["utter_times_earlier"]
    assert "Fri 27 Nov, 11 am" in chat.buttons
    assert await chat.say("another day please") == ["utter_times_wished"]
    assert all("27 Nov" not in title for title in chat.buttons)
    assert await chat.press("Another day") == ["utter_times_wished"]


async def test_no_to_the_times_on_offer_brings_others(chat):
    await at_times(chat, "friday afternoon")
    assert await chat.say("no, none of them", "deny") == ["utter_times_wished"]
    assert all("27 Nov" not in title for title in chat.buttons)


async def test_nothing_is_earlier_than_the_first(chat):
    await at_times(chat, "today at 11")
    assert chat.said == ["utter_confirm_book_appointment"]
    assert await chat.say("is there anything earlier", "correct") == ["utter_times_none_earlier"]


async def test_time_already_passed(chat):
    assert await at_times(chat, "today at 9am") == ["utter_times_passed"]


async def test_no_at_the_end_changes_nothing(chat):
    await at_times(chat, "friday at 2")
    assert await chat.say("no", "deny") == ["utter_nothing_changed"]
    assert await booked(chat, HARRIET) == []
    assert chat.form is None


async def test_no_with_another_time_is_a_correction(chat):
    await at_times(chat, "friday at 2")
    assert await chat.say("no, make it 3", "deny", when="3") == ["utter_confirm_book_appointment"]
    assert chat.answer("utter_confirm_book_appointment")["time"] == "Friday 27 November at 3 pm"


async def test_another_time_from_the_summary(chat):
    await at_times(chat, "friday at 2")
    assert await chat.press("Another time") == ["utter_times_wished"]


async def test_other_service_from_the_summary(chat):
    await at_times(chat, "friday at 2")
    await chat.say("sorry, the stove service", "correct", service="stove service")
    assert chat.answer("utter_confirm_book_appointment")["service"] == "Stove service"


async def test_slot_taken_before_the_yes_is_noticed(chat):
    await at_times(chat, "friday at 2")
    await fill(chat, at(27, 14))
    assert await chat.say("wait, which time was it?", "correct", when="friday at 2") == ["utter_times_instead"]


async def test_slot_taken_at_the_last_moment_leads_to_others(chat, monkeypatch):
    await at_times(chat, "friday at 2")
    monkeypatch.setattr(BookAppointmentAction, "act", faster(BookAppointmentAction.act, chat))
    assert await chat.say("yes", "affirm") == ["utter_time_just_taken"]
    assert await booked(chat, HARRIET) == []
    assert await chat.press("Fri 27 Nov, 1 pm") == ["utter_confirm_book_appointment"]
    monkeypatch.undo()
    assert "utter_appointment_booked" in await chat.say("yes", "affirm")
    assert await booked(chat, HARRIET) == [at(27, 13)]


def faster(act, chat):
    async def with_somebody_faster(self, turn):
        await fill(chat, at(27, 14))
        await act(self, turn)

    return with_somebody_faster


async def test_booking_repeated_after_a_crash_books_once(chat):
    await chat.be(HARRIET)
    for _ in range(2):
        chat.slots.update(service="tent-repair", appointment_time=at(27, 14).isoformat(), confirm=True)
        await chat._run(BookAppointmentAction())
    assert chat.answer("utter_appointment_booked")["service"] == "Tent repair"
    assert await booked(chat, HARRIET) == [at(27, 14)]


async def test_books_nothing_for_the_unproven(chat):
    await chat.be(HARRIET, confirmed=False)
    chat.slots.update(service="tent-repair", appointment_time=at(27, 14).isoformat(), confirm=True)
    await chat._run(BookAppointmentAction())
    assert await booked(chat, HARRIET) == []


async def test_old_yes_does_not_count_for_a_later_booking(chat):
    await chat.be(HARRIET)
    chat.slots.update(confirm=True)
    said = await chat.say("tent repair friday at 2", "book_appointment", service="tent repair", when="friday at 2")
    assert said == ["utter_confirm_book_appointment"]


async def test_crm_down_when_it_should_be_booked(chat):
    await at_times(chat, "friday at 2")
    chat.crm.down = True
    assert set(await chat.say("yes", "affirm")) == {"utter_system_unavailable"}
    chat.crm.down = False
    await chat.press("Try again")
    assert await booked(chat, HARRIET) == []
    assert chat.asked is not None


async def test_question_in_the_middle_comes_back_to_the_same_times(chat):
    await at_times(chat, "friday afternoon")
    titles = list(chat.buttons)
    chat.others["ask_question"] = ResendCodeAction()  # any action: what counts is the way back
    await chat.say("do you have parking?", "ask_question")
    assert list(chat.buttons) == titles


async def test_question_naming_a_day_is_no_wish(chat):
    await at_times(chat, "friday afternoon")
    before = chat.slots["appointment_time"]
    await chat.say("are you open on saturday?", "ask_question", when="saturday")
    assert chat.slots["appointment_time"] == before
