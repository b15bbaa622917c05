"""Questions and problems that the articles answer."""

from __future__ import annotations

import re

from actions.base import DeskAction
from actions.open_wishes import open_wishes
from actions.people import active_form, last_offer
from actions.turn import Turn

PROBLEM = "report_problem"
DID_IT_HELP = "did_it_help"
_NOT_HELPED = re.compile(
    r"^\W*(no|nope|nah)\b|\b(did ?n.?t|does ?n.?t|not|no) (help|work)|\bstill\b.{0,20}\b(not|n.?t|broken|same|dead)\b"
    r"|\b(already )?tried (that|it|all|everything)\b|\bno (luck|good|use|joy)\b",
    re.IGNORECASE,
)


class AnswerQuestionAction(DeskAction):
    """Answers from the articles with the source, or says honestly that it doesn't know and offers a person."""

    action = "action_answer_question"

    async def act(self, turn: Turn) -> None:
        if not turn.text:
            turn.say("utter_ask_your_problem" if turn.intent == PROBLEM else "utter_ask_your_question")
            return
        if last_offer(turn) == DID_IT_HELP and _NOT_HELPED.search(turn.text):
            turn.say("utter_did_not_help", custom={"offer": "person"})
            return
        answer = await turn.services.knowledge.answer(turn.text)
        if answer is None:
            self._decline(turn)
            return
        turn.say(
            text=answer.text,
            custom={"citations": [{"title": cited.title, "url": cited.url} for cited in answer.citations]},
        )
        if active_form(turn) is None and not open_wishes(turn) and not _asked_whether_it_helped(turn):
            turn.say("utter_did_it_help", custom={"offer": DID_IT_HELP})

    def _decline(self, turn: Turn) -> None:
        if active_form(turn):
            turn.say("utter_no_answer_in_form")
        elif turn.intent == PROBLEM:
            turn.say("utter_no_answer_to_problem", custom={"offer": "person"})
        else:
            turn.say("utter_no_answer", custom={"offer": "person"})


def _asked_whether_it_helped(turn: Turn) -> bool:
    """Asked once in a conversation and not after every answer."""
    for event in turn.tracker.events:
        if event.get("event") == "bot":
            custom = (event.get("data") or {}).get("custom") or {}
            if custom.get("offer") == DID_IT_HELP:
                return True
    return False
