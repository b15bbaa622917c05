"""The beginning and the end of a conversation, coming back to a form, and getting a person."""

from __future__ import annotations

import logging
import re
from collections.abc import Container, Mapping
from typing import Any

from rasa_sdk.events import ActionExecuted, FollowupAction, SessionStarted, SlotSet

from actions import open_wishes
from actions.answer_feedback import attached, keep_feedback
from actions.base import CLOSED, JOB_INTENTS, JOB_SLOTS, DeskAction, JobForm, Step, forget_job
from actions.steps import HINT
from actions.turn import Turn
from actions.wording import listed
from deskhand.conversation.escalation import HIGH_STAKES, Reason, Signals, decide
from deskhand.conversation.handoff import WISHES, build_packet, people_are_in
from deskhand.conversation.identity import Proof
from deskhand.conversation.model import Outcome
from deskhand.conversation.questions import Feedback
from deskhand.conversation.reading import read_order_number, read_rating
from deskhand.crm.protocol import CrmError
from deskhand.store.conversations import ConversationNotFound

logger = logging.getLogger(__name__)


class SessionStartAction(DeskAction):
    """Says who is speaking; after a long silence, that nothing was changed meanwhile."""

    action = "action_session_start"

    async def act(self, turn: Turn) -> None:
        came_before = any(event.get("event") == "user" for event in turn.tracker.events)
        turn.say("utter_welcome_back" if came_before else "utter_introduction")
        turn.more_events += [SessionStarted(), ActionExecuted("action_listen")]


class ReturnToFormAction(DeskAction):
    """Marks the end of an answer that may have interrupted a form. FormReturnPolicy then goes on with the form."""

    action = "action_return_to_form"
    ends_job = True

    async def act(self, turn: Turn) -> None:
        """Nothing: that it ran is what counts."""


def active_form(turn: Turn) -> str | None:
    return (turn.tracker.active_loop or {}).get("name")


CANCELLED_AFTER = {
    "action_order_status": "cancel_order_form",
    "action_check_appointment": "cancel_appointment_form",
    "action_check_subscription": "cancel_subscription_form",
}
"""What "cancel it" means after an answer."""


def answered_by(turn: Turn, actions: Container[str]) -> str | None:
    """Which of these actions answered the customer's previous message."""
    users = 0
    for event in reversed(turn.tracker.events):
        users += event.get("event") == "user"
        if users == 2:
            return None
        if users == 1 and event.get("event") == "action" and event.get("name") in actions:
            return str(event["name"])
    return None


class StopJobAction(DeskAction):
    """Drops what was begun, and says that nothing was changed."""

    action = "action_stop_job"
    ends_job = True

    async def act(self, turn: Turn) -> None:
        about = None if active_form(turn) else CANCELLED_AFTER.get(answered_by(turn, CANCELLED_AFTER) or "")
        if about and re.search(r"\bcancel\b", turn.text, re.IGNORECASE):
            # "OK, cancel it then", said to an answer about an order, is a wish and not the end of one.
            forget_job(turn)
            turn.more_events.append(FollowupAction(about))
            return
        if active_form(turn) is None and last_offer(turn) == open_wishes.OFFER:
            open_wishes.drop(turn, open_wishes.open_wishes(turn))
            turn.say("utter_wish_dropped")
            return
        turn.say("utter_stopped" if active_form(turn) else "utter_nothing_to_stop")
        forget_job(turn)
        turn.more_events += CLOSED


class RepeatAction(DeskAction):
    """Says the last thing again."""

    action = "action_repeat"

    async def act(self, turn: Turn) -> None:
        if active_form(turn):
            return  # the form asks again by itself
        last = last_bot_message(turn)
        if last and last.get("text"):
            turn.say(text=str(last["text"]), buttons=(last.get("data") or {}).get("buttons"))
        else:
            turn.say("utter_introduction")


CORRECTED_AFTER = {
    "action_order_status": ("order_status_form", "order_number"),
    "action_change_plan": ("change_plan_form", "plan"),
}
"""What "no, I meant the air bed" or "no, back to Standard" begins anew when the job is done: a form, and the slot that
what was said is a hint for."""


class UnplacedAnswerAction(DeskAction):
    """An answer that nobody asked for, or that the form could not read."""

    action = "action_unplaced_answer"

    async def act(self, turn: Turn) -> None:
        form = active_form(turn)
        # Six digits alone may just as well be a code that comes too late.
        said = [*turn.entities("order_number"), turn.text]
        number = next(filter(None, (read_order_number(part, bare=False) for part in said)), None)
        if form:
            turn.say("utter_could_not_read")
            turn.more_events.append(FollowupAction(form))
        elif number:
            turn.set("order_number", number)
            turn.say("utter_about_order", order_number=number)
        elif turn.intent == "correct" and turn.text and (corrected := answered_by(turn, CORRECTED_AFTER)):
            form, slot = CORRECTED_AFTER[corrected]
            turn.set(slot, f"{HINT}{turn.text[:200]}")
            turn.more_events.append(FollowupAction(form))
        else:
            turn.more_events.append(FollowupAction("action_default_fallback"))


