"""Hello and goodbye, where what fits depends on what was said before."""

from __future__ import annotations

from rasa_sdk.events import ActionExecuted, FollowupAction

from actions.base import DeskAction
from actions.people import active_form
from actions.turn import Turn


class GreetAction(DeskAction):
    """Greets back. Who is speaking was said when the chat began."""

    action = "action_greet"

    async def act(self, turn: Turn) -> None:
        turn.say("utter_greet_in_form" if active_form(turn) else "utter_greet")


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
