"""Where a handoff goes, how urgent it is, and when somebody is there."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from deskhand.conversation.desk import Priority
from deskhand.conversation.escalation import Reason
from deskhand.conversation.handoff import WISHES
from deskhand.conversation.routing import (
    HIGH,
    TEAM_OF_REASON,
    TEAM_OF_WISH,
    URGENT,
    CustomerValue,
    business_hours,
    is_open,
    next_opening,
    place_in_words,
    route,
)

LONDON = ZoneInfo("Europe/London")
OFFICE = business_hours((0, 1, 2, 3, 4), time(9), time(17))


@pytest.mark.parametrize(
    ("reason", "wishes", "team"),
    [
        ("billing_dispute", ["order_status"], "billing"),
        ("account_security", ["cancel_order"], "accounts"),
        ("asked_for_person", ["cancel_order"], "orders"),
        ("asked_for_person", ["cancel_order", "report_problem"], "technical"),
        ("asked_for_person", ["order_status", "ask_question"], "orders"),
        ("asked_for_person", [], "general"),
        ("anger", ["refund_status"], "billing"),
        ("no_progress", ["reset_password", "chitchat"], "accounts"),
        ("technical_failure", [], "general"),
    ],
)
def test_the_topic_decides_the_team(reason, wishes, team):
    assert route(reason, wishes).team == team


def test_a_team_that_was_removed_leaves_its_work_to_the_general_one():
    assert route("billing_dispute", [], teams={"general", "orders"}).team == "general"


@pytest.mark.parametrize("reason", ["safety", "account_security", "vulnerability"])
def test_danger_is_urgent_whoever_it_is(reason):
    assert route(reason, []).priority is Priority.URGENT


def test_a_customer_of_value_goes_before_others_but_not_before_danger():
    usual = route("asked_for_person", [], value=CustomerValue(Decimal(499)))
    loyal = route("asked_for_person", [], value=CustomerValue(Decimal(500)))
    subscriber = route("asked_for_person", [], value=CustomerValue(subscribed=True))
    assert (usual.priority, loyal.priority, subscriber.priority) == (Priority.NORMAL, Priority.HIGH, Priority.HIGH)
    assert route("safety", []).priority < loyal.priority


def test_every_wish_of_the_packet_is_known_to_routing_or_says_nothing_of_a_team():
    silent = {"ask_question", "complain", "threaten_legal_action", "mention_vulnerability", "request_human"}
    assert set(WISHES) - silent <= set(TEAM_OF_WISH)
    assert set(TEAM_OF_REASON) | URGENT | HIGH <= set(Reason)


def test_the_desk_is_open_from_its_opening_until_before_its_closing():
    assert is_open(datetime(2026, 11, 23, 9, 0, tzinfo=LONDON), OFFICE)
    assert not is_open(datetime(2026, 11, 23, 8, 59, tzinfo=LONDON), OFFICE)
    assert not is_open(datetime(2026, 11, 23, 17, 0, tzinfo=LONDON), OFFICE)
    assert not is_open(datetime(2026, 11, 22, 10, 0, tzinfo=LONDON), OFFICE)


def test_nobody_is_there_on_a_holiday():
    monday = datetime(2026, 11, 23, 10, 0, tzinfo=LONDON)
    assert not is_open(monday, OFFICE, [date(2026, 11, 23)])
    assert next_opening(monday, OFFICE, [date(2026, 11, 23)]) == datetime(2026, 11, 24, 9, 0, tzinfo=LONDON)


def test_the_next_opening_is_after_the_weekend_and_now_when_somebody_is_there():
    friday_evening = datetime(2026, 11, 20, 18, 0, tzinfo=LONDON)
    assert next_opening(friday_evening, OFFICE) == datetime(2026, 11, 23, 9, 0, tzinfo=LONDON)
    early = datetime(2026, 11, 20, 7, 0, tzinfo=LONDON)
    assert next_opening(early, OFFICE) == datetime(2026, 11, 20, 9, 0, tzinfo=LONDON)
    noon = datetime(2026, 11, 20, 12, 0, tzinfo=LONDON)
    assert next_opening(noon, OFFICE) == noon


def test_the_opening_keeps_its_hour_when_the_clocks_change():
    saturday = datetime(2026, 10, 24, 12, 0, tzinfo=LONDON)
    opening = next_opening(saturday, OFFICE)
    assert opening == datetime(2026, 10, 26, 9, 0, tzinfo=LONDON)
    assert opening.utcoffset().total_seconds() == 0


def test_a_desk_without_hours_has_no_next_opening():
    assert next_opening(datetime(2026, 11, 20, 12, 0, tzinfo=LONDON), {}) is None
    assert next_opening(datetime(2026, 11, 20, 12, 0, tzinfo=LONDON), {0: (time(17), time(9))}) is None


def test_places_are_said_as_people_say_them():
    assert [place_in_words(one) for one in (1, 2, 3, 10, 11, 240)] == [
        "next",
        "second",
        "third",
        "tenth",
        "number 11",
        "number 240",
    ]
