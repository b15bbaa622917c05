"""How long a pause is meant to be, and which plan: "till March", "skip the next two", "the £9 one", "a bigger one"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from deskhand.conversation.reading.dates import read_when
from deskhand.conversation.reading.facts import read_months
from deskhand.conversation.reading.offered import names_day

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNTIL = re.compile(r"\b(?:until|till?|'til|to)\s+(?:the (?:end|start|beginning) of\s+)?([a-z]{3,9})\b", re.IGNORECASE)
_SKIP = re.compile(
    r"\b(?:skip|miss|leave out)\s+(?:the\s+|my\s+)?(?:next\s+)?(one|two|three|four|[1-9])?\s*"
    r"(?:boxe?s?|deliver(?:y|ies)|refills?|months?)\b"
    r"|\b(?:skip|no box(?:es)?|no refills? needed|nothing)\s+(?:needed\s+)?(?:this|next|that) month\b",
    re.IGNORECASE,
)
_SKIPPED = {"one": 1, "two": 2, "three": 3, "four": 4}


def read_pause(text: str, *, bare: bool = False) -> int | None:
    """The number of months that a pause should last. With `bare`, when it was asked for, a number alone will do."""
    months = read_months(text)
    if months:
        return months
    skip = _SKIP.search(text)
    if skip:
        word = (skip.group(1) or "one").lower()
        return _SKIPPED.get(word) or int(word)
    return (read_months(text, bare=True) or None) if bare else None


def read_until_month(text: str) -> int | None:
    """The month (1 to 12) until which something should rest: "till September"."""
    found = _UNTIL.search(text)
    if not found or not _is_month(found.group(1)):
        return None
    return next((place for place, name in enumerate(_MONTHS, 1) if found.group(1).lower().startswith(name)), None)


_UNTIL_DAY = re.compile(r"\b(?:until|till?|'til|untill)\b(.+)", re.IGNORECASE | re.DOTALL)


def read_until_day(text: str, now: datetime, timezone: ZoneInfo, *, bare: bool = False) -> date | None:
    """The day until which something should rest: "until 15 january". With `bare`, a day alone will do."""
    found = _UNTIL_DAY.search(text)
    if not (found or bare):
        return None
    said = found.group(1) if found else text
    window = read_when(said, now, timezone)
    if window is None or window.end - window.start > timedelta(days=1, hours=2) or not names_day(said, now, timezone):
        return None
    return window.start.astimezone(timezone).date()


def _is_month(word: str) -> bool:
    full = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december", "sept")  # fmt: skip
    word = word.lower()
    return word in _MONTHS or max(fuzz.ratio(word, name) for name in full) >= 80


_NO_PAUSE = re.compile(
    r"\b(?:no|not|don'?t want(?: to)?|without|never)\s+(?:a\s+|to\s+|just\s+)*paus(?:e|ing)\b"
    r"|\bno (?:offers?|deals?)\b|\b(?:completely|for good|permanently)\b",
    re.IGNORECASE,
)


def mentions_no_pause(text: str) -> bool:
    """Whether somebody who cancels says from the start that a pause is not what they want."""
    return bool(_NO_PAUSE.search(text))


_BIGGER = re.compile(r"\b(bigger|larger|upgrade|more|next one up|go up|up a (plan|size)|bump|step up)\b", re.IGNORECASE)
_SMALLER = re.compile(
    r"\b(smaller|cheaper|downgrade|less|fewer|next one down|go down|down a (plan|size)|too much|step down)\b",
    re.IGNORECASE,
)
_BIGGEST = re.compile(r"\b(biggest|largest|most expensive|highest|top)\b", re.IGNORECASE)
_SMALLEST = re.compile(r"\b(smallest|cheapest|lowest|least)\b", re.IGNORECASE)
_CLOSE_ENOUGH = 80


def read_plan_wish(text: str, plans: Sequence[tuple[str, str, Decimal]], current: int) -> str | None:
    """The key of the plan that is wanted. `plans` are key, name and price, cheapest first; `current` is the
    place of the one that the customer has. What comes after "to" counts; the one they have, only alone."""
    goal = re.split(r"\b(?:to|on to|onto|instead)\b", text, flags=re.IGNORECASE)[-1]
    for part in (goal, text):
        found = _named(part, plans)
        others = [key for key in found if key != plans[current][0]]
        if len(others) == 1:
            return others[0]
        if found and not others and not re.search(r"\bfrom\b|\btoo\b|\bnot enough\b", part, re.IGNORECASE):
            return found[0]
    if _BIGGEST.search(text):
        return plans[-1][0]
    if _SMALLEST.search(text):
        return plans[0][0]
    if bool(_BIGGER.search(text)) != bool(_SMALLER.search(text)):
        place = current + (1 if _BIGGER.search(text) else -1)
        return plans[place][0] if 0 <= place < len(plans) else None
    return None


def _named(text: str, plans: Sequence[tuple[str, str, Decimal]]) -> list[str]:
    words = re.findall(r"[a-z]+", text.lower())
    prices = {Decimal(price) for price in re.findall(r"(?<![\w-])£?(\d{1,3}(?:\.\d{2})?)(?![\w-])", text)}
    return [
        key
        for key, name, price in plans
        if price in prices or any(len(word) > 3 and fuzz.ratio(word, name.lower()) >= _CLOSE_ENOUGH for word in words)
    ]
