"""The desk's own words in the agent's language, and dates and numbers as it writes them.

The catalogues are gettext's `.po` files, read at the start: there is nothing to compile. docs/agents.md says how to
add a language.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from sanic.request import Request

FOLDER = Path(__file__).parent / "locale"
SOURCE = "en"


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages that there are words in."""
    return (SOURCE, *sorted(file.parent.parent.name for file in FOLDER.glob("*/LC_MESSAGES/desk.po")))


@cache
def language_names() -> dict[str, str]:
    """Each language in its own words."""
    return {code: (Locale.parse(code).get_language_name(code) or code).capitalize() for code in languages()}


@cache
def translations(language: str) -> NullTranslations:
    if language == SOURCE or language not in languages():
        return NullTranslations()
    with (FOLDER / language / "LC_MESSAGES" / "desk.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(fp=compiled)


def language_of(request: Request) -> str:
    """The agent's own choice, or the first of the browser's that there are words in."""
    agent = getattr(request.ctx, "agent", None)
    if agent is not None and agent.language in languages():
        return str(agent.language)
    for accepted in _accepted(request):
        code = accepted.split("-")[0].lower()
        if code in languages():
            return code
    return SOURCE


def gettext(request: Request, message: str) -> str:
    """The message in the request's language. Give it as a literal: tools collect the words from the sources."""
    return str(translations(language_of(request)).gettext(message))


def marked(message: str) -> str:
    """The message itself: for words that are translated elsewhere, so that the tools find them."""
    return message


def ngettext(request: Request, one: str, many: str, count: int) -> str:
    return str(translations(language_of(request)).ngettext(one, many, count))


def _accepted(request: Request) -> list[str]:
    weighted = []
    for place, part in enumerate((request.headers.get("accept-language") or "")[:500].split(",")):
        code, _, weight = part.partition(";q=")
        try:
            weighted.append((-float(weight or 1), place, code.strip()))
        except ValueError:
            continue
    return [code for _, _, code in sorted(weighted) if code]


class Formats:
    """How one language writes times and numbers, in the business's time zone."""

    def __init__(self, language: str, timezone: str) -> None:
        self.locale = Locale.parse(language if language != SOURCE else "en_GB")
        self._zone = ZoneInfo(timezone)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)

    def moment(self, at: datetime) -> str:
        """The time of day, and the date unless it is today."""
        local, today = self.local(at), self.local(datetime.now(UTC)).date()
        clock = dates.format_time(local, "short", locale=self.locale)
        if local.date() == today:
            return clock
        skeleton = "MMMd" if local.year == today.year else "yMMMd"
        return f"{dates.format_skeleton(skeleton, local, locale=self.locale)}, {clock}"

    def exactly(self, at: datetime) -> str:
        """Date and time in full."""
        return dates.format_datetime(self.local(at), "medium", locale=self.locale)

    def day(self, at: datetime) -> str:
        return dates.format_date(self.local(at), "medium", locale=self.locale)

    def ago(self, at: datetime) -> str:
        return dates.format_timedelta(at - datetime.now(UTC), add_direction=True, locale=self.locale)

    def span(self, seconds: float | timedelta | None) -> str:
        """A length of time, such as "5 min"; a dash for none."""
        if seconds is None:
            return "–"
        length = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
        return dates.format_timedelta(length, format="narrow", locale=self.locale)

    def number(self, value: float) -> str:
        return numbers.format_decimal(value, locale=self.locale)

    def percent(self, share: float | None) -> str:
        """A share from 0 to 1; a dash for none."""
        return "–" if share is None else numbers.format_percent(share, locale=self.locale)

    def weekday(self, day: int) -> str:
        """Monday is 0."""
        return str(dates.get_day_names("wide", locale=self.locale)[day])
