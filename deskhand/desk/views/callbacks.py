"""Customers who want to be called or written to at a time of their own."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.desk import forms
from deskhand.desk.access import redirect, signed_in
from deskhand.desk.errors import NotFound
from deskhand.desk.forms import BadForm
from deskhand.desk.language import gettext
from deskhand.desk.pages import render
from deskhand.desk.parts import desk
from deskhand.store.desk.callbacks import Callbacks
from deskhand.store.desk.contact_history import listed_callbacks

blueprint = Blueprint("desk_callbacks", url_prefix="/callbacks")


@blueprint.get("/", name="list")
@signed_in()
async def show(request: Request) -> HTTPResponse:
    return await _page(request)


@blueprint.post("/<callback_id:str>/done", name="done")
@signed_in()
async def done(request: Request, callback_id: str) -> HTTPResponse:
    agent, db = request.ctx.agent, desk(request).db
    outcome = forms.value(request, "outcome", most=500)
    if not outcome:
        raise BadForm("Please say in a few words how it went.")
    wanted = forms.uuid_of(callback_id)
    there = [one.callback for one in await listed_callbacks(db, agent, done=False, limit=1000)]
    if wanted not in {one.id for one in there}:
        if wanted in {one.callback.id for one in await listed_callbacks(db, agent, done=True, limit=1000)}:
            return await _page(request, problem=gettext(request, "A colleague has dealt with it already."), status=409)
        raise NotFound("There is no such callback.")
    finished = await Callbacks(db).done(wanted, agent.id, outcome)
    if finished is None:
        return await _page(request, problem=gettext(request, "A colleague has dealt with it already."), status=409)
    await desk(request).audit.add(agent, "callback.done", conversation_id=finished.conversation_id)
    return redirect(request, "/callbacks/")


async def _page(request: Request, *, problem: str | None = None, status: int = 200) -> HTTPResponse:
    agent, db = request.ctx.agent, desk(request).db
    return render(
        request,
        "callbacks.html",
        status=status,
        to_do=await listed_callbacks(db, agent, done=False),
        done=await listed_callbacks(db, agent, done=True, limit=30),
        problem=problem,
    )
