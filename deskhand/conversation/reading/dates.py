"""When a customer means: "next Friday afternoon", "tmrw at 3", "the 5th", "after 2 on Monday"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import dateparser

FARTHEST = timedelta(days=5 * 366)
"""A day farther ahead than this is a slip of the finger, and none that anybody plans for."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(
    r"\b(?:(next|this|coming|on)\s+)?(?:(week)\s+)?"
    r"(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday|s)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|"
    r"sat(?:urday)?|sun(?:day)?|mondy|tuseday|wendesday|wensday|thurday|firday|frday|saterday)s?\b"
    r"(\s+week)?",
    re.IGNORECASE,
)
_TYPOS = {
    "mondy": 0,
    "tuseday": 1,
    "wendesday": 2,
    "wensday": 2,
    "thurday": 3,
    "firday": 4,
    "frday": 4,
    "saterday": 5,
}
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY_AND_MONTH = re.compile(
    rf"\b(\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?)\b(?:,?\s+(\d{{4}}))?",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"\b(\d{1,2})[/.](\d{1,2})(?:[/.](\d{2,4}))?\b|\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY_OF_MONTH = re.compile(
    r"\bthe\s+(\d{1,2})(?:st|nd|rd|th)?\b(?!\s*(?:[:.]\d|[ap]\.?m\b|o'?clock))|\b(\d{1,2})(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)

_PARTS = (
    (
        re.compile(
            r"\b(early |first thing )?(in the )?morni?ngs?\b|\bfirst thing\b|\bbefore (noon|lunch)\b|\bam\b",
            re.I,
        ),
        0,
        12,
    ),
    (re.compile(r"\b(lunch ?time|noon|midday|lunch)\b", re.I), 12, 14),
    (re.compile(r"\b(afternoons?|afternon|arvo|after lunch)\b|\bpm\b", re.I), 12, 17),
    (re.compile(r"\b(evenings?|tonight|after work)\b", re.I), 17, 22),
)
_HALF_PAST = re.compile(r"\bhalf (?:past )?(\d{1,2}|one|two|three|four|five|nine|ten|eleven|twelve)\b", re.IGNORECASE)
_CLOCK = re.compile(
    r"\b(?:(at|after|from|before|by|around|about|@)\s*)?(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|o'?clock)?(?![\w:/])",
    re.IGNORECASE,
)
_BARE_HOUR = re.compile(
    r"\W*(?:(?:h+mm*|u+m+|er+m*|oh|ok|okay|yes|no|then|please|pls|maybe|perhaps|so|say|make it|let'?s (?:say|do)|go for"
    r"|i'?ll (?:take|have)|(?:how|what) about|and|is|can (?:i|you) do)\W+)*\d{1,2}"
    r"(?:\W+(?:then|please|pls|thanks|thx|ok|okay|instead|maybe|works|(?:is|would be) (?:fine|good|ok|great)))*\W*",
    re.IGNORECASE,
)
_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}


@dataclass(frozen=True)
class TimeWindow:
    """From `start` on, until before `end`; both aware. `exact` when a clock time was named: then `start` is it.

    `hours` are the part of the day that is meant, on every day of the window: from, and until before if there is
    an end.
    """

    start: datetime
    end: datetime
    exact: bool = False
    hours: tuple[time, time | None] | None = None


def read_when(text: str, now: datetime, timezone: ZoneInfo, *, day: date | None = None) -> TimeWindow | None:
    """The first time to come that the text may mean, as people in `timezone` say it; None when it names none.

    `now` is aware. "Friday" is the next one to come, today included; "next Friday" is the one of next week.
    Numeric dates are day first, as in the UK. `day` is the one that is spoken of: an hour alone means that day.
    """
    here = now.astimezone(timezone)
    days, rest = _days(text, here.date())
    start_time, end_time, exact = _hours(rest)
    if days is None:
        if start_time is None:
            return None
        first = day or here.date()
        if exact and not day and datetime.combine(first, start_time, timezone) <= here:
            first += timedelta(days=1)
        days = (first, first + timedelta(days=1)) if exact or day else (first, first + timedelta(days=7))
    first, last = days
    start = datetime.combine(first, start_time or time(0), timezone)
    if exact:
        return TimeWindow(start, start + timedelta(hours=1), exact=True)
    end_day = last - timedelta(days=1)
    end = datetime.combine(end_day, end_time, timezone) if end_time else datetime.combine(last, time(0), timezone)
    hours = None if start_time is None else (start_time, end_time)
    return TimeWindow(max(start, here), end, hours=hours) if end > here else None


def _days(text: str, today: date) -> tuple[tuple[date, date] | None, str]:
    """The days that are named, as first and day after the last, and the text without them."""
    lowered = text.lower()
    for pattern, first, length in (
        (r"\bday after (tomorrow|tmrw|tmr)\b", 2, 1),
        (r"\b(tomorrow|tommorow|tomorow|tommorrow|tmrw|tmr|tmoz|2moro|tomoz)\b", 1, 1),
        (r"\b(today|tonight|2day|this (morning|afternoon|evening))\b", 0, 1),
        (
            r"\b(asap|as soon as (possible|you can)|soonest|earliest|next available|first available)\b",
            0,
            28,
        ),
    ):
        found = re.search(pattern, lowered)
        if found:
            begin = today + timedelta(days=first)
            kept = found.group(2) or "" if "this (" in pattern else ""
            return (begin, begin + timedelta(days=length)), lowered.replace(found.group(), f" {kept} ", 1)
    for read in (_calendar_date, _weekday):
        answer, rest = read(lowered, today)
        if answer and answer - today < FARTHEST:
            return (answer, answer + timedelta(days=1)), rest
    return _weeks(lowered, today)


