"""Booking, moving, cancelling and checking a visit to the workshop, as the customer sees it.

It is Monday 23 November 2026, 10 am in London. The workshop is open Monday to Saturday, on the hour from 9 to 4.
"""

from __future__ import annotations

import copy
from datetime import UTC, datetime

import pytest

from actions.accounts import ResendCodeAction
from actions.appointments import (
    BookAppointmentAction,
    CancelAppointmentAction,
    CheckAppointmentAction,
    MoveAppointmentAction,
    ValidateBookAppointmentForm,
    ValidateCancelAppointmentForm,
    ValidateCheckAppointmentForm,
    ValidateMoveAppointmentForm,
)
from deskhand.settings import Settings
from tests.fakes.chat import Chat

HARRIET, JO, RAJ, EMMA = "C-900015", "C-900001", "C-900011", "C-900012"
# Raj: tent repair on Thursday 26 at 10. Emma: stove service on Wednesday 25 at 2 pm, jacket on Monday 30 at 11.


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture
def chat(tmp_path):
    return Chat(
        [
            (ValidateBookAppointmentForm(), BookAppointmentAction()),
            (ValidateMoveAppointmentForm(), MoveAppointmentAction()),
            (ValidateCancelAppointmentForm(), CancelAppointmentAction()),
            (ValidateCheckAppointmentForm(), CheckAppointmentAction()),
        ],
        Settings(data_dir=tmp_path),
    )


async def fill(chat: Chat, *times: datetime) -> None:
    """Has everybody in the workshop busy at these times."""
    for starts_at in times:
        for customer in ("C-900001", "C-900002", "C-900003", "C-900004", "C-900005", "C-900006"):
            if not await chat.crm.free_slots("tent-repair", starts_at, starts_at.replace(minute=1)):
                break
            await chat.crm.book_appointment(customer, "tent-repair", starts_at)


async def booked(chat: Chat, customer: str) -> list[datetime]:
    return [one.starts_at for one in await chat.crm.appointments(customer)]


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


async def at_times(chat: Chat, when: str) -> list[str]:
    await chat.be(HARRIET)
    await chat.say("book a tent repair", "book_appointment", service="tent repair")
    return await chat.say(when, when=when)


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
