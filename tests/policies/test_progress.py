from __future__ import annotations

import pytest
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
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