def _weeks(text: str, today: date) -> tuple[tuple[date, date] | None, str]:
    monday = today - timedelta(days=today.weekday())
    for pattern, begin, end in (  # "any time" last: it says nothing when a week is named
        (r"\b(the )?week after next\b", monday + timedelta(14), monday + timedelta(21)),
        (r"\bnext week ?end\b", monday + timedelta(12), monday + timedelta(14)),
        (r"\bnext (week|wk)\b", monday + timedelta(7), monday + timedelta(14)),
        (r"\b(this |at the )?week ?end\b", monday + timedelta(5), monday + timedelta(7)),
        (r"\b(this week|later this week)\b", today, monday + timedelta(7)),
        (r"\bin a (week|wk)\b", today + timedelta(7), today + timedelta(8)),
        (r"\b(any ?time|whenever)\b", today, today + timedelta(28)),
        (r"\bnext month\b", _first_of_next_month(today), _first_of_next_month(_first_of_next_month(today))),
    ):
        found = re.search(pattern, text)
        if found:
            return (max(begin, today), end), text.replace(found.group(), " ", 1)
    return None, text


def _weekday(text: str, today: date) -> tuple[date | None, str]:
    found = _WEEKDAY.search(text)
    if not found:
        return None, text
    qualifier, week_before, name, week_after = found.groups()
    day = (
        _TYPOS.get(name) if name in _TYPOS else next(i for i, full in enumerate(_WEEKDAYS) if full.startswith(name[:3]))
    )
    assert day is not None
    ahead = (day - today.weekday()) % 7
    next_week = qualifier == "next" or week_before or re.search(r"\bnext (week|wk)\b", text)
    if week_after:
        ahead += 7
    elif next_week:
        ahead = 7 - today.weekday() + day
    return today + timedelta(days=ahead), text.replace(found.group(), " ", 1)


def _calendar_date(text: str, today: date) -> tuple[date | None, str]:
    found = _DAY_AND_MONTH.search(text)
    if found:
        parsed = dateparser.parse(
            re.sub(r"\bof\b|(?<=\d)(st|nd|rd|th)", " ", found.group()),
            languages=["en"],
            settings={
                "RELATIVE_BASE": datetime.combine(today, time(0)),
                "PREFER_DATES_FROM": "future",
                "DATE_ORDER": "DMY",
            },
        )
        if parsed:
            return parsed.date(), text.replace(found.group(), " ", 1)
    found = _NUMERIC.search(text)
    if found:
        answer = _numeric_date(found, today)
        if answer:
            return answer, text.replace(found.group(), " ", 1)
    found = _DAY_OF_MONTH.search(text)
    if found:
        answer = _next_with_day(int(found.group(1) or found.group(2)), today)
        if answer:
            return answer, text.replace(found.group(), " ", 1)
    return None, text


def _numeric_date(found: re.Match[str], today: date) -> date | None:
    try:
        if found.group(4):
            return date(int(found.group(4)), int(found.group(5)), int(found.group(6)))
        day, month = int(found.group(1)), int(found.group(2))
        if found.group(3):
            year = int(found.group(3))
            return date(year + 2000 if year < 100 else year, month, day)
        answer = date(today.year, month, day)
        return answer if answer >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


def _next_with_day(day: int, today: date) -> date | None:
    month = today.replace(day=1)
    for _ in range(12):
        try:
            answer = month.replace(day=day)
        except ValueError:
            answer = None
        if answer and answer >= today:
            return answer
        month = _first_of_next_month(month)
    return None


def _first_of_next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _hours(text: str) -> tuple[time | None, time | None, bool]:
    """Start, end, and whether a clock time was named."""
    found = _HALF_PAST.search(text)
    if found:
        hour = _WORDS.get(found.group(1).lower()) or int(found.group(1))
        return time(_in_opening_hours(hour) % 24, 30), None, True
    for clock in _CLOCK.finditer(text):
        word, hour_text, minutes, half = clock.groups()
        if not (word or minutes or half or _BARE_HOUR.fullmatch(text)):
            continue
        hour, minute = int(hour_text), int(minutes or 0)
        if hour > 23 or minute > 59:
            continue
        hour = _twenty_four(hour, (half or "").lower(), text)
        if (word or "").lower() in {"after", "from"}:
            return time(hour, minute), None, False
        if (word or "").lower() in {"before", "by"}:
            return time(0), time(hour, minute), False
        return time(hour, minute), None, True
    for pattern, begin, end in _PARTS:
        if pattern.search(text):
            return time(begin), time(end), False
    return None, None, False


def _twenty_four(hour: int, half: str, text: str) -> int:
    if half.startswith("p") or (not half.startswith("a") and re.search(r"\b(afternoon|evening|tonight)\b", text)):
        return hour if hour >= 12 else hour + 12
    if half.startswith("a") or "morning" in text:
        return 0 if hour == 12 else hour
    return _in_opening_hours(hour)


def _in_opening_hours(hour: int) -> int:
    """ "At 3" is in the afternoon: nobody books a workshop at night."""
    return hour + 12 if 1 <= hour <= 7 else hour
