"""One contact, and what there was with them before."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.desk import forms
from deskhand.desk.access import signed_in
from deskhand.desk.errors import NotFound
from deskhand.desk.pages import render
from deskhand.desk.parts import desk
from deskhand.store.desk.contact_history import contact_history
from deskhand.store.desk.teams import Teams

blueprint = Blueprint("desk_contacts")


@blueprint.get("/contacts/<contact_id:str>", name="one")
@signed_in()
async def one(request: Request, contact_id: str) -> HTTPResponse:
    history = await contact_history(desk(request).db, request.ctx.agent, forms.uuid_of(contact_id))
    if history is None:
        raise NotFound("There is no such contact.")
    teams = {team.name: team.title for team in await Teams(desk(request).db).all()}
    return render(request, "contact.html", contact=history, teams=teams)
