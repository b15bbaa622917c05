"""One test: a conversation from its opening to the first thing that is not as expected, or to its end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deskhand.e2e.cases import Case, Step
from deskhand.e2e.checks import Checks
from deskhand.e2e.errors import ChatNotReachable
from deskhand.e2e.matching import ABOUT_THE_TURN, Matcher, Mismatch, matching_titles
from deskhand.e2e.seen import Turn, form_after, slots_after
from deskhand.e2e.webchat import Answer, Customer
from deskhand.e2e.world import World
from deskhand.errors import DeskhandError

CODE, WRONG_CODE = "{one_time_code}", "{wrong_code}"


@dataclass(frozen=True)
class Failure:
    """What went wrong, and at which step of the file."""

    step: Step
    mismatch: Mismatch


@dataclass(frozen=True)
class Result:
    case: Case
    turns: tuple[Turn, ...]
    seconds: float
    failure: Failure | None = None
    error: str | None = None
    """The test could not be carried out: something is broken that is not the conversation."""
    conversation_id: str = ""

    @property
    def passed(self) -> bool:
        return self.failure is None and self.error is None


class CannotGoOn(Exception):
    """The step's own needs are not met: there is no such button, no code was mailed."""

    def __init__(self, mismatch: Mismatch) -> None:
        super().__init__(mismatch.expected)
        self.mismatch = mismatch


async def hold(case: Case, base_url: str, world: World) -> Result:
    """Holds the conversation of a case. Never raises a `DeskhandError`: it becomes the result's error."""
    started = time.monotonic()
    talk = _Talk(case, base_url, world)
    failure, error = None, None
    try:
        async with talk.customer:
            failure = await talk.run()
    except DeskhandError as exc:
        error = str(exc)
    seconds = time.monotonic() - started
    return Result(case, tuple(talk.turns), seconds, failure, error, talk.customer.conversation_id)


class _Talk:
    def __init__(self, case: Case, base_url: str, world: World) -> None:
        self.customer = Customer(base_url, world.settled)
        self.turns: list[Turn] = []
        self._case = case
        self._world = world
        self._events_seen = 0
        self._first_mail = 0
        self._matcher = Matcher()

    async def run(self) -> Failure | None:
        before = {}
        for email in self._case.customers:
            if not await self._world.restore(email):
                raise ChatNotReachable(
                    f"{self._case.file}, line {self._case.line}: {email} is none of the demo's customers "
                    "(docs/demo-customers.md), so what they have cannot be put back before the test."
                )
            before[email] = await self._world.records_of(email)
        self._first_mail = await self._world.last_mail()
        opened = await self.customer.open()
        await self._world.set_slots(self.customer.conversation_id, self._case.slots)
        await self._remember("", opened)
        checks = Checks(self._world, self.customer.conversation_id, before, self._first_mail)
        steps = self._case.steps
        for place, step in enumerate(steps):
            try:
                mismatch = await self._take(step, checks)
            except CannotGoOn as stuck:
                mismatch = stuck.mismatch
            mismatch = mismatch or self._unexpected_refusal(step, steps[place + 1 :])
            if mismatch:
                return Failure(step, mismatch)
        return None

    async def _take(self, step: Step, checks: Checks) -> Mismatch | None:
        if step.kind in ABOUT_THE_TURN:
            return self._matcher.check(step, self.turns[-1])
        match step.kind:
            case "user":
                text = await self._filled(step.value)
                await self._remember(text, await self.customer.type(text))
            case "press" | "press_late":
                await self._press(step.value, late=step.kind == "press_late")
            case "send_again":
                await self._remember("(the same request once more)", await self.customer.send_again())
            case "elapse":
                await self._world.elapse(self.customer.conversation_id, step.value)
            case "meanwhile":
                await self._meanwhile(step.value)
            case _:
                return await checks.check(step)
        return None

    async def _filled(self, text: str) -> str:
        """The text with the code that was mailed, or one that is certainly another."""
        if CODE not in text and WRONG_CODE not in text:
            return text
        code = await self._world.newest_code(self._case.customers, self._first_mail)
        if code is None and CODE in text:
            whom = " or ".join(self._case.customers) or "anybody: the case names no customer in its metadata"
            raise CannotGoOn(Mismatch(f"a one-time code mailed to {whom}", self.turns[-1].told))
        wrong = f"{(int(code or 0) + 1) % 1_000_000:06d}"
        return text.replace(CODE, code or "").replace(WRONG_CODE, wrong)

    async def _press(self, part: str, *, late: bool) -> None:
        offers: dict[str, str] = {}
        for turn in self.turns[:-1] if late else self.turns[-1:]:
            offers |= turn.offered
        titles = matching_titles(part, offers)
        if len(titles) != 1:
            shown = " ".join(f"[{title}]" for title in titles or offers) or "(no buttons)"
            note = "Several buttons fit." if titles else ""
            raise CannotGoOn(Mismatch(f"{'an earlier' if late else 'a'} button {part!r}", shown, note))
        await self._remember(f"[{titles[0]}]", await self.customer.press(offers[titles[0]]))

    async def _meanwhile(self, value: Any) -> None:
        if "order" in value:
            await self._world.set_order_status(value["order"], value["status"])
            return
        chosen = str(self.turns[-1].slots.get("appointment_time") or "")
        try:
            when = datetime.fromisoformat(chosen)
        except ValueError:
            raise CannotGoOn(Mismatch("a chosen time in the slot appointment_time", chosen or "none")) from None
        await self._world.take(when, self.customer.conversation_id)

    async def _remember(self, said: str, answer: Answer) -> None:
        events = await self._world.events(self.customer.conversation_id)
        self.turns.append(
            Turn(
                said=said,
                replies=answer.replies,
                events=tuple(events[self._events_seen :]),
                refused=answer.refused,
                slots=slots_after(events),
                form=form_after(events),
            )
        )
        self._events_seen = len(events)

    def _unexpected_refusal(self, step: Step, following: Sequence[Step]) -> Mismatch | None:
        """A message that the chat did not take fails the test, unless a step says that it must not."""
        if not step.begins_turn or self.turns[-1].refused is None:
            return None
        for one in following:
            if one.begins_turn:
                break
            if one.kind == "refused":
                return None
        return Mismatch("the chat takes the message", f"refused: {self.turns[-1].refused}")
