"""When a message isn't understood, or the customer doesn't know what to answer."""

from __future__ import annotations

from rasa_sdk.events import FollowupAction

from actions.base import DeskAction
from actions.knowledge import answer_what_was_not_understood, follows_an_answer
from actions.people import active_form
from actions.turn import Turn

NOT_UNDERSTOOD = "nlu_fallback"
EXPLAINED = frozenset(
    {
        "email",
        "identity_fact",
        "one_time_code",
        "order_number",
        "item_ids",
        "return_reason",
        "resolution",
        "new_address",
        "appointment_id",
        "service",
        "appointment_time",
        "months",
        "plan",
        "rating",
        "confirm",
    }
)
"""Slots with an `utter_explain_<slot>` in `domain.yml`: what is asked, why, and what to do without it."""


class DefaultFallbackAction(DeskAction):
    """Answers what the articles answer all the same. Otherwise it says that it didn't understand: in a form what is
    being asked, else what it can do. The second time in a row it offers a person."""

    action = "action_default_fallback"

    async def act(self, turn: Turn) -> None:
        again = _times_not_understood(turn) > 1
        if active_form(turn):
            turn.say("utter_unclear_in_form_again" if again else "utter_unclear_in_form")
            explain(turn)
        elif await answer_what_was_not_understood(turn):
            pass  # it was understood after all
        elif again:
            turn.say("utter_unclear_again", custom={"offer": "person"})
        else:
            turn.say("utter_unclear")
        if turn.intent != NOT_UNDERSTOOD:  # no rule led here, so none goes on from here either
            turn.more_events.append(FollowupAction(active_form(turn) or "action_listen"))


class OutOfScopeAction(DeskAction):
    """Says that it's beyond it. But "and to the islands?" goes on from a question that was answered, and looks like
    nothing of ours only by itself."""

    action = "action_out_of_scope"

    async def act(self, turn: Turn) -> None:
        if not (follows_an_answer(turn) and await answer_what_was_not_understood(turn)):
            turn.say("utter_out_of_scope")


class ExplainQuestionAction(DeskAction):
    """Helps somebody who doesn't know what to answer."""

    action = "action_explain_question"

    async def act(self, turn: Turn) -> None:
        if not explain(turn):
            turn.say("utter_not_sure_what_to_do")


def explain(turn: Turn) -> bool:
    """Says more about what the form is asking for. False when there's nothing to explain."""
    if active_form(turn) is None or turn.asked not in EXPLAINED:
        return False
    turn.say(f"utter_explain_{turn.asked}")
    return True


def _times_not_understood(turn: Turn) -> int:
    """How many of the customer's last messages in a row weren't understood, this one included."""
    times = 1
    earlier = [event for event in turn.tracker.events if event.get("event") == "user"][:-1]
    for event in reversed(earlier):
        if ((event.get("parse_data") or {}).get("intent") or {}).get("name") != NOT_UNDERSTOOD:
            break
        times += 1
    return times
