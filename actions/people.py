"""The beginning and the end of a conversation, coming back to a form, and getting a person."""

from __future__ import annotations

import logging
import re
from collections.abc import Container, Mapping
from typing import Any

from rasa_sdk.events import ActionExecuted, FollowupAction, SessionStarted, SlotSet

from actions import open_wishes, waiting
from actions.answer_feedback import keep_feedback
from actions.base import CLOSED, JOB_INTENTS, DeskAction, JobForm, Step, forget_job
from actions.packets import packet_of
from actions.steps import HINT
from actions.turn import Turn
from deskhand.conversation.escalation import HIGH_STAKES, Reason, Signals, decide
from deskhand.conversation.model import Outcome
from deskhand.conversation.questions import Feedback
from deskhand.conversation.reading import read_order_number, read_rating
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
        if turn.entities("back"):  # waited for a person, and has left the line
            turn.say("utter_back_with_assistant")
            forget_job(turn)
            turn.more_events += CLOSED
            return
        if active_form(turn) == waiting.CALLBACK_FORM:
            forget_job(turn)
            turn.more_events += CLOSED
            await waiting.tell_where_they_stand(turn)
            return
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
    """Gives the conversation to a person, with everything they need. Asked again, says where the customer stands."""

    action = "action_handoff"

    async def act(self, turn: Turn) -> None:
        reason = _reason(turn)
        if await turn.services.line.place(turn.conversation_id) is None:
            await waiting.hand_over(turn, await packet_of(turn, reason))
            turn.say(f"utter_handoff_{reason.value}" if reason in SPECIFIC else "utter_handoff")
        forget_job(turn)
        if open_wishes.open_wishes(turn):
            turn.set(open_wishes.SLOT, None)  # they are in the packet
        turn.more_events += [*CLOSED, SlotSet("handoff_reason", None)]
        if not waiting.begin_callback(turn):
            await waiting.tell_where_they_stand(turn)


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
