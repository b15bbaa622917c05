"""Hello and goodbye, where what fits depends on what was said before."""

from __future__ import annotations

from rasa_sdk.events import ActionExecuted, FollowupAction

from actions.base import DeskAction
from actions.people import active_form
from actions.turn import Turn

JUST_SAID_SECONDS = 10.0


class GreetAction(DeskAction):
    """Greets back, unless the introduction has only just been said: one hello is enough."""

    action = "action_greet"

    async def act(self, turn: Turn) -> None:
        if active_form(turn):
            turn.say("utter_greet_in_form")
        elif not _just_introduced(turn):
            turn.say("utter_greet")


class GoodbyeAction(DeskAction):
    """Says goodbye and asks for a rating; in the middle of a job it keeps the place."""

    action = "action_goodbye"

    async def act(self, turn: Turn) -> None:
        if form := active_form(turn):
            turn.say("utter_goodbye_midway")
            # Rasa would ask the form's question again; and it passes over an interrupted form until that has run again,
            # so that the next answer would be lost.
            turn.more_events += [ActionExecuted(form), FollowupAction("action_listen")]
        else:
            turn.say("utter_goodbye")


def _just_introduced(turn: Turn) -> bool:
    """Whether the session began with this very message, so that the customer reads both answers together."""
    user_at = None
    for event in reversed(turn.tracker.events):
        match event.get("event"):
            case "user" if user_at is not None:
                return False
            case "user":
                user_at = float(event.get("timestamp") or 0.0)
            case "session_started" if user_at is not None:
                return user_at - float(event.get("timestamp") or 0.0) < JUST_SAID_SECONDS
    return False
