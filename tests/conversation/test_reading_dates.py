"""Dates as people say them. Now is Saturday 21 November 2026, half past nine in London."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from deskhand.conversation.reading import read_when

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("next Friday afternoon", "2026-11-27T12:00", "2026-11-27T17:00"),
        ("friday", "2026-11-27T00:00", "2026-11-28T00:00"),
        ("monday week", "2026-11-30T00:00", "2026-12-01T00:00"),
        ("after 2 on monday", "2026-11-23T14:00", "2026-11-24T00:00"),
        ("the 5th", "2026-12-05T00:00", "2026-12-06T00:00"),
        ("3 dec", "2026-12-03T00:00", "2026-12-04T00:00"),
        ("this afternoon", "2026-11-21T12:00", "2026-11-21T17:00"),
        ("saturday morning", "2026-11-21T09:30", "2026-11-21T12:00"),
        ("next week", "2026-11-23T00:00", "2026-11-30T00:00"),
        ("any time next week after 3", "2026-11-23T15:00", "2026-11-30T00:00"),
        ("wendesday", "2026-11-25T00:00", "2026-11-26T00:00"),
    ],
)
def test_a_window(said: str, start: str, end: str) -> None:
    window = read_when(said, NOW, LONDON)
    assert window is not None
    assert not window.exact
    assert (window.start.isoformat()[:16], window.end.isoformat()[:16]) == (start, end)


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("tmrw at 3", "2026-11-22T15:00"),
        ("12/12 10am", "2026-12-12T10:00"),
        ("half two on tuesday", "2026-11-24T14:30"),
        ("december 1st at 9.30", "2026-12-01T09:30"),
        ("8", "2026-11-22T08:00"),
        ("at 15:00", "2026-11-21T15:00"),
    ],
)
def test_an_exact_time(said: str, start: str) -> None:
    window = read_when(said, NOW, LONDON)
    assert window is not None
    assert window.exact
    assert window.start.isoformat()[:16] == start


@pytest.mark.parametrize("said", ["idk", "", "FW-204518", "the tent", "99/99", "🕒"])
def test_no_time(said: str) -> None:
    assert read_when(said, NOW, LONDON) is None


def test_the_clock_change_keeps_the_hour_on_the_wall() -> None:
    window = read_when("tomorrow at 10", datetime(2026, 10, 24, 12, tzinfo=LONDON), LONDON)
    assert window is not None
    assert window.start.isoformat() == "2026-10-25T10:00:00+00:00"


@pytest.mark.parametrize("said", ["31/12/9999", "31 dec 9999", "9999-12-31", "1/6/2090"])
def test_a_day_that_nobody_plans_for_is_a_slip(said: str) -> None:
    assert read_when(said, NOW, LONDON) is None


def test_a_leap_day_that_is_past_does_not_come_again_next_year() -> None:
    assert read_when("29/02", datetime(2028, 3, 5, 12, tzinfo=LONDON), LONDON) is None
