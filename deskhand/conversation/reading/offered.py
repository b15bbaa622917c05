"""Which of the times on offer a customer means, and what they want instead: "the 2:30", "the second one",
"earlier", "another day"; and what is moved where: "from Monday to Friday"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from deskhand.conversation.reading.dates import TimeWindow, read_when


class Instead(StrEnum):
    """Where to look, seen from the times on offer."""

    EARLIER = "earlier"
    LATER = "later"
    ANOTHER_DAY = "another_day"


_INSTEAD = (
    (
        Instead.ANOTHER_DAY,
        r"\b((an)?other|different|next) days?\b|\bday (after|later)\b|\bsome other time\b"
        r"|\bnone of (these|those|them)\b|\b(an)?other (times?|slots?|options?|dates?)\b"
        r"|\b(something|anything) else\b|\bmore (times|options|slots)\b"
        r"|\bdifferent (times?|dates?)\b",
    ),
    (Instead.EARLIER, r"\b(earlier|sooner|before (that|then|those|these))\b"),
    (Instead.LATER, r"\b(later|after (that|then|those|these))\b"),
)


def read_instead(text: str) -> Instead | None:
    """What is wanted rather than the times on offer; None when the text does not say so."""
    return next((instead for instead, pattern in _INSTEAD if re.search(pattern, text, re.IGNORECASE)), None)


_SAME_DAY = re.compile(
    r"\b(?:(?:the|that) same|that|in the|on the|the) day\b(?! (?:after|before))|\bsame day\b|\blater (?:on )?that\b"
    r"|\bthat (?:morning|afternoon|evening)\b",
    re.IGNORECASE,
)


def stays_on_day(text: str) -> bool:
    """Whether "earlier" or "later" is meant within the day that is spoken of: "anything later in the day"."""
    return bool(_SAME_DAY.search(text))


_NEXT = re.compile(
    r"\W*(?:(?:ok|okay|yes|no|and|or|just|what about|how about|i'?ll (?:take|have)|the)\s+)*"
    r"next(?: (?:one|slot|time|option))?(?: (?:please|pls|then|thanks))?\W*",
    re.IGNORECASE,
)


def means_next(text: str) -> bool:
    """Whether the text means just the next of the times: "next one please"."""
    return bool(_NEXT.fullmatch(text))


_PLACES = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5,
    "5th": 5, "last": -1,
}  # fmt: skip
_PLACE = re.compile(
    r"\b(" + "|".join(_PLACES) + r")\s+(one|option|slot|time)\b"
    r"|\b(?:option|number|no\.?|nr\.?)\s*(\d)\b"
    r"|^\W*(?:(?:yes|ok|okay|i'?ll (?:take|have)|i'?d like|let'?s (?:do|take)|the)\s+)*"
    r"(" + "|".join(_PLACES) + r"|\d)(?:\s+(?:please|pls|then|thanks))?\W*$",
    re.IGNORECASE,
)


_ANY = re.compile(
    r"\W*(?:(?:i )?(?:don'?t know|dunno|not sure)\W+)?"
    r"(?:whenever|whichever|whatever|either|any(?: of (?:them|those|these))?(?: one)?|(?:i )?don'?t mind"
    r"|you (?:choose|pick|decide))\W*",
    re.IGNORECASE,
)
_EARLIEST = re.compile(r"\b(earliest|soonest|first (?:available|free))\b", re.IGNORECASE)
_LATEST = re.compile(r"\blatest\b", re.IGNORECASE)

_FILLER = re.compile(
    r"\b(works?( for me)?|is (fine|good|perfect|ok(ay)?|great)|would (be|suit)( \w+)?|suits me|sounds good|please|pls"
    r"|thanks|then|yes|yeah|ok|okay|actually|no)\b[,.!]*",
    re.IGNORECASE,
)


def pick_time(text: str, offered: Sequence[datetime], now: datetime, timezone: ZoneInfo) -> datetime | None:
    """The one of the times on offer that the text means; None when it means none of them, or several.

    Somebody who does not mind gets the first: they are shown it and asked before anything happens.
    """
    if not offered:
        return None
    here = [time.astimezone(timezone) for time in offered]
    text = _FILLER.sub(" ", text).strip()
    if _ANY.fullmatch(text) or _EARLIEST.search(text) or means_next(text):
        return min(offered)
    if _LATEST.search(text):
        return max(offered)
    matching = _named(text, here, now, timezone)
    if len(matching) == 1:
        return matching[0]
    found = _PLACE.search(text)
    if found and not matching:
        word = (found.group(1) or found.group(3) or found.group(4)).lower()
        place = _PLACES.get(word) or int(word)
        if 1 <= place <= len(offered):
            return offered[place - 1]
        return offered[-1] if place == -1 else None
    return None


def _named(text: str, here: Sequence[datetime], now: datetime, timezone: ZoneInfo) -> list[datetime]:
    window = read_when(text, now, timezone, day=here[0].date())
    if window is None:
        return []
    if not names_day(text, now, timezone):  # an hour alone may be meant for any of the days on offer
        if window.exact:
            return [time for time in here if time.time() == window.start.time()]
        return [time for time in here if in_hours(time, window.hours)]
    if window.exact:
        return [time for time in here if time == window.start]
    return [time for time in here if window.start <= time < window.end and in_hours(time, window.hours)]


def in_hours(here: datetime, hours: tuple[time, time | None] | None) -> bool:
    """Whether a moment, in local time, is in that part of the day."""
    return hours is None or (hours[0] <= here.time() and (hours[1] is None or here.time() < hours[1]))


def names_day(text: str, now: datetime, timezone: ZoneInfo) -> bool:
    """Whether the text says on which day, and not only at what hour."""
    days = [(now + timedelta(days=ahead)).astimezone(timezone).date() for ahead in (40, 41)]
    one, other = (read_when(text, now, timezone, day=day) for day in days)
    return one is not None and one == other


_FROM_TO = re.compile(r"\bfrom\b(?P<old>.+?)\b(?:to|until)\b(?P<new>.+)", re.IGNORECASE | re.DOTALL)
_TO = re.compile(r"(?P<old>.*)\b(?:to|for|until)\b(?P<new>.+)", re.IGNORECASE | re.DOTALL)
_INSTEAD_OF = re.compile(r"(?P<new>.+)\b(?:instead of|rather than|not)\b(?P<old>.+)", re.IGNORECASE | re.DOTALL)
_CANNOT = re.compile(
    r"\b(?:can'?t|cannot|can not|won'?t|not (?:able|going) to|unable to|no longer)\b(?P<old>.+?)"
    r"(?:[,;.?!]|\b(?:can|could|may|is|how about|what about|so|but)\b)(?P<new>.+)",
    re.IGNORECASE | re.DOTALL,
)


def split_move(text: str, now: datetime, timezone: ZoneInfo) -> tuple[str, str]:
    """What a wish to move says of the old time and of the new one; either may be empty.

    "from Monday to Friday", "my 2pm to 4pm", "I can't make Tuesday, can we do Wednesday", "at 11 instead of 10".
    """

    def says_when(part: str) -> TimeWindow | None:
        return read_when(part, now, timezone)

    for pattern in (_FROM_TO, _INSTEAD_OF, _CANNOT, _TO):
        found = pattern.search(text)
        if found and says_when(found["new"]):
            return (found["old"] if says_when(found["old"]) else ""), found["new"]
    if re.search(r"\b(can'?t|cannot|won'?t|not be able|have to miss|miss)\b", text, re.IGNORECASE):
        return text, ""
    return "", text if says_when(text) else ""
