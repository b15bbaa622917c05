"""What every action and every form shares: one calm sentence when something fails, and the order of a form."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import open_wishes
from actions.services import services
from actions.turn import Turn
from deskhand.crm.protocol import CrmUnavailable
from deskhand.errors import DeskhandError

logger = logging.getLogger(__name__)


class DeskAction(Action, ABC):  # type: ignore[misc]  # rasa-sdk has no types
    """An action that never fails in front of a customer. Subclasses set `action` and write `act`."""

    action: ClassVar[str]
    changes_something: ClassVar[bool] = False
    """Whether it may have been done although it failed: then nobody is told that it was not."""
    ends_job: ClassVar[bool] = False
    """Whether the next of several wishes comes after it. It does in any case after an action that a form ends with."""

    def name(self) -> str:
        return self.action

    @abstractmethod
    async def act(self, turn: Turn) -> None:
        """Does the work: says things, sets slots. May raise any `DeskhandError`."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        try:
            turn = Turn(tracker, dispatcher, await services())
            open_wishes.notice(turn, under_way=job_under_way(turn))
            await self.act(turn)
            self._go_on(turn)
        except DeskhandError as exc:
            return self.recover(dispatcher, tracker, exc)
        return turn.events()

    def _go_on(self, turn: Turn) -> None:
        """With the next wish of a message that had several."""
        # What is about to happen by itself comes first: another action, or a person.
        free = turn.more_events == CLOSED or (turn.form is None and not turn.more_events)
        if (self.ends_job or turn.form_ended) and free and not turn.get("handoff_reason"):
            open_wishes.go_on(turn, frozenset(JOB_INTENTS))

    def recover(self, dispatcher: CollectingDispatcher, tracker: Tracker, error: DeskhandError) -> list[EventType]:
        """One calm sentence, another try, or a person."""
        level = logging.WARNING if isinstance(error, CrmUnavailable) else logging.ERROR
        logger.log(level, "%s failed: %s", self.name(), type(error).__name__)
        dispatcher.messages.clear()
        again = {"title": "Try again", "payload": self.retry_payload(tracker)}
        person = {"title": "A person, please", "payload": "/request_human"}
        response = "utter_system_unavailable_midway" if self.changes_something else "utter_system_unavailable"
        dispatcher.utter_message(response=response, buttons=[again, person])
        return [SlotSet("confirm", None)]  # a yes counts for what was shown, once

    def retry_payload(self, tracker: Tracker) -> str:
        """What "Try again" means: the last wish that the customer expressed."""
        for event in reversed(tracker.events):
            intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
            if event.get("event") == "user" and intent in JOB_INTENTS:
                return f"/{intent}"
        return "/ask_capabilities"


CLOSED = [ActiveLoop(None), SlotSet("requested_slot", None)]
"""Events that end a form before it is filled in."""

SWITCH = 0.65
"""From this confidence on another job's wish ends the form that is under way."""


class EndForm(Exception):
    """The form cannot or need not go on. What had to be said was said."""

    def __init__(self, handoff_reason: str | None = None) -> None:
        super().__init__(handoff_reason)
        self.handoff_reason = handoff_reason


class Step(ABC):
    """One thing that a form needs to know.

    A form reads a message for all its steps first, so that two answers given at once count, and an earlier
    answer can be corrected; then it settles the steps in their order, and asks for the first that is open.
    """

    slot: str

    async def read(self, turn: Turn) -> Any:
        """What the message says about this step, or None. `CLEAR` takes an earlier answer back."""
        return None

    async def settle(self, turn: Turn) -> bool:
        """Whether this step is known and right. May say what is wrong, clear the slot, or raise `EndForm`."""
        return turn.get(self.slot) is not None

    async def ask(self, turn: Turn) -> None:  # noqa: B027 - most steps leave asking to Rasa
        """Asks for it. Without words here Rasa utters `utter_ask_<form>_<slot>` or `utter_ask_<slot>`."""


CLEAR = object()


