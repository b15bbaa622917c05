"""A chat with the actions alone: it does what Rasa does around a form, with the same events in the same order,
and leaves out understanding and policies. For tests of actions."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import services
from actions.base import JOB_INTENTS, JobForm
from actions.people import ReturnToFormAction
from actions.services import Services
from deskhand.crm.demo_catalogue import PLANS, SERVICES, TECHNICIANS
from deskhand.crm.demo_characters import character_records
from deskhand.settings import Settings
from tests.fakes.identity import FakeMailer, FakeVerifications
from tests.fakes.memory_crm import FakeCrm
from tests.fakes.waiting import FakeCallbacks, FakeLine

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""Noon on a working day is far, and every day of the week is ahead."""
LISTEN = {"event": "action", "name": "action_listen"}


class Chat:
    """`jobs` are pairs of a form and the action that submits it; `others` are actions by the intent they answer."""

    def __init__(
        self,
        jobs: Iterable[tuple[JobForm, Action]],
        settings: Settings,
        others: Mapping[str, Action] | None = None,
        now: datetime = MONDAY,
    ) -> None:
        from actions.base import FORM_INTENTS

        self.now = now
        records = character_records(now.date())
        records.services, records.plans, records.technicians = SERVICES, PLANS, TECHNICIANS
        self.crm = FakeCrm(records, now=lambda: self.now)
        self.verifications = FakeVerifications(lambda: self.now)
        self.mailer = FakeMailer()
        self.line = FakeLine()
        self.callbacks = FakeCallbacks()
        self.jobs = {FORM_INTENTS[form.form]: (form, action) for form, action in jobs}
        self.others = dict(others or {})
        self.slots: dict[str, Any] = {}
        self.form: str | None = None
        self.events: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.latest: dict[str, Any] = {}
        self.said_for_customer = False
        nothing: Any = None
        services.use(
            Services(
                crm=self.crm,
                verifications=cast(Any, self.verifications),
                conversations=nothing,
                mailer=self.mailer,
                knowledge=nothing,
                settings=settings,
                line=cast(Any, self.line),
                callbacks=cast(Any, self.callbacks),
                now=lambda: self.now,
            )
        )

    @property
    def asked(self) -> str | None:
        """What the customer is asked for."""
        return self.slots.get("requested_slot")

    @property
    def said(self) -> list[str]:
        """The names of the responses to the last message, or the text of those without a name."""
        return [message["response"] or message["text"] for message in self.messages]

    def answer(self, response: str) -> dict[str, Any]:
        """The message that used this response, with its values."""
        return next(message for message in self.messages if message.get("response") == response)

    @property
    def buttons(self) -> dict[str, str]:
        """The payloads of the last message with buttons, by title."""
        for message in reversed(self.messages):
            if message["buttons"]:
                return {button["title"]: button["payload"] for button in message["buttons"]}
        return {}

    async def be(self, customer_id: str, *, confirmed: bool = True) -> None:
        """Skips the proof of identity."""
        await self.verifications.record_match("c1", customer_id)
        if confirmed:
            code = await self.verifications.issue_code("c1", customer_id)
            await self.verifications.check_code("c1", code)

    async def wish(self, *wishes: tuple[str, str], **entities: str) -> list[str]:
        """Says several wishes in one message, each an intent and its words, and returns what is answered. Entities
        stand in these words."""
        text, found = "", []
        for intent, words in wishes:
            found.append({"intent": intent, "confidence": 0.95, "text": words, "start": len(text)})
            text += f"{words} and "
            found[-1]["end"] = len(text)
        spans = [
            {"entity": name, "value": value, "start": text.index(value), "end": text.index(value) + len(value)}
            for name, value in entities.items()
        ]
        return await self._hear(text, {"name": wishes[0][0], "confidence": 0.95}, spans, wishes=found)

    async def say(self, text: str, intent: str = "inform", confidence: float = 0.95, **entities: Any) -> list[str]:
        """Says it, and returns what is answered. An entity may have several values in a list."""
        found = [
            {"entity": name, "value": value}
            for name, values in entities.items()
            for value in (values if isinstance(values, list) else [values])
        ]
        return await self._hear(text, {"name": intent, "confidence": confidence}, found)

    async def _hear(self, text: str, intent: dict[str, Any], entities: list[dict[str, Any]], **more: Any) -> list[str]:
        self.latest = {"text": text, "intent": intent, "entities": entities, **more}
        self.events += [LISTEN, {"event": "user", "text": text, "parse_data": copy.deepcopy(self.latest)}]
        self.messages = []
        await self._take_turn()
        while self.said_for_customer:
            self.said_for_customer = False
            await self._take_turn()
        return self.said

    async def _take_turn(self) -> None:
        intent = self.latest["intent"]["name"]
        if self.form and await self._run_form(self.form):
            return
        if intent in self.jobs and intent not in self.others:
            await self._begin(intent)
        elif intent in self.others:
            await self._run(self.others[intent])
            if self.form:
                await self._run_form(self.form)
            elif not self.said_for_customer:
                await self._run(ReturnToFormAction())

    async def press(self, title: str) -> list[str]:
        """Presses a button that was offered last."""
        found = re.fullmatch(r"/(\w+)(\{.*\})?", self.buttons[title])
        assert found, self.buttons
        return await self.say(
            self.buttons[title], found.group(1), 1.0, **(json.loads(found.group(2)) if found.group(2) else {})
        )

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    async def _begin(self, intent: str) -> None:
        assert intent in JOB_INTENTS
        self.form = self.jobs[intent][0].form
        self.events.append({"event": "active_loop", "name": self.form})
        await self._run_form(self.form)

    async def _run_form(self, name: str) -> bool:
        """Whether the form took the message. When it ends, the action that submits it runs."""
        form, submit = next(job for job in self.jobs.values() if job[0].form == name)
        fresh = self.events[-1]["event"] == "user"
        before = [*self.events, {"event": "action", "name": name}]
        events = await self._execute(form, before)
        if fresh and self.asked and not any(event["name"] != "requested_slot" for event in events):
            self.events.append({"event": "action_execution_rejected", "name": name})
            return False
        self._apply([{"event": "action", "name": name}, *events])
        if events and self.asked is None:
            self.form = None
            self.events.append({"event": "active_loop", "name": None})
            if self.slots.get("handoff_reason") is None:
                await self._run(submit)
        return True

    async def _run(self, action: Action) -> None:
        events = await self._execute(action, self.events)
        self._apply([{"event": "action", "name": action.name()}, *events])

    async def _execute(self, action: Action, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        tracker = Tracker(
            sender_id="c1",
            slots=copy.deepcopy(self.slots),
            latest_message=copy.deepcopy(self.latest),
            events=copy.deepcopy(events),
            paused=False,
            followup_action=None,
            active_loop={"name": self.form} if self.form else {},
            latest_action_name=None,
        )
        dispatcher = CollectingDispatcher()
        done = await action.run(dispatcher, tracker, {})
        for message in dispatcher.messages:
            self.messages.append(message)
            said = {"event": "bot", "text": message.get("text"), "data": _data(message)}
            self.events.append({**said, "metadata": {"utter_action": message.get("response")}})
        return [dict(event) for event in json.loads(json.dumps(done))]

    def _apply(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            self.events.append(event)
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            if event["event"] == "active_loop":
                self.form = event["name"]
            if event["event"] == "followup" and event["name"].endswith("_form"):
                self.form = event["name"]
                self.events.append({"event": "active_loop", "name": self.form})
            if event["event"] == "user":
                self.latest, self.said_for_customer = event["parse_data"], True


def _data(message: dict[str, Any]) -> dict[str, Any]:
    return {"buttons": message["buttons"], "custom": message.get("custom")}