def last_bot_message(turn: Turn) -> Mapping[str, Any] | None:
    return next((event for event in reversed(turn.tracker.events) if event.get("event") == "bot"), None)


def last_offer(turn: Turn) -> str | None:
    """What the assistant offered in its last turn: `anything_else`, `did_it_help`, `person`, `next_wish`."""
    users = 0
    for event in reversed(turn.tracker.events):
        if event.get("event") == "user":
            users += 1
            if users == 2:
                return None
        offer = ((event.get("data") or {}).get("custom") or {}).get("offer") if event.get("event") == "bot" else None
        if offer:
            return str(offer)
    return None


class AcceptOfferAction(DeskAction):
    """A "yes" outside of any form: to what was offered last."""

    action = "action_accept_offer"

    async def act(self, turn: Turn) -> None:
        if active_form(turn):
            turn.say("utter_could_not_read")  # the form asked for something else, and asks again
            return
        match last_offer(turn):
            case "person":
                turn.more_events.append(FollowupAction("action_handoff"))
            case "did_it_help":
                await keep_feedback(turn, Feedback.HELPED)
                turn.say("utter_glad_it_helped", custom={"offer": "anything_else"})
            case open_wishes.OFFER if wish := open_wishes.asked_about(turn):
                open_wishes.say_for_customer(turn, wish)
            case _:
                turn.say("utter_what_else")


class DeclineOfferAction(DeskAction):
    """A "no" outside of any form: to what was offered last."""

    action = "action_decline_offer"

    async def act(self, turn: Turn) -> None:
        if active_form(turn):
            turn.say("utter_could_not_read")
            return
        match last_offer(turn):
            case "did_it_help":
                await keep_feedback(turn, Feedback.NOT_HELPED)
                turn.say("utter_did_not_help", custom={"offer": "person"})
            case "person":
                turn.say("utter_no_person_then")
            case "anything_else":
                turn.more_events.append(FollowupAction("feedback_form"))
            case open_wishes.OFFER if wish := open_wishes.asked_about(turn):
                open_wishes.drop(turn, [wish])
                turn.say("utter_wish_dropped")
                turn.say("utter_anything_else", custom={"offer": "anything_else"})
                open_wishes.go_on(turn, frozenset(JOB_INTENTS))
            case _:
                turn.say("utter_what_instead")


class HandoffAction(DeskAction):
    """Gives the conversation to a person, with everything they need."""

    action = "action_handoff"

    async def act(self, turn: Turn) -> None:
        reason = _reason(turn)
        try:
            await turn.services.conversations.request_handoff(turn.conversation_id, await _packet(turn, reason))
        except ConversationNotFound:
            logger.warning("No conversation to hand over: this tracker is not behind a channel")
        specific = f"utter_handoff_{reason.value}"
        turn.say(specific if reason in SPECIFIC else "utter_handoff")
        turn.say("utter_people_are_in" if _people_are_in(turn) else "utter_people_are_out")
        forget_job(turn)
        if open_wishes.open_wishes(turn):
            turn.set(open_wishes.SLOT, None)  # they are in the packet
        turn.more_events += [*CLOSED, SlotSet("handoff_reason", None)]


SPECIFIC = {
    Reason.ANGER,
    Reason.ACCOUNT_SECURITY,
    Reason.SAFETY,
    Reason.BEREAVEMENT,
    Reason.VULNERABILITY,
    Reason.NO_PROGRESS,
}
"""Reasons that have words of their own in `domain.yml`."""


def _reason(turn: Turn) -> Reason:
    requested = turn.get("handoff_reason")
    signals = Signals(turn.intent, turn.confidence, turn.whole_text, 0, requested)
    if decided := decide(signals):
        return decided
    asked = turn.intent in {"request_human", "affirm"} or turn.intent in HIGH_STAKES
    return Reason.ASKED_FOR_PERSON if asked else Reason.NO_PROGRESS


async def _packet(turn: Turn, reason: Reason) -> Any:
    record = await turn.services.verifications.get(turn.conversation_id)
    proof = record.proof(turn.now)
    users = [event for event in turn.tracker.events if event.get("event") == "user"]
    intents = [((event.get("parse_data") or {}).get("intent") or {}).get("name") for event in users]
    executed = [event.get("name") for event in turn.tracker.events if event.get("event") == "action"]
    return build_packet(
        reason,
        wishes=[intent for intent in intents if intent in WISHES],
        done=[DONE[name] for name in executed if name in DONE and _happened(turn, name)],
        slots={slot: turn.get(slot) for slot in JOB_SLOTS if turn.get(slot) is not None},
        identity=proof.name.lower(),
        crm_context=await _crm_context(turn, record.customer_id) if proof >= Proof.MATCHED else {},
        last_words=turn.whole_text or _last_typed(turn),
        open_wishes=[wish["intent"] for wish in open_wishes.open_wishes(turn)],
        tried_to_change=not CHANGES.isdisjoint(executed),
    )


