"""Which time on offer is meant, what is wanted instead, and what is moved where."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from deskhand.conversation.reading import Instead, names_day, pick_time, read_instead, read_when, split_move

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=LONDON)
FRIDAY, SATURDAY = 27, 28


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LONDON)


OFFERED = [at(FRIDAY, 9), at(FRIDAY, 11), at(FRIDAY, 14, 30), at(SATURDAY, 10), at(SATURDAY, 11)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("the 2:30", at(FRIDAY, 14, 30)),
        ("half two please", at(FRIDAY, 14, 30)),
        ("14:30 works for me", at(FRIDAY, 14, 30)),
        ("the second one", at(FRIDAY, 11)),
        ("2nd one pls", at(FRIDAY, 11)),
        ("second", at(FRIDAY, 11)),
        ("option 4", at(SATURDAY, 10)),
        ("4", at(SATURDAY, 10)),
        ("i'll take the last", at(SATURDAY, 11)),
        ("10", at(SATURDAY, 10)),
        ("saturday at 11", at(SATURDAY, 11)),
        ("yes the 28th at 10", at(SATURDAY, 10)),
        ("in the afternoon", at(FRIDAY, 14, 30)),
        ("the earliest one", at(FRIDAY, 9)),
        ("i don't mind", at(FRIDAY, 9)),
        ("any", at(FRIDAY, 9)),
        ("i dont know, whenever", at(FRIDAY, 9)),
    ],
)
def test_picks_the_time_that_is_meant(text, meant):
    assert pick_time(text, OFFERED, MONDAY, LONDON) == meant


@pytest.mark.parametrize(
    "text", ["saturday", "11", "monday at 9", "another day", "7", "do you have parking", "", "friday at 3"]
)
def test_picks_none_where_several_or_none_are_meant(text):
    assert pick_time(text, OFFERED, MONDAY, LONDON) is None


def test_picks_nothing_from_nothing():
    assert pick_time("the first", [], MONDAY, LONDON) is None


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("anything earlier?", Instead.EARLIER),
        ("sooner pls", Instead.EARLIER),
        ("got something later", Instead.LATER),
        ("another day", Instead.ANOTHER_DAY),
        ("a different day please", Instead.ANOTHER_DAY),
        ("none of those", Instead.ANOTHER_DAY),
        ("something else", Instead.ANOTHER_DAY),
        ("the second one", None),
        ("friday", None),
    ],
)
def test_reads_what_is_wanted_instead(text, instead):
    assert read_instead(text) is instead


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("move it from the 3rd to the 10th", "the 3rd", "the 10th"),
        ("my 2pm to 4pm", "my 2pm", "4pm"),
        ("can't make tuesday, can we do wednesday instead?", "make tuesday", "can we do wednesday instead?"),
        ("i wont make it tomorrow can i come thursday", "make it tomorrow", "i come thursday"),
        ("can i come at 11 instead of 10", "10", "can i come at 11"),
        ("change my appointment to friday", "", "friday"),
        ("i can't come tomorrow", "i can't come tomorrow", ""),
        ("move my appointment", "", ""),
    ],
)
def test_tells_the_old_time_from_the_new(text, old, new):
    found = split_move(text, MONDAY, LONDON)
    assert (found[0].strip(), found[1].strip()) == (old, new)


@pytest.mark.parametrize(("text", "named"), [("friday at 3", True), ("at 3", False), ("tomorrow", True), ("hm", False)])
def test_knows_whether_a_day_is_named(text, named):
    assert names_day(text, MONDAY, LONDON) is named


def test_an_hour_alone_means_the_day_that_is_spoken_of():
    window = read_when("at 3", MONDAY, LONDON, day=at(FRIDAY, 9).date())
    assert window is not None
    assert window.start == at(FRIDAY, 15)


@pytest.mark.parametrize("text", ["the 2:30", "the 2 o'clock", "the 2pm"])
def test_an_hour_with_an_article_is_no_day_of_the_month(text):
    assert not names_day(text, MONDAY, LONDON)
