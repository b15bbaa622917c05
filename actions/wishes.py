"""When a customer would like to come to the workshop: how it is kept between turns, and how it is put in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

from actions.wording import day, moment
from deskhand.conversation.reading import Instead, TimeWindow, in_hours
from deskhand.crm import rules

WISH = "?"
"""What the slot of a time begins with while it holds a wish and no chosen time."""
NEAR = timedelta(days=10)


@dataclass(frozen=True)
class Wish:
    """When a customer would like to come. `latest_first`: before `end`, as close to it as can be. `hours`: the part
    of every day that suits, from and until before. `beyond`: after the times that were spoken of."""

    start: datetime
    end: datetime
    exact: bool = False
    latest_first: bool = False
    hours: tuple[clock, clock | None] | None = None
    beyond: bool = False

    @staticmethod
    def of(window: TimeWindow) -> Wish:
        return Wish(window.start, window.end, window.exact, hours=window.hours)

    def stored(self) -> str:
        flags = "".join(
            flag for flag, on in zip("elb", (self.exact, self.latest_first, self.beyond), strict=True) if on
        )
        hours = "-".join(one.isoformat() if one else "" for one in self.hours) if self.hours else ""
        return f"{WISH}{self.start.isoformat()}/{self.end.isoformat()}/{flags}/{hours}"

    @staticmethod
    def read(stored: str) -> Wish:
        start, end, flags, *more = stored.removeprefix(WISH).split("/")
        begin, _, until = (more[0] if more else "").partition("-")
        hours = (clock.fromisoformat(begin), clock.fromisoformat(until) if until else None) if begin else None
        return Wish(
            datetime.fromisoformat(start), datetime.fromisoformat(end), "e" in flags, "l" in flags, hours, "b" in flags
        )


def elsewhere(instead: Instead, about: Sequence[datetime], now: datetime, timezone: ZoneInfo) -> Wish:
    """Where to look for other times than those spoken of."""
    if instead is Instead.EARLIER:
        return Wish(now, min(about), latest_first=True)
    if instead is Instead.LATER:
        start = max(about) + timedelta(minutes=1)
        return Wish(start, start + NEAR, beyond=True)
    tomorrow = max(about).astimezone(timezone).date() + timedelta(days=1)
    start = datetime.combine(tomorrow, datetime.min.time(), timezone)
    return Wish(start, start + NEAR, beyond=True)


def on_that_day(instead: Instead, about: Sequence[datetime], now: datetime, timezone: ZoneInfo) -> Wish:
    """Earlier or later on the day of the first of the times spoken of."""
    spoken_of = min(about).astimezone(timezone).date()
    there = [time for time in about if time.astimezone(timezone).date() == spoken_of]
    midnight = datetime.combine(spoken_of, clock(0), timezone)
    if instead is Instead.EARLIER:
        return Wish(max(midnight, now), min(there), latest_first=True)
    return Wish(max(there) + timedelta(minutes=1), midnight + timedelta(days=1))


def is_closed(wish: Wish, timezone: ZoneInfo) -> bool:
    """Whether the workshop takes nobody then, however many are booked."""
    midnight = datetime.combine(wish.start.astimezone(timezone).date(), clock(0), timezone)
    times = rules.bookable_times(wish.start if wish.exact else midnight, wish.end, timezone)
    return not any(in_hours(time.astimezone(timezone), wish.hours) for time in times)


def wish_in_words(wish: Wish, timezone: ZoneInfo) -> str:
    """ "on Friday 27 November at 3 pm", "on Friday 27 November in the morning", "after that"."""
    if wish.exact:
        return f"on {moment(wish.start, timezone)}"
    start, end = wish.start.astimezone(timezone), wish.end.astimezone(timezone)
    first, last = start.date(), (end - timedelta(minutes=1)).date()
    if first == last:
        return f"on {day(first)}{_part(wish, start, end)}"
    if wish.beyond:
        return "after that"
    part = _hours_in_words(*wish.hours) if wish.hours else ""
    return f"between {day(first)} and {day(last)}{part}" if last - first < timedelta(days=14) else f"soon{part}"


def _part(wish: Wish, start: datetime, end: datetime) -> str:
    """The part of a single day."""
    if wish.hours:
        return _hours_in_words(*wish.hours)
    if wish.latest_first:
        return f" before {_clock_in_words(end.time())}"
    return f" after {_clock_in_words(start.time())}" if start.minute % 5 else ""  # the minute after a time on offer


_PARTS = {
    (0, 12): " in the morning",
    (12, 14): " around midday",
    (12, 17): " in the afternoon",
    (17, 22): " in the evening",
}


def _hours_in_words(begin: clock, end: clock | None) -> str:
    if end and (part := _PARTS.get((begin.hour, end.hour))) and not (begin.minute or end.minute):
        return part
    if end and begin == clock(0):
        return f" before {_clock_in_words(end)}"
    return f" from {_clock_in_words(begin)} on"


def _clock_in_words(time: clock) -> str:
    """To the full five minutes: "2:30 pm"."""
    minutes = f":{time.minute // 5 * 5:02d}" if time.minute >= 5 else ""
    return f"{time.hour % 12 or 12}{minutes} {'am' if time.hour < 12 else 'pm'}"
