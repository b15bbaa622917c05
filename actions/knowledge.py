"""Questions and problems that the articles answer."""

from __future__ import annotations

import logging
import re
from itertools import dropwhile, takewhile

from actions.answer_feedback import QUESTION_ID, attached, keep_feedback
from actions.base import DeskAction
from actions.open_wishes import open_wishes
from actions.people import active_form, last_offer
from actions.turn import Turn
from deskhand.conversation.questions import Feedback
from deskhand.errors import DeskhandError
from deskhand.knowledge import Answer

logger = logging.getLogger(__name__)

ANSWER_QUESTION = "action_answer_question"
PROBLEM = "report_problem"
DID_IT_HELP = "did_it_help"
MOST_PREVIOUS = 2
"""How many of the customer's earlier questions may say what this one is about."""
_NOT_HELPED = re.compile(
    r"^\W*(no|nope|nah)\b|\b(did ?n.?t|does ?n.?t|not|no) (help|work)|\bstill\b.{0,20}\b(not|n.?t|broken|same|dead)\b"
    r"|\b(already )?tried (that|it|all|everything)\b|\bno (luck|good|use|joy)\b",
    re.IGNORECASE,
)


class AnswerQuestionAction(DeskAction):
    """Answers from the articles with the source, or says honestly that it doesn't know and offers a person."""

    action = ANSWER_QUESTION

    async def act(self, turn: Turn) -> None:
        if not turn.text:
            turn.say("utter_ask_your_problem" if turn.intent == PROBLEM else "utter_ask_your_question")
            return
        if last_offer(turn) == DID_IT_HELP and _NOT_HELPED.search(turn.text):
            await keep_feedback(turn, Feedback.NOT_HELPED)
            turn.say("utter_did_not_help", custom={"offer": "person"})
            return
        try:
            answer = await _look_up(turn)
        except DeskhandError as exc:
            logger.error("No question can be answered from the articles: %s", exc)
            _decline(turn, "utter_cannot_look_up")
            return
        if answer is None:
            is_problem = turn.intent == PROBLEM and not active_form(turn)
            _decline(turn, "utter_no_answer_to_problem" if is_problem else "utter_no_answer")
        else:
            say_answer(turn, answer)


def _decline(turn: Turn, response: str) -> None:
    """Says so, and offers a person; in a form, whose own question follows, a "yes" must not mean two things."""
    if active_form(turn):
        turn.say(f"{response}_in_form")
    else:
        turn.say(response, custom={"offer": "person"})


async def answer_what_was_not_understood(turn: Turn) -> bool:
    """Whether the articles say something on a message that was not understood, and it was said.

    A follow-up such as "and to Orkney?" looks like nothing by itself. What isn't answered is not kept as a question:
    most of it is none.
    """
    if not turn.text or active_form(turn) or len(turn.text.split()) < _LEAST_WORDS:
        return False
    try:
        answer = await _look_up(turn, keep_unanswered=False)
    except DeskhandError as exc:
        logger.error("No question can be answered from the articles: %s", exc)
        return False
    if answer is not None:
        say_answer(turn, answer)
    return answer is not None


_LEAST_WORDS = 2


async def _look_up(turn: Turn, *, keep_unanswered: bool = True) -> Answer | None:
    return await turn.services.knowledge.answer(
        turn.text,
        previous=earlier_questions(turn),
        conversation_id=turn.conversation_id,
        keep_unanswered=keep_unanswered,
    )


def say_answer(turn: Turn, answer: Answer) -> None:
    """Says it with its source. Once in a conversation, and not in the middle of something, asks whether it helped."""
    kept = {QUESTION_ID: str(answer.question_id)} if answer.question_id else {}
    citations = [{"title": cited.title, "url": cited.url} for cited in answer.citations]
    turn.say(text=answer.text, custom={"citations": citations, **kept})
    if active_form(turn) is None and not open_wishes(turn) and not _asked_whether_it_helped(turn):
        turn.say("utter_did_it_help", custom={"offer": DID_IT_HELP})


def earlier_questions(turn: Turn) -> list[str]:
    """What the customer asked of the articles before this message and since they came, the latest last."""
    questions: list[str] = []
    text = ""
    for event in turn.tracker.events:
        if event.get("event") == "session_started":
            questions.clear()
        elif event.get("event") == "user":
            text = str(event.get("text") or "").strip()
        elif text[:1] not in {"", "/"} and (event.get("name") == ANSWER_QUESTION or "citations" in attached(event)):
            questions.append(text)
            text = ""
    return questions[-MOST_PREVIOUS:]


def follows_an_answer(turn: Turn) -> bool:
    """Whether the customer's message comes right after an answer from the articles."""
    before = dropwhile(lambda event: event.get("event") != "user", reversed(turn.tracker.events))
    next(before, None)
    between = takewhile(lambda event: event.get("event") != "user", before)
    return any("citations" in attached(event) for event in between)


def _asked_whether_it_helped(turn: Turn) -> bool:
    """Asked once in a conversation and not after every answer."""
    return any(attached(event).get("offer") == DID_IT_HELP for event in turn.tracker.events)
