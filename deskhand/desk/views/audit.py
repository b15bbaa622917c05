"""The log of what was done at the desk."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.people import Role
from deskhand.desk import forms
from deskhand.desk.access import signed_in
from deskhand.desk.pages import render
from deskhand.desk.parts import desk
from deskhand.store.desk.visibility import visible_among

blueprint = Blueprint("desk_audit", url_prefix="/audit")

PAGE = 100
_LATEST = 2**63 - 1


@blueprint.get("/", name="log")
@signed_in(Role.SUPERVISOR)
async def log(request: Request) -> HTTPResponse:
    agent = request.args.get("agent")
    before = request.args.get("before", "")
    entries = await desk(request).audit.page(
        agent_id=forms.uuid_of(agent) if agent else None,
        kind=(request.args.get("kind") or "")[:40] or None,
        before=min(int(before), _LATEST) if before.isascii() and before.isdigit() else None,
        limit=PAGE + 1,
    )
    ids = {entry.conversation_id for entry in entries if entry.conversation_id is not None}
    people = await desk(request).agents.all()
    return render(
        request,
        "audit.html",
        entries=entries[:PAGE],
        more=entries[PAGE - 1].id if len(entries) > PAGE else None,
        people=people,
        names={str(one.id): one.name for one in people},
        chosen=agent or "",
        kind=request.args.get("kind") or "",
        seen=await visible_among(desk(request).db, request.ctx.agent, ids),
    )
