"""The page of a conversation: what was said and done, live, and what an agent needs beside it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.canned import filled
from deskhand.conversation.people import Agent
from deskhand.desk.access import is_partial, signed_in
from deskhand.desk.errors import NotFound
from deskhand.desk.forms import uuid_of
from deskhand.desk.language import gettext, marked
from deskhand.desk.pages import render
from deskhand.desk.parts import Desk, desk
from deskhand.desk.seeing import must_see
from deskhand.desk.snoozing import SNOOZES
from deskhand.desk.talk import can_of, files_of, talk_of
from deskhand.desk.teams import team_titles
from deskhand.store.desk.canned import CannedReplies
from deskhand.store.desk.inbox import View
from deskhand.store.desk.transcript import Transcript, Transcripts
from deskhand.store.desk.written import is_written
from deskhand.store.questions import Questions, Which

blueprint = Blueprint("desk_conversation")

MOST_CHOICES = 8


@blueprint.get("/conversations/<conversation_id:str>", name="conversation")
@signed_in()
async def conversation(request: Request, conversation_id: str) -> HTTPResponse:
    chosen = uuid_of(conversation_id)
    transcript = await _read(request, chosen)
    values = await _values(request, transcript)
    colleagues = await desk(request).agents.all(active_only=True)
    return render(
        request,
        "conversation.html",
        **values,
        message_id=uuid4(),
        colleagues=colleagues,
        summary=None,
        snoozes=[(choice, gettext(request, SNOOZE_TITLES[choice])) for choice in SNOOZES],
    )


@blueprint.get("/conversations/<conversation_id:str>/updates", name="updates")
@signed_in()
async def updates(request: Request, conversation_id: str) -> HTTPResponse:
    return await show_updates(request, uuid_of(conversation_id))


@blueprint.get("/conversations/<conversation_id:str>/earlier", name="earlier")
@signed_in()
async def earlier(request: Request, conversation_id: str) -> HTTPResponse:
    """What was before a message; the whole page for who follows the link without scripts."""
    chosen, before = uuid_of(conversation_id), request.args.get("before", "")
    if not (before.isascii() and before.isdecimal() and len(before) < 10):
        raise NotFound("There is no such place in the conversation.")
    transcript = await Transcripts(desk(request).db).read(chosen, request.ctx.agent, before_seq=int(before))
    values = await _values(request, transcript)
    if is_partial(request):
        return render(request, "_earlier.html", **values)
    return render(request, "earlier.html", **values)


async def show_updates(request: Request, conversation_id: UUID) -> HTTPResponse:
    """The parts of the page that may have changed, as they are now."""
    return render(request, "_updates.html", **await _values(request, await _read(request, conversation_id)))


@blueprint.get("/conversations/<conversation_id:str>/messages/<given:str>", name="was_said")
@blueprint.get("/conversations/<conversation_id:str>/notes/<given:str>", name="was_noted")
@signed_in()
async def was_written(request: Request, conversation_id: str, given: str) -> HTTPResponse:
    """Whether what a page sent under an id of its own has arrived: 204 or 404."""
    chosen = await must_see(request, uuid_of(conversation_id))
    arrived = await is_written(desk(request).db, chosen, uuid_of(given))
    return response.empty(204 if arrived else 404)


@blueprint.get("/conversations/<conversation_id:str>/canned", name="canned_choices")
@signed_in()
async def canned_choices(request: Request, conversation_id: str) -> HTTPResponse:
    """Ready-made replies whose shortcut begins so, or whose title has the word, filled in for this conversation."""
    transcript, word = await _read(request, uuid_of(conversation_id)), request.args.get("word", "").lower()
    agent: Agent = request.ctx.agent
    found = [
        reply
        for reply in await CannedReplies(desk(request).db).for_agent(agent)
        if reply.shortcut.startswith(word) or word in reply.title.lower()
    ]
    language = transcript.conversation.language
    found.sort(key=lambda reply: (reply.language not in (None, language), not reply.shortcut.startswith(word)))
    known = _variables(desk(request), transcript, agent)
    choices = [
        {"text": filled(reply.text, known)[0], "label": f"/{reply.shortcut}", "hint": reply.title}
        for reply in found[:MOST_CHOICES]
    ]
    return response.json({"choices": choices})


@blueprint.get("/conversations/<conversation_id:str>/colleagues", name="colleague_choices")
@signed_in()
async def colleague_choices(request: Request, conversation_id: str) -> HTTPResponse:
    await must_see(request, uuid_of(conversation_id))
    word = request.args.get("word", "").lower()
    people = [one for one in await desk(request).agents.all(active_only=True) if word in one.name.lower()]
    choices = [{"text": f"@{one.name} ", "label": one.name, "hint": one.email} for one in people[:MOST_CHOICES]]
    return response.json({"choices": choices})


async def _read(request: Request, conversation_id: UUID) -> Transcript:
    """Raises `ConversationNotFound`, also for one that the agent may not see."""
    return await Transcripts(desk(request).db).read(conversation_id, request.ctx.agent)


async def _values(request: Request, transcript: Transcript) -> dict[str, Any]:
    talk, agent = talk_of(transcript), request.ctx.agent
    questions = Questions(desk(request).db, keep_days=desk(request).settings.question_days)
    earlier_url = f"/conversations/{talk.id}/earlier?before={transcript.first_seq}" if transcript.earlier else None
    return {
        "talk": talk,
        "can": can_of(talk, agent),
        "entries": transcript.entries,
        "files_of": files_of,
        "handoffs": transcript.handoffs,
        "teams": await team_titles(desk(request).db),
        "questions": await questions.find(Which.ALL, conversation_id=talk.id, limit=20),
        "earlier_url": earlier_url,
        "back": f"/inbox/{View.MINE if talk.assignee_id == agent.id else View.WAITING}",
        "sla_minutes": desk(request).settings.desk_sla_minutes,
    }


def _variables(parts: Desk, transcript: Transcript, agent: Agent) -> dict[str, str | None]:
    """What the words in double braces stand for here."""
    orders = [packet.packet.slots.get("order_number") for packet in transcript.handoffs]
    return {
        "contact.name": transcript.contact_name,
        "contact.first_name": (transcript.contact_name or "").split(" ")[0] or None,
        "agent.name": agent.name,
        "business.name": parts.settings.business_name,
        "order.number": next((str(number) for number in orders if number), None),
    }


SNOOZE_TITLES = {
    "hour": marked("In an hour"),
    "three-hours": marked("In three hours"),
    "tomorrow": marked("Tomorrow morning"),
    "monday": marked("Monday morning"),
}
