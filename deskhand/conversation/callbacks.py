"""When to call a customer back: what they said, and whether anybody is there then. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from deskhand.conversation.reading import TimeWindow, in_hours, read_when
from deskhand.conversation.routing import Hours, is_open, next_opening

SOON = "as soon as possible"
FARTHEST = timedelta(days=30)
STEP = timedelta(minutes=30)
PROPOSED = 3

_SOON = re.compile(
    r"\b(?:asap|as soon as (?:possible|you can|someone can|somebody can)|(?:right|straight) away"
    r"|now|immediately|at once|any ?time|whenever|when(?:ever)? (?:you|someone|somebody) can"
    r"|don'?t mind|do not mind|doesn'?t matter)\b",
    re.IGNORECASE,
)


class Problem(StrEnum):
    NOT_UNDERSTOOD = "not_understood"
    PASSED = "passed"
    TOO_FAR = "too_far"
    NOBODY_THERE = "nobody_there"


@dataclass(frozen=True)
class DeskHours:
    """When somebody is there, in a time zone."""

    hours: Hours
    zone: ZoneInfo
    holidays: Collection[date] = ()

    def is_open(self, at: datetime) -> bool:
        return is_open(at.astimezone(self.zone), self.hours, self.holidays)

    def next_opening(self, at: datetime) -> datetime | None:
        """From `at` on; `at` itself while somebody is there."""
        return next_opening(at.astimezone(self.zone), self.hours, self.holidays)


def read_callback_time(text: str, now: datetime, desk: DeskHours) -> datetime | Problem:
    """The first moment that suits both the customer's words and the desk's hours; else what is wrong with them."""
    window = read_when(text, now, desk.zone)
    if window is None:
        return _soonest(now, desk) if _SOON.search(text) else Problem.NOT_UNDERSTOOD
    return fitting(window, now, desk)


def fitting(window: TimeWindow, now: datetime, desk: DeskHours) -> datetime | Problem:
    if window.exact:
        if window.start <= now:
            return Problem.PASSED
        if window.start - now > FARTHEST:
            return Problem.TOO_FAR
        return window.start if desk.is_open(window.start) else Problem.NOBODY_THERE
    if window.start - now > FARTHEST:
        return Problem.TOO_FAR
    at = _next_step(max(window.start, now))
    while at < window.end and at - now <= FARTHEST:
        if desk.is_open(at) and in_hours(at.astimezone(desk.zone), window.hours):
            return at
        at += STEP
    return Problem.NOBODY_THERE


def proposals(now: datetime, desk: DeskHours) -> list[datetime]:
    """A few times at which somebody is there, the soonest first, none of them too close to another."""
    found: list[datetime] = []
    at = _next_step(now + STEP)
    while len(found) < PROPOSED and at - now <= timedelta(days=14):
        if desk.is_open(at) and (not found or at - found[-1] >= timedelta(hours=3)):
            found.append(at.astimezone(desk.zone))
        at += STEP
    return found


def _soonest(now: datetime, desk: DeskHours) -> datetime | Problem:
    return desk.next_opening(now) or Problem.NOBODY_THERE


def _next_step(at: datetime) -> datetime:
    """The next half or full hour, `at` itself if it is one."""
    past = timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
    return at if not past else at + STEP - past
