"""What kind of thing a question asks for (a price, a time, a colour), and whether a text has one of that kind."""

from __future__ import annotations

import re
from enum import Enum


class Kind(Enum):
    """Whether a text has what a question of a known kind asks for."""

    THERE = "there"
    MISSING = "missing"
    UNKNOWN = "unknown"
    """The question asks for nothing of a kind that can be told by its looks."""


_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_NUMBERS = r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|once|twice|every|half)\b"
_SPANS = r"\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|overnight|lifetime|immediately|morning|evening)\b"
_NOT_MONEY = "weight|space|wax|water|gas|time|oil|can|do|does"


def _kind(asked: str, there: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(asked, re.IGNORECASE), re.compile(there, re.IGNORECASE)


_KINDS = (
    # money
    _kind(
        rf"\bhow much\b(?! (?:{_NOT_MONEY})\b)|\bcosts?\b|\bprices?\b|\bcharge for|\bfee\b|\bdiscount\b",
        r"[£€$]|\bfree\b|\bpence\b|\d+p\b|per ?cent|%",
    ),
    # a span of time, or a length
    _kind(
        r"\bhow (?:long|soon|quick(?:ly)?|fast)\b|\bhow many (?:days|weeks|hours|minutes|months|years)\b",
        rf"{_SPANS}|\d ?(?:cm|m)\b",
    ),
    # an amount
    _kind(
        r"\bhow (?:many|often|tall|high|wide|heavy|big|deep|large|far|thick|warm|hot|old)\b|\bweigh|\blitres?\b"
        r"|\bwhat (?:size|temperature|speed)\b|\bdimensions?\b",
        _NUMBERS,
    ),
    # a point in time
    _kind(
        r"\bwhen\b|\b(?:what|which) (?:days?|times?|dates?)\b|\b(?:opening|open|hours)\b",
        rf"\d|{_SPANS}|\b(?:{_DAYS}|{_MONTHS}|am|pm|once|after|before|until|when)s?\b",
    ),
    # a colour
    _kind(
        r"\b(?:what|which) colou?rs?\b|\bsame (?:green|red|blue|colou?r)\b",
        r"\b(?:red|green|blue|yellow|black|white|gr[ea]y|brown|orange|colou?rs?)\b",
    ),
    # a phone number
    _kind(r"\bphone|\bring (?:you|them|him|her|us)\b|\bnumber of the\b|\bcall\b", r"\d{4}|\b(?:phone|ring|call)"),
    # somebody
    _kind(r"\bwho(?:['’]?s)?\b|\bname of\b", r"@|\b(?:team|persons?|people|workshop|carrier|bank|you|we)\b"),
)


def kind_in(text: str, question: str) -> Kind:
    """Whether the text has what the question asks for, by its looks."""
    asked = [there for asks, there in _KINDS if asks.search(question)]
    if not asked:
        return Kind.UNKNOWN
    return Kind.MISSING if any(there.search(text) is None for there in asked) else Kind.THERE
