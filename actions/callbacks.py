"""A call or an email later, for customers who cannot or need not wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa_sdk.events import FollowupAction

from actions.base import DeskAction, JobForm, Step, forget_job
from actions.times import chosen_iso, short
from actions.turn import Turn
from actions.waiting import ACCOUNT, CHANNEL, EMAIL, PHONE, SAID, desk_of
from actions.wording import moment
from deskhand.conversation.callbacks import SOON, DeskHours, Problem, fitting, proposals, read_callback_time
from deskhand.conversation.desk import CallbackWay
from deskhand.conversation.identity import Proof
from deskhand.conversation.reading import TimeWindow, read_email
from deskhand.conversation.reading.phones import read_phone
from deskhand.crm.protocol import CrmError

REMARKS = {
    Problem.NOT_UNDERSTOOD: "utter_callback_time_unclear",
    Problem.PASSED: "utter_callback_time_passed",
    Problem.TOO_FAR: "utter_callback_time_too_far",
    Problem.NOBODY_THERE: "utter_callback_nobody_there",
}


async def _desk(turn: Turn) -> DeskHours:
    return desk_of(turn, await turn.services.line.place(turn.conversation_id))


class CallbackTimeStep(Step):
    """When to call. Not asked of those who want an email."""

    slot = "callback_at"

    async def read(self, turn: Turn) -> Any:
        typed = turn.text if turn.asked == self.slot and turn.intent != "stop" else ""
        said = [*turn.entities("callback_at"), typed]
        return next((f"{SAID}{one[:200]}" for one in said if one), None)

    async def settle(self, turn: Turn) -> bool:
        if _by_email(turn):
            return True
        value = str(turn.get(self.slot) or "")
        if not value.startswith(SAID):
            return bool(value)
        words = value.removeprefix(SAID)
        desk = await _desk(turn)
        if iso := chosen_iso(words):  # a button
            at = datetime.fromisoformat(iso)
            return self._remark(turn, fitting(TimeWindow(at, at, exact=True), turn.now, desk))
        read = read_callback_time(words, turn.now, desk)
        if read is Problem.NOT_UNDERSTOOD and turn.asked != self.slot:
            turn.set(self.slot, None)  # "call me back" says nothing of when
            return False
        return self._remark(turn, read)

    def _remark(self, turn: Turn, read: datetime | Problem) -> bool:
        """Keeps the time, or says what is wrong with it."""
        turn.set(self.slot, None if isinstance(read, Problem) else read.isoformat())
        if isinstance(read, Problem):
            turn.say(REMARKS[read])
        return not isinstance(read, Problem)

    async def ask(self, turn: Turn) -> None:
        desk = await _desk(turn)
        offers = [
            {"title": short(at, desk.zone), "payload": f'/inform{{"callback_at": "{at.isoformat()}"}}'}
            for at in proposals(turn.now, desk)
        ]
        soon = {"title": "As soon as possible", "payload": f'/inform{{"callback_at": "{SOON}"}}'}
        turn.say("utter_when_to_call", buttons=[soon, *offers])


class CallbackReachStep(Step):
    """On which number, or at which address."""

    slot = "callback_reach"

    async def read(self, turn: Turn) -> Any:
        for said in [*turn.entities("callback_reach"), turn.text if turn.asked == self.slot else ""]:
            if said in {PHONE, EMAIL, CHANNEL, ACCOUNT}:
                return said
            if found := read_email(said) or read_phone(said):
                return found
        return None

    async def settle(self, turn: Turn) -> bool:
        return turn.get(self.slot) not in {None, PHONE, EMAIL}

    async def ask(self, turn: Turn) -> None:
        here = {"title": "Write to me here", "payload": '/inform{"callback_reach": "channel"}'}
        account = {"title": "The one on my account", "payload": '/inform{"callback_reach": "account"}'}
        if not _by_email(turn):
            turn.say("utter_ask_callback_phone", buttons=[here])
        elif await _known_email(turn):
            turn.say("utter_ask_callback_email", buttons=[account, here])
        else:
            turn.say("utter_ask_callback_email", buttons=[here])


def _by_email(turn: Turn) -> bool:
    reach = str(turn.get("callback_reach") or "")
    return reach in {EMAIL, ACCOUNT} or "@" in reach


async def _known_email(turn: Turn) -> str | None:
    """Of a customer who has shown who they are."""
    record = await turn.services.verifications.get(turn.conversation_id)
    if record.customer_id is None or record.proof(turn.now) < Proof.MATCHED:
        return None
    try:
        return (await turn.services.crm.customer(record.customer_id)).email
    except CrmError:
        return None


class ValidateCallbackForm(JobForm):
    """The customer waits for a person meanwhile: no other job begins before this is settled."""

    form = "callback_form"

    def steps(self) -> list[Step]:
        return [CallbackTimeStep(), CallbackReachStep()]

    async def _first_open(self, turn: Turn, steps: list[Step]) -> str | None:
        requested = await super()._first_open(turn, steps)
        if requested is None and turn.did("action_handoff"):
            # All was said at once. The escalation policy ends a turn with a handoff, so nothing else would come.
            turn.more_events.append(FollowupAction("action_arrange_callback"))
        return requested

    def _wishes_elsewhere(self, turn: Turn) -> bool:
        return False

    def _wants_something_else(self, turn: Turn) -> bool:
        if turn.intent == "stop" and (turn.entities("back") or not turn.changes):
            return True
        if not turn.changes:
            turn.say("utter_could_not_read")
            turn.set(str(turn.asked), turn.get(str(turn.asked)))
        return False


class ArrangeCallbackAction(DeskAction):
    """Stores when and how to reach the customer, and says it back."""

    action = "action_arrange_callback"

    async def act(self, turn: Turn) -> None:
        reach, at = turn.get("callback_reach"), turn.get("callback_at")
        forget_job(turn)
        if reach is None:
            return
        way, address = await _way(turn, str(reach))
        wanted_at = datetime.fromisoformat(at) if at and not at.startswith(SAID) else None
        await turn.services.callbacks.arrange(turn.conversation_id, wanted_at, way, address)
        when = moment(wanted_at, turn.services.timezone) if wanted_at is not None else "our next free moment"
        shown = "the address on your account" if reach == ACCOUNT else address
        turn.say(f"utter_callback_by_{way.value}", when=when, reach=shown)


async def _way(turn: Turn, reach: str) -> tuple[CallbackWay, str]:
    """How the customer is to be reached, and where: here, if the account's address cannot be read any more."""
    if reach == ACCOUNT and (address := await _known_email(turn)):
        return CallbackWay.EMAIL, address
    if reach in {CHANNEL, ACCOUNT}:
        return CallbackWay.CHANNEL, ""
    return (CallbackWay.EMAIL if "@" in reach else CallbackWay.PHONE), reach
