from __future__ import annotations

import pytest
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)

from deskhand.policies.progress import turns_without_progress

FORM = "order_status_form"


def says(intent: str | None, text: str = "…") -> UserUttered:
    return UserUttered(text, {"name": intent, "confidence": 0.9})


def turn(intent: str | None, *events: Event) -> list[Event]:
    return [says(intent), *events, ActionExecuted("action_listen")]


def asks(slot: str) -> list[Event]:
    return [ActionExecuted(FORM), SlotSet("requested_slot", slot)]


STARTED = turn("order_status", ActiveLoop(FORM), *asks("order_number"))


@pytest.mark.parametrize("intent", ["nlu_fallback", "dont_know", "foreign_language", "out_of_scope", None])
def test_turns_that_were_not_understood_count(intent: str | None) -> None:
    assert turns_without_progress([*turn(intent), *turn(intent), says(intent)], form=None) == 3


def test_a_turn_that_was_understood_starts_the_count_anew() -> None:
    events = [*turn("nlu_fallback"), *turn("ask_question"), says("nlu_fallback")]
    assert turns_without_progress(events, form=None) == 1


def test_a_fallback_action_counts_whatever_the_intent() -> None:
    lost = turn("inform", ActionExecuted("action_default_fallback"))
    assert turns_without_progress([*lost, *lost], form=None) == 2


def test_a_slot_filled_is_progress_whatever_the_intent() -> None:
    events = [*STARTED, *turn("nlu_fallback", ActionExecuted(FORM), SlotSet("order_number", "FW-204518"))]
    assert turns_without_progress(events, FORM) == 0


def test_a_slot_filled_and_cleared_again_is_no_progress() -> None:
    wrong = turn("inform", SlotSet("order_number", "FW-1"), SlotSet("order_number", None), *asks("order_number"))
    assert turns_without_progress([*STARTED, *wrong, *wrong], FORM) == 2


def test_an_answer_that_the_form_has_not_seen_yet_does_not_count() -> None:
    lost = turn("nlu_fallback", ActionExecutionRejected(FORM))
    assert turns_without_progress([*STARTED, *lost, *lost, says("nlu_fallback")], FORM) == 2


def test_an_answer_that_the_form_rejected_counts_at_once() -> None:
    lost = turn("nlu_fallback", ActionExecutionRejected(FORM))
    events = [*STARTED, *lost, *lost, says("nlu_fallback"), ActionExecutionRejected(FORM)]
    assert turns_without_progress(events, FORM) == 3


def test_an_answer_that_the_form_could_not_read_counts_before_it_asks_again() -> None:
    events = [*STARTED, says("inform"), ActionExecutionRejected(FORM)]
    assert turns_without_progress(events, FORM) == 1


def test_a_question_in_the_middle_of_a_form_is_no_lost_turn() -> None:
    question = turn(
        "ask_question", ActionExecutionRejected(FORM), ActionExecuted("action_answer"), *asks("order_number")
    )
    assert turns_without_progress([*STARTED, *question], FORM) == 0


def test_being_asked_something_else_is_progress() -> None:
    assert turns_without_progress([*STARTED, *turn("inform", *asks("email"))], FORM) == 0


def test_a_handoff_starts_the_count_anew() -> None:
    events = [*turn("nlu_fallback"), *turn("nlu_fallback", ActionExecuted("action_handoff")), says("nlu_fallback")]
    assert turns_without_progress(events, form=None) == 1


def test_a_new_session_starts_the_count_anew() -> None:
    events = [*turn("nlu_fallback"), SessionStarted(), says("nlu_fallback")]
    assert turns_without_progress(events, form=None) == 1


def test_nothing_said_is_nothing_lost() -> None:
    assert turns_without_progress([], form=None) == 0
    assert turns_without_progress([], form=FORM) == 0


def test_a_question_without_an_answer_is_no_progress() -> None:
    unknown = turn("ask_question", BotUttered("I can't find that.", metadata={"utter_action": "utter_no_answer"}))
    known = turn("ask_question", BotUttered("Three days."))
    assert turns_without_progress([*unknown, *unknown], form=None) == 2
    assert turns_without_progress([*unknown, *known], form=None) == 0


