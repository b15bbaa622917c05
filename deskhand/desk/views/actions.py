"""What an agent does to a conversation. Each answer is the page as it is then, or its parts for a page that is open."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.people import Agent
from deskhand.desk.access import is_partial, redirect, signed_in, wants_json
from deskhand.desk.forms import BadForm, uuid_of, value
from deskhand.desk.parts import desk
from deskhand.desk.seeing import must_see
from deskhand.desk.snoozing import until
from deskhand.desk.views.conversation import show_updates
from deskhand.store.desk.notes import Notes
from deskhand.store.desk.work import LONGEST_MESSAGE, Work
from deskhand.store.questions import Questions

blueprint = Blueprint("desk_actions")

LONGEST_SUMMARY = 2000


@blueprint.post("/conversations/<conversation_id:str>/takeover", name="takeover")
@signed_in()
async def takeover(request: Request, conversation_id: str) -> HTTPResponse:
    chosen = uuid_of(conversation_id)
    force = value(request, "force") == "yes"
    await _work(request).takeover(chosen, request.ctx.agent, _number(request, "token"), force=force)
    return await _shown(request, chosen)


@blueprint.post("/conversations/<conversation_id:str>/return", name="give_back")
@signed_in()
async def give_back(request: Request, conversation_id: str) -> HTTPResponse:
    chosen = uuid_of(conversation_id)
    await _work(request).give_back(chosen, request.ctx.agent)
    return await _shown(request, chosen)


@blueprint.post("/conversations/<conversation_id:str>/assign", name="assign")
@signed_in()
async def assign(request: Request, conversation_id: str) -> HTTPResponse:
    """`to`: "team:billing" or "agent:<id>"."""
    chosen, (kind, _, whom) = uuid_of(conversation_id), value(request, "to").partition(":")
    if kind == "team" and whom:
        await _work(request).assign(chosen, request.ctx.agent, team=whom)
    elif kind == "agent":
        await _work(request).assign(chosen, request.ctx.agent, to=uuid_of(whom))
    else:
        raise BadForm("Please choose a team or a colleague.")
    return await _shown(request, chosen)


@blueprint.post("/conversations/<conversation_id:str>/priority", name="prioritise")
@signed_in()
async def prioritise(request: Request, conversation_id: str) -> HTTPResponse:
    chosen, priority = uuid_of(conversation_id), _number(request, "priority")
    if priority is None or priority not in range(1, 5):
        raise BadForm("Please choose a priority.")
    await _work(request).prioritise(chosen, request.ctx.agent, priority)
    return await _shown(request, chosen)


@blueprint.post("/conversations/<conversation_id:str>/snooze", name="snooze")
@signed_in()
async def snooze(request: Request, conversation_id: str) -> HTTPResponse:
    """Until a time of the agent's own (`at`, in the business's time zone), or one that was offered."""
    chosen, now = uuid_of(conversation_id), datetime.now(UTC)
    zone = ZoneInfo(desk(request).settings.timezone)
    own, offered = value(request, "at"), value(request, "until")
    try:
        when = datetime.fromisoformat(own).replace(tzinfo=zone) if own else until(offered, now.astimezone(zone))
    except ValueError:
        raise BadForm("Please choose a time.") from None
    if when <= now:
        raise BadForm("This time is over. Please choose a later one.")
    await _work(request).snooze(chosen, request.ctx.agent, when)
    return await _shown(request, chosen)


@blueprint.post("/conversations/<conversation_id:str>/wake", name="wake")
@signed_in()
async def wake(request: Request, conversation_id: str) -> HTTPResponse:
    chosen = uuid_of(conversation_id)
    await _work(request).wake(chosen, request.ctx.agent)
    return await _shown(request, chosen)


@blueprint.post("/conversations/<conversation_id:str>/resolve", name="resolve")
@signed_in()
async def resolve(request: Request, conversation_id: str) -> HTTPResponse:
    chosen, summary = uuid_of(conversation_id), value(request, "summary", most=LONGEST_SUMMARY)
    await _work(request).resolve(chosen, request.ctx.agent, summary, seen_seq=_number(request, "seen"))
    return await _shown(request, chosen)


@blueprint.post("/conversations/<conversation_id:str>/reopen", name="reopen")
@signed_in()
async def reopen(request: Request, conversation_id: str) -> HTTPResponse:
    chosen = uuid_of(conversation_id)
    await _work(request).reopen(chosen, request.ctx.agent)
    return await _shown(request, chosen)


@blueprint.post("/conversations/<conversation_id:str>/read", name="read")
@signed_in()
async def read(request: Request, conversation_id: str) -> HTTPResponse:
    seen = _number(request, "seen")
    if seen is not None:
        await _work(request).read(uuid_of(conversation_id), request.ctx.agent, seen)
    return response.empty()


# -- words


@blueprint.post("/conversations/<conversation_id:str>/messages", name="say")
@signed_in()
async def say(request: Request, conversation_id: str) -> HTTPResponse:
    """A reply to the customer, or, as forms without scripts send it, a note. `id` is made by the page: the same one
    again changes nothing."""
    if value(request, "mode") == "note":
        return await _note(request, conversation_id)
    chosen = uuid_of(conversation_id)
    given, draft = value(request, "id"), value(request, "draft")
    await _work(request).say(
        chosen,
        request.ctx.agent,
        _words(request),
        client_id=uuid_of(given) if given else uuid4(),
        draft_id=uuid_of(draft) if draft else None,
    )
    return await _shown(request, chosen)


@blueprint.post("/conversations/<conversation_id:str>/notes", name="write_note")
@signed_in()
async def write_note(request: Request, conversation_id: str) -> HTTPResponse:
    return await _note(request, conversation_id)


@blueprint.post("/conversations/<conversation_id:str>/questions/<question_id:str>", name="mark_wrong")
@signed_in()
async def mark_wrong(request: Request, conversation_id: str, question_id: str) -> HTTPResponse:
    """An answer of the assistant's was wrong: those who write the articles see to it."""
    chosen, question = await must_see(request, uuid_of(conversation_id)), uuid_of(question_id)
    questions = Questions(desk(request).db, keep_days=desk(request).settings.question_days)
    if (await questions.get(question)).conversation_id != str(chosen):
        raise BadForm("This answer is of another conversation.")
    agent: Agent = request.ctx.agent
    await questions.mark_wrong(question, agent.name, value(request, "note", most=500) or None)
    await desk(request).audit.add(
        agent, "answer.marked_wrong", conversation_id=chosen, details={"question": str(question)}
    )
    return await _shown(request, chosen)


# -- parts


def _work(request: Request) -> Work:
    return Work(desk(request).db)


async def _note(request: Request, conversation_id: str) -> HTTPResponse:
    chosen, given, text = uuid_of(conversation_id), value(request, "id"), _words(request)
    agent: Agent = request.ctx.agent
    await Notes(desk(request).db).add(chosen, agent, text, note_id=uuid_of(given) if given else None)
    return await _shown(request, chosen)


def _words(request: Request) -> str:
    text = value(request, "text", most=LONGEST_MESSAGE)
    if not text:
        raise BadForm("Please write something first.")
    return text


def _number(request: Request, name: str) -> int | None:
    given = value(request, name)
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None


async def _shown(request: Request, conversation_id: UUID) -> HTTPResponse:
    if wants_json(request):
        return response.json({"stored": True})
    if is_partial(request):
        return await show_updates(request, conversation_id)
    return redirect(request, f"/conversations/{conversation_id}")
