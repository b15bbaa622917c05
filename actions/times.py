"""The step that finds a time for the workshop: what was wished for, what is free, and which of those it is."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any
from zoneinfo import ZoneInfo

from actions.base import EndForm, Step
from actions.turn import Turn
from actions.wishes import NEAR, WISH, Wish, elsewhere, is_closed, on_that_day, wish_in_words
from actions.wording import moment
from deskhand.conversation.reading import (
    Instead,
    in_hours,
    is_plain_yes,
    means_next,
    names_day,
    pick_time,
    read_instead,
    read_when,
    stays_on_day,
)

SHOWN = 4
PER_DAY = 2
AHEAD = timedelta(days=28)
BRIEF = 4
"""Up to so many words are an answer when they can be understood as one."""
SAID = "~"
"""What the slot begins with while it holds words that are yet to be understood."""
PERSON = {"title": "A person, please", "payload": "/request_human"}


_PAST = re.compile(r"\byesterday\b|\blast (week|mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE)


class TimeStep(Step):
    """A free time. Anything said is a wish first; it counts as chosen when it is free."""

    slot = "appointment_time"
    intents = ("book_appointment", "move_appointment")

    @abstractmethod
    async def service_id(self, turn: Turn) -> str: ...

    @abstractmethod
    async def taken_by_customer(self, turn: Turn) -> set[datetime]:
        """When the customer has to be in the workshop anyway."""

    async def done_before(self, turn: Turn, time: datetime) -> bool:
        """Whether this very turn made it so, and is repeated after a crash: then the time is taken by itself."""
        return False

    def first_words(self, turn: Turn) -> str:
        """The part of the wish itself that says when."""
        whens = " ".join(turn.entities("when"))
        if whens or not turn.text:
            return whens
        return turn.text if names_day(turn.text, turn.now, turn.services.timezone) else ""

    async def read(self, turn: Turn) -> Any:
        if turn.asked is None:
            words = self.first_words(turn)
            return chosen_iso(words) or (f"{SAID}{words[:200]}" if words else None)
        if not (turn.answers(*self.intents) or self._answers_briefly(turn)):
            return None
        said = turn.entities("when")
        if turn.text and (turn.asked == self.slot or (turn.asked == "confirm" and turn.get(self.slot))):
            said = [turn.text, *said]
        return next(filter(None, (self._understand(text, turn) for text in said)), None)

    def _answers_briefly(self, turn: Turn) -> bool:
        """Whether a few words answer the question, whatever they were taken for: "later" is no goodbye here."""
        return turn.asked == self.slot and "?" not in turn.text and 0 < len(turn.text.split()) <= BRIEF

    def _understand(self, text: str, turn: Turn) -> str | None:
        if iso := chosen_iso(text):
            return iso
        if _PAST.search(text):  # never one of the times on offer, though the hour may be the same
            return Wish(turn.now - timedelta(days=1), turn.now - timedelta(hours=23), exact=True).stored()
        zone = turn.services.timezone
        chosen = chosen_time(turn.get(self.slot))
        offered = last_offered(turn)
        if chosen and turn.asked != self.slot and means_next(text):
            after = [time for time in offered if time > chosen]
            return min(after).isoformat() if after else elsewhere(Instead.LATER, [chosen], turn.now, zone).stored()
        pointing = turn.asked == self.slot or re.search(r"\b(one|option|slot)\b", text, re.IGNORECASE)
        if pointing and (picked := pick_time(text, offered, turn.now, zone)):
            return picked.isoformat()
        if pointing and len(offered) == 1 and turn.asked == self.slot and _agrees(turn):
            return offered[0].isoformat()
        about = [chosen] if chosen else offered
        spoken_of = about[0].astimezone(zone).date() if about else None
        window = read_when(text, turn.now, zone, day=spoken_of)
        if window and (names_day(text, turn.now, zone) or window.exact):
            return Wish.of(window).stored()
        instead = read_instead(text) or (Instead.ANOTHER_DAY if _none_suits(text, turn) else None)
        if instead and about:
            one_day = stays_on_day(text) and instead is not Instead.ANOTHER_DAY
            return (on_that_day if one_day else elsewhere)(instead, about, turn.now, zone).stored()
        return Wish.of(window).stored() if window else None

    async def settle(self, turn: Turn) -> bool:
        value = turn.get(self.slot)
        if value and value.startswith(SAID):
            value = await self.first_wish(value.removeprefix(SAID), turn)
            turn.set(self.slot, value)
        if not value:
            return False
        wish = Wish.read(value) if value.startswith(WISH) else None
        if wish and not wish.exact:
            return False
        time = wish.start if wish else datetime.fromisoformat(value)
        repeated = turn.get("confirm") is True and await self.done_before(turn, time)
        if repeated or await self._free(turn, time, time + timedelta(minutes=1)):
            turn.set(self.slot, time.isoformat())
            return True
        turn.set(self.slot, Wish(time, time + timedelta(hours=1), exact=True).stored())
        return False

    async def first_wish(self, words: str, turn: Turn) -> str | None:
        window = read_when(words, turn.now, turn.services.timezone)
        return Wish.of(window).stored() if window else None

    async def _free(
        self, turn: Turn, start: datetime, end: datetime, hours: tuple[clock, clock | None] | None = None
    ) -> list[datetime]:
        if end <= turn.now:
            return []
        slots = await turn.services.crm.free_slots(await self.service_id(turn), max(start, turn.now), end)
        free = {slot.starts_at for slot in slots if slot.starts_at > turn.now}
        free -= await self.taken_by_customer(turn)
        return sorted(time for time in free if in_hours(time.astimezone(turn.services.timezone), hours))

    async def ask(self, turn: Turn) -> None:
        value = turn.get(self.slot)
        wish = Wish.read(value) if value and value.startswith(WISH) else None
        times, response = await self._offer(turn, wish)
        if not times:
            turn.say("utter_no_times_free", buttons=[PERSON])
            raise EndForm
        turn.say(
            response, wish=wish_in_words(wish, turn.services.timezone) if wish else "", buttons=buttons(turn, times)
        )

    async def _offer(self, turn: Turn, wish: Wish | None) -> tuple[list[datetime], str]:
        if wish is None:
            return spread(
                await self._free(turn, turn.now, turn.now + AHEAD), turn.services.timezone
            ), "utter_times_next"
        zone = turn.services.timezone
        free = [] if wish.exact else await self._free(turn, wish.start, wish.end, wish.hours)
        if free and wish.latest_first:
            return free[-SHOWN:], "utter_times_earlier"
        if free:
            return spread(free, zone), "utter_times_wished"
        around = (
            await self._free(turn, wish.start - NEAR, wish.end + NEAR, wish.hours)
            or await self._free(turn, wish.start - NEAR, wish.end + NEAR)
            or await self._free(turn, turn.now, turn.now + AHEAD)
        )
        if wish.latest_first and wish.start <= turn.now:
            return spread(around, zone), "utter_times_none_earlier"
        if wish.exact and wish.start <= turn.now:
            return nearest(around, wish), "utter_times_passed"
        return nearest(around, wish), "utter_times_closed" if is_closed(wish, zone) else "utter_times_instead"


def _none_suits(text: str, turn: Turn) -> bool:
    """Whether a "no" is said of the times on offer; "no thanks" rather ends it."""
    return turn.intent == "deny" and turn.asked == "appointment_time" and not re.search(r"\bthank|\bta\b", text, re.I)


def _agrees(turn: Turn) -> bool:
    """Whether the message accepts the only time on offer."""
    return turn.intent == "affirm" or (turn.text != "" and is_plain_yes(turn.text))


def chosen_iso(text: str) -> str | None:
    """The time that a button stands for, as it was offered."""
    if not re.match(r"\d{4}-\d{2}-\d{2}T", text):
        return None
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return None


def chosen_time(stored: str | None) -> datetime | None:
    return None if not stored or stored[0] in {WISH, SAID} else datetime.fromisoformat(stored)


def last_offered(turn: Turn) -> list[datetime]:
    """The times on the buttons that were shown last."""
    for event in reversed(turn.tracker.events):
        if event.get("event") != "bot":
            continue
        payloads = [str(one.get("payload")) for one in (event.get("data") or {}).get("buttons") or []]
        told = [json.loads(payload[len("/inform") :]) for payload in payloads if payload.startswith('/inform{"when"')]
        times = [datetime.fromisoformat(one["when"]) for one in told if chosen_iso(one["when"])]
        if times:
            return times
    return []


def spread(times: Sequence[datetime], timezone: ZoneInfo) -> list[datetime]:
    """A few of the times: of one day evenly over the day, of several days at most two a day."""
    days = Counter(time.astimezone(timezone).date() for time in times)
    if len(days) == 1:
        last = len(times) - 1
        return [times[round(i * last / (SHOWN - 1))] for i in range(SHOWN)] if len(times) > SHOWN else list(times)
    shown: Counter[date] = Counter()
    few: list[datetime] = []
    for time in times:
        on = time.astimezone(timezone).date()
        gap = not few or few[-1].astimezone(timezone).date() != on or time - few[-1] >= timedelta(hours=3)
        if shown[on] < PER_DAY and gap:
            shown[on] += 1
            few.append(time)
    return few[:SHOWN]


def nearest(times: Sequence[datetime], wish: Wish) -> list[datetime]:
    """Those closest to the wish, in order of time."""
    return sorted(sorted(times, key=lambda time: abs(time - wish.start))[:SHOWN])


def buttons(turn: Turn, times: Sequence[datetime]) -> list[dict[str, str]]:
    zone = turn.services.timezone
    offers = [{"title": short(time, zone), "payload": f'/inform{{"when": "{time.isoformat()}"}}'} for time in times]
    return [*offers, {"title": "Another day", "payload": '/inform{"when": "another day"}'}]


def short(time: datetime, timezone: ZoneInfo) -> str:
    """For a button: "Fri 27 Nov, 2:30 pm"."""
    here = time.astimezone(timezone)
    return f"{here:%a} {here.day} {here:%b}, {moment(time, timezone).rpartition(' at ')[2]}"
