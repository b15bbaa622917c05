"""What customers asked and got no answer to, no helpful one, or a wrong one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.questions import Question
from deskhand.desk import forms
from deskhand.desk.access import redirect, signed_in
from deskhand.desk.errors import NotFound
from deskhand.desk.pages import render
from deskhand.desk.parts import desk
from deskhand.store.desk.visibility import visible_among
from deskhand.store.questions import QuestionNotFound, Questions, Which

blueprint = Blueprint("desk_questions", url_prefix="/questions")

MOST = 1000
SHOWN = 100


@dataclass(frozen=True)
class Asked:
    """One question, and how often it was asked in the same words."""

    question: Question
    """The latest."""
    times: int
    conversation_id: UUID | None
    """Where, if the agent may see it."""


@blueprint.get("/", name="open")
@signed_in()
async def show(request: Request) -> HTTPResponse:
    questions = Questions(desk(request).db, keep_days=desk(request).settings.question_days)
    found = await questions.find(Which.OPEN, limit=MOST)
    ids = {one for one in map(_conversation, found) if one is not None}
    seen = await visible_among(desk(request).db, request.ctx.agent, ids)
    return render(request, "questions.html", asked=_gathered(found, seen)[:SHOWN], total=len(found), most=MOST)


@blueprint.post("/<question_id:str>/reviewed", name="reviewed")
@signed_in()
async def reviewed(request: Request, question_id: str) -> HTTPResponse:
    """All of the same words are seen to at once, as they are shown."""
    questions = Questions(desk(request).db, keep_days=desk(request).settings.question_days)
    agent = request.ctx.agent
    try:
        chosen = await questions.mark_reviewed(forms.uuid_of(question_id), agent.name)
    except QuestionNotFound:
        raise NotFound("There is no such question.") from None
    for other in await questions.find(Which.OPEN, limit=MOST):
        if _words(other) == _words(chosen):
            await questions.mark_reviewed(other.id, agent.name)
    await desk(request).audit.add(agent, "question.reviewed", details={"question": str(chosen.id)})
    return redirect(request, "/questions/")


def _gathered(found: Sequence[Question], seen: frozenset[UUID]) -> list[Asked]:
    """The most frequent first."""
    by_words: dict[str, list[Question]] = {}
    for question in found:
        by_words.setdefault(_words(question), []).append(question)
    asked = []
    for same in by_words.values():
        where = next((one for one in map(_conversation, same) if one in seen), None)
        asked.append(Asked(same[0], len(same), where))
    return sorted(asked, key=lambda one: -one.times)


def _words(question: Question) -> str:
    return " ".join(question.text.casefold().split()).rstrip("?!. ")


def _conversation(question: Question) -> UUID | None:
    try:
        return UUID(question.conversation_id or "")
    except ValueError:
        return None
