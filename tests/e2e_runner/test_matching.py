"""Whether a turn and the CRM are as expected."""

from __future__ import annotations

from typing import Any

import pytest

from deskhand.e2e.cases import Step
from deskhand.e2e.checks import handoff_problem, mail_problem
from deskhand.e2e.crm_matching import compare
from deskhand.e2e.crm_state import Record
from deskhand.e2e.matching import Matcher, Mismatch, matching_titles, same_value
from deskhand.e2e.seen import Reply, Turn, form_after, slots_after


def said(name: str) -> dict[str, Any]:
    return {"event": "bot", "metadata": {"utter_action": name}}


TURN = Turn(
    said="hi",
    replies=(
        Reply("Hello  there,\nSam."),
        Reply(
            "Shall I?", buttons={"Yes, cancel it": "b1", "No": "b2", "No, keep it": "b3"}, sources=("Help http://x",)
        ),
    ),
    events=(
        {"event": "user", "parse_data": {"intent": {"name": "greet", "confidence": 0.9}}},
        {"event": "action", "name": "action_greet"},
        {"event": "slot", "name": "months", "value": "2"},
        said("utter_greet"),
        said("utter_confirm"),
    ),
    form="pause_form",
)


def check(kind: str, value: Any, turn: Turn = TURN, matcher: Matcher | None = None) -> Mismatch | None:
    return (matcher or Matcher()).check(Step(kind, value, 1), turn)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("bot", "Hello there, Sam."),
        ("utter", "utter_confirm"),
        ("utter_not", ("utter_goodbye",)),
        ("bot_contains", ("hello there", "shall", "http://x")),
        ("bot_matches", "^hello.*sam"),
        ("bot_says_not", ("goodbye",)),
        ("offers", ("cancel it", "No")),
        ("offers_not", ("Maybe",)),
        ("slot_was_set", (("months", 2, True),)),
        ("slot_was_set", (("months", None, False),)),
        ("slot_was_not_set", (("plan", None, False), ("months", 3, True))),
        ("action_executed", ("action_greet",)),
        ("action_not_executed", ("action_restart",)),
        ("intent", ("greet", "goodbye")),
        ("form", "pause_form"),
    ],
)
def test_a_turn_as_expected(kind, value):
    assert check(kind, value) is None


@pytest.mark.parametrize(
    ("kind", "value", "expected", "got"),
    [
        ("bot", "Hello", "Hello", "Hello  there"),
        ("utter", "utter_goodbye", "utter_goodbye", "utter_greet\nutter_confirm"),
        ("utter_not", ("utter_greet",), "without utter_greet", "utter_confirm"),
        ("bot_contains", ("hello", "bye"), "… bye …", "Shall I?"),
        ("bot_matches", "bye$", "/bye$/", "Shall I?"),
        ("bot_says_not", ("sam",), "nothing with: sam", "Sam"),
        ("refused", "too long", "refused: … too long …", "Shall I?"),
        ("offers", ("Maybe",), "[Maybe]", "[Yes, cancel it] [No] [No, keep it]"),
        ("offers_not", ("keep",), "no buttons [keep]", "[No, keep it]"),
        ("slot_was_set", (("months", 3, True),), "months: 3", "months: 2"),
        ("slot_was_set", (("plan", None, False),), "some value", "plan: None"),
        ("slot_was_not_set", (("months", None, False),), "not set", "months: 2"),
        ("action_executed", ("action_x",), "action_x", "action_greet"),
        ("action_not_executed", ("action_greet",), "without action_greet", "action_greet"),
        ("intent", ("affirm",), "intent affirm", "intent greet (0.90)"),
        ("form", "none", "form none", "form pause_form"),
    ],
)
def test_what_is_not_as_expected_is_shown_beside_what_came(kind, value, expected, got):
    mismatch = check(kind, value)

    assert mismatch is not None
    assert expected in mismatch.expected
    assert got in mismatch.got


def test_bot_and_utter_steps_are_expected_in_order():
    matcher = Matcher()
    assert check("utter", "utter_confirm", matcher=matcher) is None
    late = check("utter", "utter_greet", matcher=matcher)
    assert late is not None
    assert "earlier" in late.note

    another_turn = Turn(said="again", events=(said("utter_greet"),))
    assert check("utter", "utter_greet", another_turn, matcher) is None