def sounds(text: str, in_vain: float = 0.0, *events: Event) -> list[Event]:
    parse = {"intent": {"name": "ask_question", "confidence": 0.9}, "in_vain": in_vain}
    return [UserUttered(text, parse["intent"], parse_data=parse), *events, ActionExecuted("action_listen")]


NOT_WHAT_I_ASKED = sounds("that's not what i asked")
ASKS = sounds("when do you open")


def test_to_say_that_it_was_not_what_was_asked_tells_that_the_turn_before_was_lost() -> None:
    assert turns_without_progress([*ASKS, *NOT_WHAT_I_ASKED], form=None) == 1
    assert turns_without_progress([*ASKS, *NOT_WHAT_I_ASKED, *NOT_WHAT_I_ASKED], form=None) == 2
    assert turns_without_progress([*ASKS, *NOT_WHAT_I_ASKED, *NOT_WHAT_I_ASKED, *ASKS], form=None) == 0


def test_a_turn_that_was_lost_and_is_said_to_have_been_counts_once() -> None:
    assert turns_without_progress([*turn("nlu_fallback"), *NOT_WHAT_I_ASKED], form=None) == 1
    assert turns_without_progress([*turn("nlu_fallback"), *NOT_WHAT_I_ASKED, *turn("nlu_fallback")], form=None) == 1


def test_a_message_that_says_so_and_is_not_understood_counts_for_both_turns() -> None:
    lost = [UserUttered("that's not what i asked", {"name": "nlu_fallback", "confidence": 0.9})]
    assert turns_without_progress([*ASKS, *lost], form=None) == 2


def test_what_was_learned_to_say_so_counts_like_words_that_do() -> None:
    assert turns_without_progress([*ASKS, *sounds("wrong end of the stick there", 0.6)], form=None) == 1
    assert turns_without_progress([*ASKS, *sounds("whoosh, over your head", 0.4)], form=None) == 0


def test_who_has_got_nowhere_already_is_sooner_taken_to_say_so() -> None:
    unsure = sounds("whoosh, over your head", 0.3)
    assert turns_without_progress([*ASKS, *NOT_WHAT_I_ASKED, *unsure], form=None) == 2
    assert turns_without_progress([*ASKS, *sounds("and on sundays"), *unsure], form=None) == 0


def test_a_turn_between_two_that_the_customer_says_were_lost_was_lost() -> None:
    unknown = sounds("the blue one, the one on the left", 0.1)
    assert turns_without_progress([*ASKS, *NOT_WHAT_I_ASKED, *unknown, *NOT_WHAT_I_ASKED], form=None) == 3
    # Only the customer's own word says so of a turn that seemed to bring something.
    assert turns_without_progress([*turn("nlu_fallback"), *ASKS, *turn("nlu_fallback")], form=None) == 1


def test_unless_it_left_a_slot_filled() -> None:
    helped = sounds("that's not what i asked, it's the blue one", 0.9, SlotSet("colour", "blue"))
    assert turns_without_progress([*ASKS, *helped, *ASKS, *NOT_WHAT_I_ASKED], form=None) == 1
    assert turns_without_progress([*ASKS, *NOT_WHAT_I_ASKED, *helped], form=None) == 0


def again(text: str, intent: str = "order_status") -> list[Event]:
    return [says(intent, text), ActionExecuted("action_listen")]


def test_to_have_to_say_the_same_again_is_no_progress() -> None:
    events = [*again("where's my tent"), *again("WHERE is my tent?"), *again("my tent, where")]
    assert turns_without_progress(events, form=None) == 2


@pytest.mark.parametrize(
    ("intent", "text"), [("thank", "thanks"), ("affirm", "sure"), ("order_status", "/order_status")]
)
def test_thanks_and_buttons_may_come_twice(intent: str, text: str) -> None:
    assert turns_without_progress(again(text, intent) * 3, form=None) == 0
