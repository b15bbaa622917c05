"""The figures of a sentence: prices, amounts, times, dates, in digits or in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_ONES += " seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUES: dict[str, float] = {word: value for value, word in enumerate(_ONES.split())}
_VALUES |= {word: 10 * tens for tens, word in enumerate(_TENS.split(), start=2)}
_VALUES |= {"once": 1, "twice": 2, "dozen": 12, "hundred": 100, "thousand": 1000, "half": 0.5}
_MAYBE_NO_FIGURE = frozenset({"one", "once", "half"})
"""Words that are figures only before a unit: "one month", but not "one of them"."""

_UNITS = r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|metres?|times?"
_FIGURE = re.compile(
    r"(?P<currency>[£€$])?\s?(?:(?P<digits>\d+(?:[.,:]\d+)*)|\b(?P<words>"
    rf"(?:{_TENS.replace(' ', '|')})[- ](?:{'|'.join(_ONES.split()[1:10])})\b|(?:{'|'.join(_VALUES)})\b))"
    r"(?:\s?(?P<mark>%|per ?cent\b|am\b|pm\b|°|percent\b))?"
    rf"(?:[ -](?:[a-z]+[ -])?(?P<unit>{_UNITS})\b)?",
    re.IGNORECASE,
)
_CURRENCY_WORDS = re.compile(r"(\d+(?:[.,]\d+)*)\s?(?:pounds|gbp)\b", re.IGNORECASE)
_PERCENT = frozenset({"per cent", "percent", "%"})


@dataclass(frozen=True)
class Figure:
    value: str
    """As digits, without what only makes them easier to read: `1000` for "1,000" and "one thousand"."""
    mark: str = ""
    """`£`, `%`, `am` and their like, or nothing."""
    unit: str = ""
    """What is counted, in the singular, where it is a unit of time or the like."""

    def is_said_by(self, other: Figure) -> bool:
        """Whether the other figure says this one. It may say more: £3.95 says 3.95, and never the other way round."""
        return (
            self.value == other.value and self.mark in {"", other.mark} and (not self.unit or self.unit == other.unit)
        )


def figures(text: str) -> list[Figure]:
    """Every figure of a text, in order."""
    found = []
    for match in _FIGURE.finditer(_CURRENCY_WORDS.sub(r"£\1", text)):
        words = (match["words"] or "").lower()
        unit = (match["unit"] or "").lower()
        if words in _MAYBE_NO_FIGURE and not unit:
            continue
        mark = (match["currency"] or match["mark"] or "").lower()
        value = _number_in_words(words) if words else _plain_digits(match["digits"])
        found.append(Figure(value, "%" if mark in _PERCENT else mark, unit.removesuffix("s")))
    return found


def _plain_digits(digits: str) -> str:
    without_thousands = re.sub(r",(?=\d{3}(?:\D|$))", "", digits)
    whole, _, fraction = without_thousands.partition(".")
    return without_thousands if fraction.strip("0") else whole


def _number_in_words(words: str) -> str:
    total = sum(_VALUES[word] for word in re.split(r"[- ]", words))
    return f"{total:g}"