def _last_typed(turn: Turn) -> str:
    """What the customer wrote before they pressed a button."""
    said = (str(event.get("text") or "") for event in reversed(turn.tracker.events) if event.get("event") == "user")
    return next((text for text in said if text and not text.startswith("/")), "")


CHANGES = frozenset(
    {
        "action_cancel_order",
        "action_change_address",
        "action_start_return",
        "action_verify_account",
        "action_unlock_account",
        "action_book_appointment",
        "action_move_appointment",
        "action_cancel_appointment",
        "action_pause_subscription",
        "action_resume_subscription",
        "action_change_plan",
        "action_cancel_subscription",
    }
)
"""After these nobody may be told that nothing was changed."""
DONE = {
    "action_order_status": "told where the order is",
    "action_refund_status": "told where the refund is",
    "action_answer_question": "answered from the articles",
}
"""What may be said to have been done. Changes are not here: the CRM is the record of them."""


def _happened(turn: Turn, action: str) -> bool:
    """Whether the action said something: those that had nothing to do are silent. An answer has a source."""
    events = turn.tracker.events
    if action == "action_answer_question":
        return any("citations" in attached(event) for event in events)
    return any(
        event.get("event") == "action" and event.get("name") == action and _speaks(events[place + 1 :])
        for place, event in enumerate(events)
    )


def _speaks(events: list[Any]) -> bool:
    return bool(events) and events[0].get("event") in {"bot", "slot"}


async def _crm_context(turn: Turn, customer_id: str | None) -> dict[str, Any]:
    if customer_id is None:
        return {}
    try:
        customer = await turn.services.crm.customer(customer_id)
        orders = list(await turn.services.crm.orders(customer_id))[:5]
        subscription = await turn.services.crm.subscription(customer_id)
    except CrmError:
        return {"customer_id": customer_id, "note": "The CRM did not answer."}
    return {
        "customer_id": customer.id,
        "name": customer.name,
        "since": customer.since.isoformat(),
        "orders": listed([f"{order.number} {order.status.value}" for order in orders]) if orders else "none",
        "subscription": f"{subscription.plan.name}, {subscription.status.value}" if subscription else "none",
    }


def _people_are_in(turn: Turn) -> bool:
    settings = turn.services.settings
    here = turn.now.astimezone(turn.services.timezone)
    return people_are_in(here, settings.desk_days, settings.desk_opens, settings.desk_closes)


class RatingStep(Step):
    slot = "rating"

    async def read(self, turn: Turn) -> Any:
        for said in [*turn.entities("rating"), turn.text if turn.asked == self.slot or turn.intent == "rate" else ""]:
            rating = read_rating(said)
            if rating:
                return rating
        return None

    async def ask(self, turn: Turn) -> None:
        stars = [{"title": "★" * stars, "payload": f'/rate{{"rating": "{stars}"}}'} for stars in range(5, 0, -1)]
        turn.say("utter_ask_for_rating", buttons=stars)


class CommentStep(Step):
    """What could be better; asked only after a low rating."""

    slot = "comment"

    async def read(self, turn: Turn) -> Any:
        if turn.asked != self.slot:
            return None
        if turn.intent == "deny" or not turn.text:
            return "" if turn.intent == "deny" else None
        return turn.text[:1000] if turn.answers("complain", "give_feedback", "report_problem", "ask_question") else None

    async def settle(self, turn: Turn) -> bool:
        return turn.get(self.slot) is not None or (turn.get("rating") or 0) > 3

    async def ask(self, turn: Turn) -> None:
        turn.say("utter_ask_for_comment", buttons=[{"title": "No, thanks", "payload": "/deny"}])


class ValidateFeedbackForm(JobForm):
    form = "feedback_form"

    def steps(self) -> list[Step]:
        return [RatingStep(), CommentStep()]


class RecordFeedbackAction(DeskAction):
    """Stores the rating and closes the conversation."""

    action = "action_record_feedback"

    async def act(self, turn: Turn) -> None:
        rating, comment = turn.get("rating"), turn.get("comment")
        forget_job(turn)
        if rating is None:
            return
        try:
            await turn.services.conversations.rate(turn.conversation_id, int(rating), comment or "")
            await turn.services.conversations.resolve(turn.conversation_id, Outcome.RESOLVED_BY_ASSISTANT)
        except ConversationNotFound:
            logger.warning("No conversation to rate: this tracker is not behind a channel")
        turn.say("utter_thank_for_high_rating" if int(rating) > 3 else "utter_thank_for_low_rating")