def test_a_whole_title_is_meant_before_a_part_of_others():
    assert matching_titles("no", TURN.offered) == ["No"]
    assert matching_titles("it", TURN.offered) == ["Yes, cancel it", "No, keep it"]


@pytest.mark.parametrize(
    ("got", "expected"), [("34.00", 34), (True, "true"), ("Paused", "paused"), (["b", "a"], ["a", "b"]), ("x", ["x"])]
)
def test_values_that_are_the_same_to_a_person(got, expected):
    assert same_value(got, expected)


@pytest.mark.parametrize(("got", "expected"), [("34.5", 34), (None, "x"), (["a"], ["a", "b"]), (True, 1)])
def test_values_that_are_not(got, expected):
    assert not same_value(got, expected)


def test_slots_and_form_after_a_new_session():
    events = [
        {"event": "slot", "name": "a", "value": 1},
        {"event": "active_loop", "name": "some_form"},
        {"event": "session_started"},
        {"event": "slot", "name": "b", "value": 2},
    ]
    assert (slots_after(events[:2]), form_after(events[:2])) == ({"a": 1}, "some_form")
    assert (slots_after(events), form_after(events)) == ({"b": 2}, None)


BEFORE = [
    Record("customer", "jo@example.com", {"locked": False}),
    Record("order", "FW-1", {"status": "placed", "postcode": "LS6 2AB"}),
    Record("appointment", "AP-1", {"status": "booked", "starts_at": "2026-11-27 10:00"}),
]
NOW = [
    Record("customer", "jo@example.com", {"locked": False}),
    Record("order", "FW-1", {"status": "cancelled", "postcode": "LS6 2AB"}),
    Record("appointment", "AP-1", {"status": "booked", "starts_at": "2026-11-28 10:00"}),
    Record("return", "RT-1", {"order": "FW-1", "items": ["Tent (blue)"], "refund_amount": "34.00", "reason": None}),
]


@pytest.mark.parametrize(
    ("record", "key", "fields"),
    [
        ("order", "FW-1", {"status": "cancelled", "postcode": "unchanged"}),
        ("order", "FW-1", {"status": "changed"}),
        ("return", "FW-1", {"items": ["Tent (blue)"], "refund_amount": 34, "count": 1}),
        ("return", "RT-1", {"reason": None}),
        ("return", "FW-1", {"items": ["Lantern"], "exists": False}),
        ("return", "FW-1", {"reason": "changed"}),
        ("appointment", "jo@example.com", {"starts_at": "changed", "status": "booked"}),
        ("customer", "jo@example.com", {"locked": False}),
    ],
)
def test_the_crm_as_expected(record, key, fields):
    assert compare(record, key, fields, NOW, BEFORE) is None


@pytest.mark.parametrize(
    ("record", "key", "fields"),
    [
        ("order", "FW-1", {"status": "placed"}),
        ("order", "FW-1", {"status": "unchanged"}),
        ("order", "FW-2", {"status": "placed"}),
        ("return", "FW-1", {"count": 2}),
        ("return", "FW-1", {"exists": False}),
        ("appointment", "AP-1", {"starts_at": "unchanged"}),
        ("unchanged", "jo@example.com", {}),
    ],
)
def test_the_crm_not_as_expected(record, key, fields):
    assert compare(record, key, fields, NOW, BEFORE) is not None


def test_nothing_changed():
    assert compare("unchanged", "jo@example.com", {}, BEFORE, BEFORE) is None


PACKET = {"reason": "anger", "summary": "The customer wants to cancel.", "identity": "none", "tried": []}


def test_handoffs():
    assert handoff_problem(None, None) is None
    assert (
        handoff_problem({"reason": "anger", "summary_contains": ["TO cancel"], "summary_lacks": "tent"}, PACKET) is None
    )
    assert handoff_problem(None, PACKET) is not None
    assert handoff_problem({"reason": "anger"}, None) is not None
    assert handoff_problem({"summary_contains": "return"}, PACKET) is not None


def test_mail():
    mails = ["Your code\n123456", "A new password\nhttps://…"]
    assert mail_problem({"to": "x", "contains": "password"}, mails) is None
    assert mail_problem({"to": "x", "count": 2}, mails) is None
    assert mail_problem({"to": "x", "count": 0}, []) is None
    assert mail_problem({"to": "x", "contains": "invoice"}, mails) is not None
    assert mail_problem({"to": "x"}, []) is not None
