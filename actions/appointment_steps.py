"""The steps of a workshop appointment: which service, which appointment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from actions.base import CLEAR, EndForm, Step
from actions.checks import Check
from actions.steps import HINT
from actions.times import TimeStep
from actions.turn import Turn
from actions.wishes import Wish, wish_in_words
from actions.wording import moment, money
from deskhand.conversation.reading import in_hours, named, names_day, pick_time, read_when, split_move
from deskhand.crm.types import Appointment, Service

TO = "to "
"""What the words of a new time begin with when they came after "to": then they cannot be the old one."""


async def customer_id_of(turn: Turn) -> str:
    """Raises `EndForm` when nobody was identified."""
    record = await turn.services.verifications.get(turn.conversation_id)
    if record.customer_id is None:
        raise EndForm
    return record.customer_id


async def appointments_of(turn: Turn) -> Sequence[Appointment]:
    return await turn.services.crm.appointments(await customer_id_of(turn))


def match_services(text: str, services: Iterable[Service], *, place: bool = False) -> list[str]:
    return named(text, {one.id: one.name for one in services}, place=place)


class ServiceStep(Step):
    """What is to be repaired, by any word that tells the services apart."""

    slot = "service"

    async def read(self, turn: Turn) -> Any:
        first, asked = (
            turn.asked is None,
            turn.asked == self.slot and turn.answers("book_appointment", "report_problem"),
        )
        said = [*turn.entities("service"), turn.text if first or asked else ""]
        if turn.asked not in {None, self.slot} and not (turn.entities("service") and turn.answers("book_appointment")):
            return None
        services = await turn.services.crm.services()
        for text in filter(None, said):
            found = [text] if text in {one.id for one in services} else match_services(text, services, place=asked)
            if len(found) == 1:
                return found[0]
        return None

    async def settle(self, turn: Turn) -> bool:
        services = {one.id for one in await turn.services.crm.services()}
        if turn.get(self.slot) in services:
            return True
        turn.set(self.slot, None)
        return False

    async def ask(self, turn: Turn) -> None:
        turn.say(
            "utter_which_service",
            buttons=[
                {
                    "title": f"{one.name} (from {money(one.price_from)})",
                    "payload": f'/inform{{"service": "{one.id}"}}',
                }
                for one in await turn.services.crm.services()
            ],
        )


class BookingTimeStep(TimeStep):
    async def service_id(self, turn: Turn) -> str:
        return str(turn.get("service"))

    async def taken_by_customer(self, turn: Turn) -> set[datetime]:
        return {one.starts_at for one in await appointments_of(turn)}

    async def done_before(self, turn: Turn, time: datetime) -> bool:
        mine = await appointments_of(turn)
        return any(one.starts_at == time and one.service.id == turn.get("service") for one in mine)


async def service_of(turn: Turn) -> Service:
    return next(one for one in await turn.services.crm.services() if one.id == turn.get("service"))


class HasAppointment(Check):
    async def check(self, turn: Turn, customer_id: str) -> None:
        if not await turn.services.crm.appointments(customer_id):
            turn.say("utter_no_appointments")
            raise EndForm


_WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE)
_DATE = re.compile(r"\bthe \d{1,2}(st|nd|rd|th)\b", re.IGNORECASE)
_WHO = {"email", "identity_fact", "one_time_code"}


class AppointmentStep(Step):
    """Which appointment. With a single one there is nothing to ask."""

    slot = "appointment_id"
    by_day = True
    """Whether a day that is named at the summary tells which appointment is meant."""

    def when_words(self, text: str, turn: Turn) -> str:
        """The part of the text that may say when the appointment is."""
        return text

    async def read(self, turn: Turn) -> Any:
        if turn.asked is None:
            return f"{HINT}{turn.text[:200]}" if turn.text else None
        if turn.asked == self.slot and turn.answers("cancel_appointment", "move_appointment", "check_appointment"):
            said = [*turn.entities("when"), turn.text]
            found = next(
                filter(None, [self._match(text, await appointments_of(turn), turn) for text in said if text]), []
            )
            if not found and self._remark(turn.text, await appointments_of(turn), turn):
                return CLEAR
            return found[0] if len(found) == 1 else None
        if turn.asked == "confirm" and re.search(
            r"\b(other|different|wrong) (one|appointment|booking)\b", turn.text, re.I
        ):
            others = [one.id for one in await appointments_of(turn) if one.id != turn.get(self.slot)]
            return others[0] if len(others) == 1 else (CLEAR if others else None)
        if turn.asked == "confirm" and self.by_day and turn.answers("cancel_appointment", "stop"):
            return await self._other_day(turn) if names_day(turn.text, turn.now, turn.services.timezone) else None
        before = str(turn.get(self.slot) or HINT)
        if turn.asked in _WHO and before.startswith(HINT) and _DATE.search(turn.text):
            return f"{before[:200]} {turn.text[:100]}"
        return None

    def _remark(self, text: str, appointments: Sequence[Appointment], turn: Turn) -> bool:
        """Says so when the text names a day on which there is no appointment; whether it did."""
        zone, words = turn.services.timezone, self.when_words(text, turn)
        window = read_when(words, turn.now, zone) if names_day(words, turn.now, zone) else None
        if window is None or _WEEKDAY.search(words) or self._match(text, appointments, turn):
            return False
        first, last = window.start.astimezone(zone).date(), (window.end - timedelta(minutes=1)).astimezone(zone).date()
        if any(first <= one.starts_at.astimezone(zone).date() <= last for one in appointments):
            return False
        turn.say("utter_no_appointment_then", wish=wish_in_words(Wish.of(window), zone))
        return True

    async def _other_day(self, turn: Turn) -> str | None:
        """At the summary: the appointment on the day that is named, or the same one, saying that there is none."""
        mine = await appointments_of(turn)
        found = self._match(turn.text, mine, turn)
        if len(found) == 1:
            return found[0]
        return turn.get(self.slot) if self._remark(turn.text, mine, turn) else None

    def _match(self, text: str, appointments: Sequence[Appointment], turn: Turn) -> list[str]:
        """The appointments that the text may mean; all of them when it says nothing of them."""
        zone = turn.services.timezone
        left = list(appointments)
        named = match_services(text, [one.service for one in left])
        left = [one for one in left if one.service.id in named] or left
        words = self.when_words(text, turn)
        picked = pick_time(words, [one.starts_at for one in left], turn.now, zone)
        if picked:
            left = [one for one in left if one.starts_at == picked]
        elif (window := read_when(words, turn.now, zone)) and names_day(words, turn.now, zone):
            there = [one for one in left if window.start <= one.starts_at < window.end]
            weekday = window.start.weekday()
            same = [one for one in left if one.starts_at.astimezone(zone).weekday() == weekday]
            left = there or (same if _WEEKDAY.search(words) else []) or left
        return [one.id for one in left] if len(left) < len(appointments) else []

    async def settle(self, turn: Turn) -> bool:
        appointments = await appointments_of(turn)
        if not appointments:
            turn.say("utter_no_appointments")
            raise EndForm
        said = turn.get(self.slot)
        if said and said.startswith(HINT):
            found = self._match(said.removeprefix(HINT), appointments, turn)
            self._remark(said.removeprefix(HINT), appointments, turn)
            said = found[0] if len(found) == 1 else None
        if said not in {one.id for one in appointments}:
            said = appointments[0].id if len(appointments) == 1 else None
        turn.set(self.slot, said)
        return said is not None

    async def ask(self, turn: Turn) -> None:
        turn.say(
            "utter_which_appointment",
            buttons=[
                {
                    "title": f"{one.service.name}, {moment(one.starts_at, turn.services.timezone)}",
                    "payload": f'/inform{{"when": "{one.starts_at.isoformat()}"}}',
                }
                for one in await appointments_of(turn)
            ],
        )


async def appointment_of(turn: Turn) -> Appointment:
    for one in await appointments_of(turn):
        if one.id == turn.get("appointment_id"):
            return one
    raise EndForm


class MoveAppointmentStep(AppointmentStep):
    by_day = False

    def when_words(self, text: str, turn: Turn) -> str:
        if turn.asked == self.slot:
            return text
        return split_move(text, turn.now, turn.services.timezone)[0]


class NewTimeStep(TimeStep):
    """When the appointment should be instead. An hour alone means its own day."""

    def first_words(self, turn: Turn) -> str:
        whens = turn.entities("when")
        if not turn.text:
            return " ".join(whens)
        new = split_move(turn.text, turn.now, turn.services.timezone)[1].strip()
        to = new and re.search(rf"\b(?:to|until)\s+{re.escape(new)}", turn.text, re.I)
        return f"{TO}{new}" if to else new

    async def service_id(self, turn: Turn) -> str:
        return (await appointment_of(turn)).service.id

    async def taken_by_customer(self, turn: Turn) -> set[datetime]:
        return {one.starts_at for one in await appointments_of(turn)}

    async def done_before(self, turn: Turn, time: datetime) -> bool:
        return (await appointment_of(turn)).starts_at == time

    async def first_wish(self, words: str, turn: Turn) -> str | None:
        zone, now = turn.services.timezone, (await appointment_of(turn)).starts_at
        window = read_when(words, turn.now, zone, day=now.astimezone(zone).date())
        if window is None:
            return None
        there = window.start == now if window.exact else window.start <= now < window.end
        long = window.end - window.start > timedelta(days=1, hours=2) or words.startswith(TO)
        if there and (window.exact or not long) and in_hours(now.astimezone(zone), window.hours):
            return None  # it says when the appointment is, and not when it should be
        return Wish.of(window).stored()
