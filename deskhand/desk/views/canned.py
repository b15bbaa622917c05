"""Ready-made replies. Everybody may read those of their teams; supervisors write them."""

from __future__ import annotations

from uuid import UUID

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.canned import VARIABLES
from deskhand.conversation.people import Role, has_role
from deskhand.desk import forms
from deskhand.desk.access import redirect, signed_in
from deskhand.desk.errors import NotFound
from deskhand.desk.language import gettext
from deskhand.desk.pages import render
from deskhand.desk.parts import desk
from deskhand.store.desk.canned import CannedReplies, WrongCannedReply
from deskhand.store.desk.teams import Teams

blueprint = Blueprint("desk_canned", url_prefix="/canned")

FIELDS = ("shortcut", "title", "text", "language", "team")
EMPTY = dict.fromkeys(FIELDS, "")


@blueprint.get("/", name="all")
@signed_in()
async def all_replies(request: Request) -> HTTPResponse:
    return await _list(request, EMPTY)


@blueprint.post("/", name="add")
@signed_in(Role.SUPERVISOR)
async def add(request: Request) -> HTTPResponse:
    given = _given(request)
    try:
        await _save(request, given)
    except WrongCannedReply as wrong:
        return await _list(request, given, problem=gettext(request, str(wrong)), status=422)
    return redirect(request, "/canned/")


@blueprint.get("/<reply_id:str>", name="one")
@signed_in(Role.SUPERVISOR)
async def one(request: Request, reply_id: str) -> HTTPResponse:
    found = await _replies(request).get(forms.uuid_of(reply_id))
    if found is None:
        raise NotFound("There is no such reply.")
    return await _form(request, reply_id, {name: getattr(found, name) or "" for name in FIELDS})


@blueprint.post("/<reply_id:str>", name="change")
@signed_in(Role.SUPERVISOR)
async def change(request: Request, reply_id: str) -> HTTPResponse:
    given, found = _given(request), forms.uuid_of(reply_id)
    try:
        await _save(request, given, found)
    except WrongCannedReply as wrong:
        return await _form(request, reply_id, given, problem=gettext(request, str(wrong)), status=422)
    return redirect(request, "/canned/")


@blueprint.post("/<reply_id:str>/delete", name="delete")
@signed_in(Role.SUPERVISOR)
async def delete(request: Request, reply_id: str) -> HTTPResponse:
    await _replies(request).delete(request.ctx.agent, forms.uuid_of(reply_id))
    return redirect(request, "/canned/")


async def _save(request: Request, given: dict[str, str], reply_id: UUID | None = None) -> None:
    await _replies(request).save(
        request.ctx.agent,
        given["shortcut"],
        given["title"],
        given["text"],
        language=given["language"],
        team=given["team"],
        reply_id=reply_id,
    )


def _given(request: Request) -> dict[str, str]:
    return {name: forms.value(request, name, most=5_000) for name in FIELDS}


def _replies(request: Request) -> CannedReplies:
    return CannedReplies(desk(request).db)


async def _teams(request: Request) -> dict[str, str]:
    return {team.name: team.title for team in await Teams(desk(request).db).all()}


async def _list(
    request: Request, given: dict[str, str], *, problem: str | None = None, status: int = 200
) -> HTTPResponse:
    supervises = has_role(request.ctx.agent, Role.SUPERVISOR)
    replies = await (_replies(request).all() if supervises else _replies(request).for_agent(request.ctx.agent))
    return render(
        request,
        "canned.html",
        status=status,
        replies=replies,
        given=given,
        teams=await _teams(request),
        variables=VARIABLES,
        problem=problem,
    )


async def _form(
    request: Request, reply_id: str, given: dict[str, str], *, problem: str | None = None, status: int = 200
) -> HTTPResponse:
    return render(
        request,
        "canned_one.html",
        status=status,
        reply_id=reply_id,
        given=given,
        teams=await _teams(request),
        variables=VARIABLES,
        problem=problem,
    )
