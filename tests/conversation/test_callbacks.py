"""When to call a customer back."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from deskhand.conversation.callbacks import DeskHours, Problem, proposals, read_callback_time
from deskhand.conversation.routing import business_hours

LONDON = ZoneInfo("Europe/London")
DESK = DeskHours(business_hours((0, 1, 2, 3, 4), time(9), time(17)), LONDON)
MONDAY_TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("tomorrow at 3", datetime(2026, 11, 24, 15, 0, tzinfo=LONDON)),
        ("thursday morning", datetime(2026, 11, 26, 9, 0, tzinfo=LONDON)),
        ("tomorrow afternoon", datetime(2026, 11, 24, 12, 0, tzinfo=LONDON)),
        ("this afternoon", datetime(2026, 11, 23, 12, 0, tzinfo=LONDON)),
        ("wednesday", datetime(2026, 11, 25, 9, 0, tzinfo=LONDON)),
        ("as soon as possible", MONDAY_TEN),
        ("whenever", MONDAY_TEN),
    ],
)
def test_the_first_moment_that_suits_both_is_taken(words, when):
    assert read_callback_time(words, MONDAY_TEN, DESK) == when


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("saturday at 3pm", Problem.NOBODY_THERE),
        ("tomorrow evening", Problem.NOBODY_THERE),
        ("on sunday", Problem.NOBODY_THERE),
        ("on the 14th of february at 10am", Problem.TOO_FAR),
        ("the blue one", Problem.NOT_UNDERSTOOD),
    ],
)
def test_what_cannot_be_says_why(words, problem):
    assert read_callback_time(words, MONDAY_TEN, DESK) is problem


def test_as_soon_as_possible_means_the_next_opening():
    assert read_callback_time("asap please", SATURDAY, DESK) == datetime(2026, 11, 23, 9, 0, tzinfo=LONDON)


def test_a_desk_that_is_never_open_calls_nobody():
    closed = DeskHours({}, LONDON)
    assert read_callback_time("asap", MONDAY_TEN, closed) is Problem.NOBODY_THERE
    assert proposals(MONDAY_TEN, closed) == []


def test_times_that_are_proposed_are_open_apart_and_to_come():
    holidays = DeskHours(DESK.hours, LONDON, [date(2026, 11, 24)])
    offered = proposals(MONDAY_TEN, holidays)
    assert len(offered) == 3
    assert all(holidays.is_open(one) and one > MONDAY_TEN for one in offered)
    assert all(later - one >= timedelta(hours=3) for one, later in itertools.pairwise(offered))
    assert date(2026, 11, 24) not in {one.date() for one in offered}