class JobForm(Action, ABC):  # type: ignore[misc]  # rasa-sdk has no types
    """The validation action of one form: `validate_<form>`. Subclasses name the form and list its steps."""

    form: ClassVar[str]

    def name(self) -> str:
        return f"validate_{self.form}"

    @abstractmethod
    def steps(self) -> list[Step]: ...

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        try:
            turn = Turn(tracker, dispatcher, await services())
            return await self._advance(turn)
        except DeskhandError as exc:
            logger.warning("%s failed: %s", self.name(), type(exc).__name__)
            dispatcher.messages.clear()
            dispatcher.utter_message(response="utter_system_unavailable", buttons=_again(FORM_INTENTS[self.form]))
            return [SlotSet("confirm", None), SlotSet("requested_slot", None)]

    async def _advance(self, turn: Turn) -> list[EventType]:
        steps = self.steps()
        if turn.activating:
            for slot in ANSWERED_ONCE:
                if turn.get(slot) is not None:
                    turn.set(slot, None)
        elsewhere = turn.fresh and self._wishes_elsewhere(turn)
        if turn.fresh and not elsewhere:
            await self._read(turn, steps)
            if turn.asked and self._wants_something_else(turn):
                return []  # Rasa lets other rules answer, and comes back
        open_wishes.notice(turn, served=not elsewhere, under_way=job_under_way(turn))
        spoken = len(turn.dispatcher.messages)
        try:
            requested = await self._first_open(turn, steps)
        except EndForm as end:
            if end.handoff_reason:
                turn.set("handoff_reason", end.handoff_reason)
            turn.set("confirm", None)  # whatever was agreed to, the form ended before it
            requested = None
        if requested:
            open_wishes.tell_what_waits(turn, spoken)
        return [*turn.events(), SlotSet("requested_slot", requested)]

    def _wishes_elsewhere(self, turn: Turn) -> bool:
        """Whether a message in the middle of this form begins with another job's wish and has more of them. They
        all wait then: a half-done job is not dropped for a list."""
        return bool(turn.wishes and turn.asked) and turn.intent in JOB_INTENTS - {FORM_INTENTS[self.form]}

    def _wants_something_else(self, turn: Turn) -> bool:
        """Whether there is nothing for this form in the message, or another job's wish, which comes first unless
        the message answers the question."""
        another = turn.intent in JOB_INTENTS - {FORM_INTENTS[self.form]}
        other_job = another and turn.confidence >= SWITCH
        if other_job and turn.changes.get(str(turn.asked)) is None:
            return True
        if not turn.changes and turn.text and another:
            turn.say("utter_could_not_read")  # a half-done job is not dropped for a guess
            turn.set(str(turn.asked), turn.get(str(turn.asked)))
        if not turn.changes and turn.intent == "rate" and self.form != "feedback_form":
            turn.say("utter_could_not_read")  # "10" was to answer this question, and not to rate us
            turn.set(str(turn.asked), turn.get(str(turn.asked)))
        if not turn.changes and turn.intent == FORM_INTENTS[self.form]:
            turn.set(str(turn.asked), turn.get(str(turn.asked)))  # the wish again: ask again
        return not turn.changes

    async def _read(self, turn: Turn, steps: list[Step]) -> None:
        for step in steps:
            value = await step.read(turn)
            if value is not None:
                turn.set(step.slot, None if value is CLEAR else value)

    async def _first_open(self, turn: Turn, steps: list[Step]) -> str | None:
        for step in steps:
            if not await step.settle(turn):
                if step.slot != "confirm" and turn.get("confirm") is not None:
                    turn.set("confirm", None)  # what was agreed to is open again: the yes was for something else
                await step.ask(turn)
                return step.slot
        return None


def _again(intent: str) -> list[dict[str, str]]:
    return [
        {"title": "Try again", "payload": f"/{intent}"},
        {"title": "A person, please", "payload": "/request_human"},
    ]


FORM_INTENTS = {
    "order_status_form": "order_status",
    "cancel_order_form": "cancel_order",
    "change_address_form": "change_delivery_address",
    "return_form": "start_return",
    "refund_status_form": "refund_status",
    "password_reset_form": "reset_password",
    "verify_account_form": "verify_account",
    "unlock_account_form": "unlock_account",
    "book_appointment_form": "book_appointment",
    "move_appointment_form": "move_appointment",
    "cancel_appointment_form": "cancel_appointment",
    "check_appointment_form": "check_appointment",
    "pause_subscription_form": "pause_subscription",
    "resume_subscription_form": "resume_subscription",
    "change_plan_form": "change_plan",
    "cancel_subscription_form": "cancel_subscription",
    "check_subscription_form": "check_subscription",
    "feedback_form": "give_feedback",
    "callback_form": "request_human",
}
"""Which intent starts which form."""

JOB_INTENTS = set(FORM_INTENTS.values()) - {"request_human"}
"""Wishes that are jobs. A callback is none: its form follows a handoff."""

JOB_SLOTS = (
    "order_number",
    "item_ids",
    "return_reason",
    "resolution",
    "new_address",
    "appointment_id",
    "service",
    "appointment_time",
    "months",
    "resume_on",
    "plan",
    "offer_accepted",
    "rating",
    "comment",
    "callback_at",
    "callback_reach",
    "confirm",
)
"""What a job asks for, forgotten when it is done."""

ANSWERED_ONCE = ("confirm", "offer_accepted")
"""Answers that count for one asking only, never for a form that begins later."""


def job_under_way(turn: Turn) -> str | None:
    """The wish whose form was active before the customer's message."""
    return None if turn.form is None or turn.activating else FORM_INTENTS.get(turn.form)


def forget_job(turn: Turn) -> None:
    """Clears what the last job asked for, so that the next one starts afresh."""
    for slot in JOB_SLOTS:
        if turn.get(slot) is not None:
            turn.set(slot, None)
