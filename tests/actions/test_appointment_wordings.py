"""What customers say of days and times, and what is made of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.actions.appointments import EMMA, HARRIET, RAJ, at, at_times, booked, fill, workshop_chat


@pytest.fixture
def chat(tmp_path):
    return workshop_chat(tmp_path)


async def test_part_of_the_day_counts_on_every_day_of_the_week(chat):
    await chat.be(EMMA)  # its own time is in that week, which is no reason to forget the wish
    await chat.crm.cancel_appointment(EMMA, "AP-90000003")
    await chat.crm.move_appointment(EMMA, "AP-90000002", datetime(2026, 12, 2, 14, tzinfo=UTC))
    said = await chat.say("and move the other to next week morning", "move_appointment", when="next week morning")
    assert said == ["utter_times_wished"]
    told = chat.answer("utter_times_wished")["wish"]
    assert told == "between Monday 30 November and Sunday 6 December in the morning"
    times = [title for title in chat.buttons if title != "Another day"]
    assert times
    assert all(title.endswith("am") and (" Nov" not in title or "30 Nov" in title) for title in times)


@pytest.mark.parametrize("wish", ["move it to next week", "move my appointment to thursday afternoon"])
async def test_wish_that_the_present_time_fits_is_still_a_wish(chat, wish):
    chat.now = datetime(2026, 11, 20, 10, tzinfo=UTC)
    await chat.be(RAJ)
    assert await chat.say(wish, "move_appointment") == ["utter_times_wished"]


async def test_after_an_hour_is_named_as_such_and_a_single_time_is_taken(chat):
    await fill(chat, at(25, 14), at(25, 15))
    await at_times(chat, "wednesday afternoon")
    assert "Wed 25 Nov, 4 pm" in chat.buttons
    await chat.say("hmm after 2")
    assert chat.answer("utter_confirm_book_appointment")["time"] == "Wednesday 25 November at 4 pm"


@pytest.mark.parametrize(("answer", "intent"), [("ok", "affirm"), ("thats fine", "inform"), ("fine", "goodbye")])
async def test_agreeing_to_the_only_time_on_offer(chat, answer, intent):
    await fill(chat, at(25, 14), at(25, 15))
    assert await at_times(chat, "wednesday after 2") == ["utter_times_wished"]
    assert chat.answer("utter_times_wished")["wish"] == "on Wednesday 25 November from 2 pm on"
    assert list(chat.buttons) == ["Wed 25 Nov, 4 pm", "Another day"]
    assert await chat.say(answer, intent) == ["utter_confirm_book_appointment"]


async def test_later_stays_on_the_day_that_is_spoken_of(chat):
    await at_times(chat, "friday at 10")
    await chat.say("is there anything later in the day", "correct")
    assert chat.said == ["utter_times_wished"]
    assert chat.answer("utter_times_wished")["wish"] == "on Friday 27 November after 10 am"
    assert set(chat.buttons) >= {"Fri 27 Nov, 11 am", "Fri 27 Nov, 4 pm"}
    assert all("27 Nov" in title for title in chat.buttons if title != "Another day")


async def test_nothing_later_on_that_day_is_said(chat):
    await at_times(chat, "friday afternoon")
    assert await chat.say("anything later that day?") == ["utter_times_instead"]
    assert chat.answer("utter_times_instead")["wish"] == "on Friday 27 November after 4 pm"
    assert "Fri 27 Nov, 4 pm" in chat.buttons


async def test_earlier_stays_on_the_day_that_is_spoken_of(chat):
    await at_times(chat, "wednesday afternoon")
    assert await chat.say("do you have anything earlier that day") == ["utter_times_earlier"]
    assert [title for title in chat.buttons if "25 Nov" in title] == list(chat.buttons)[:-1]
    await at_times(chat, "wednesday at 9")
    assert await chat.say("do you have anything earlier that day", "correct") == ["utter_times_closed"]
    assert chat.answer("utter_times_closed")["wish"] == "on Wednesday 25 November before 9 am"


@pytest.mark.parametrize(("answer", "intent"), [("10", "rate"), ("hmm 10", "inform"), ("10 pls", "give_feedback")])
async def test_number_alone_is_an_hour(chat, answer, intent):
    await at_times(chat, "friday")
    assert await chat.say(answer, intent) == ["utter_confirm_book_appointment"]
    assert chat.answer("utter_confirm_book_appointment")["time"] == "Friday 27 November at 10 am"


@pytest.mark.parametrize(
    ("answer", "intent", "hour"),
    [("2nd", "inform", 13), ("2nd", "goodbye", 13), ("next one", "inform", 12), ("the next one please", "inform", 12)],
)
async def test_place_on_the_list_as_a_choice(chat, answer, intent, hour):
    await at_times(chat, "friday afternoon")
    assert await chat.say(answer, intent) == ["utter_confirm_book_appointment"]
    await chat.say("yes", "affirm")
    assert [time.hour for time in await booked(chat, HARRIET)] == [hour]


async def test_later_at_the_list_is_no_goodbye(chat):
    await at_times(chat, "friday afternoon")
    assert await chat.say("later", "goodbye") == ["utter_times_wished"]
    assert all("27 Nov" not in title for title in chat.buttons)


async def test_next_one_at_the_summary_is_the_one_after(chat):
    await at_times(chat, "friday afternoon")
    await chat.press("Fri 27 Nov, 1 pm")
    await chat.say("no the next one", "correct")
    assert chat.answer("utter_confirm_book_appointment")["time"].rpartition(" at ")[2] in {"2 pm", "3 pm"}


@pytest.mark.parametrize("wish", ["cancel my appointment on the 24th or sth", "cancel it, it was on 2 december"])
async def test_day_without_an_appointment_is_remarked_on(chat, wish):
    await chat.be(RAJ)
    said = await chat.say(wish, "cancel_appointment")
    assert said == ["utter_no_appointment_then", "utter_confirm_cancel_appointment"]
    assert chat.answer(said[0])["wish"] in {"on Tuesday 24 November", "on Wednesday 2 December"}


async def test_day_said_while_proving_who_it_is_counts(chat):
    await chat.say("cancel my appointment", "cancel_appointment")
    await chat.say("its on the 30th or sth")
    await chat.say("emma.wilson@example.com OX4 1XX")
    assert await chat.say("100001") == ["utter_confirm_cancel_appointment"]
    assert chat.answer("utter_confirm_cancel_appointment")["service"] == "Jacket re-proofing"


async def test_day_named_at_the_summary_is_honoured_or_remarked_on(chat):
    await chat.be(EMMA)
    await chat.say("cancel my stove service", "cancel_appointment")
    await chat.say("no its on the 24th or sth", "correct")
    assert chat.said == ["utter_no_appointment_then", "utter_confirm_cancel_appointment"]
    await chat.say("no, the one on the 30th", "correct")
    assert chat.answer("utter_confirm_cancel_appointment")["service"] == "Jacket re-proofing"


async def test_day_without_an_appointment_among_two(chat):
    await chat.be(EMMA)
    await chat.say("cancel my appointment", "cancel_appointment")
    assert await chat.say("its on the 24th or sth") == ["utter_no_appointment_then", "utter_which_appointment"]


async def test_new_day_of_a_move_is_not_taken_for_the_old_one(chat):
    await chat.say("move my appointment to the 24th", "move_appointment", when="the 24th")
    await chat.crm.cancel_appointment(EMMA, "AP-90000003")
    await chat.say("emma.wilson@example.com OX4 1XX")
    assert await chat.say("100001") == ["utter_times_wished"]
