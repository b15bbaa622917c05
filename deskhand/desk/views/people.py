"""Looking after the people at the desk."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy import select

from deskhand.conversation.people import Agent, Role, may_look_after
from deskhand.desk import forms
from deskhand.desk.access import redirect, signed_in
from deskhand.desk.forms import BadForm
from deskhand.desk.language import gettext
from deskhand.desk.pages import render
from deskhand.desk.parts import desk
from deskhand.store.desk.agents import EmailTaken
from deskhand.store.desk.passwords import one_time_password
from deskhand.store.desk_tables import teams

blueprint = Blueprint("desk_people", url_prefix="/people")


@blueprint.get("/", name="all")
@signed_in(Role.SUPERVISOR)
async def all_people(request: Request) -> HTTPResponse:
    return await _list(request)


@blueprint.post("/", name="add")
@signed_in(Role.SUPERVISOR)
async def add(request: Request) -> HTTPResponse:
    email, name, role = forms.value(request, "email"), forms.value(request, "name", most=80), _role(request)
    if "@" not in email or not name:
        raise BadForm("An email address and a name are needed.")
    password = one_time_password()
    try:
        added = await desk(request).agents.add(
            request.ctx.agent,
            email=email,
            name=name,
            role=role,
            password=password,
            teams=await _chosen_teams(request),
        )
    except EmailTaken as taken:
        return await _list(request, problem=gettext(request, str(taken)), status=409)
    return await _one(request, added, password=password)


@blueprint.get("/<agent_id:str>", name="one")
@signed_in(Role.SUPERVISOR)
async def one(request: Request, agent_id: str) -> HTTPResponse:
    person = await desk(request).agents.get(forms.uuid_of(agent_id))
    notice = gettext(request, "Saved.") if "saved" in request.args else None
    return await _one(request, person, notice=notice)


@blueprint.post("/<agent_id:str>", name="change")
@signed_in(Role.SUPERVISOR)
async def change(request: Request, agent_id: str) -> HTTPResponse:
    name = forms.value(request, "name", most=80)
    if not name:
        raise BadForm("A name is needed.")
    person = await desk(request).agents.change(
        request.ctx.agent,
        forms.uuid_of(agent_id),
        name=name,
        role=_role(request),
        teams=await _chosen_teams(request),
        active=forms.checked(request, "active"),
    )
    return redirect(request, f"/people/{person.id}?saved")


@blueprint.post("/<agent_id:str>/password", name="new_password")
@signed_in(Role.SUPERVISOR)
async def new_password(request: Request, agent_id: str) -> HTTPResponse:
    person = await desk(request).agents.get(forms.uuid_of(agent_id))
    if person.id == request.ctx.agent.id:
        return redirect(request, "/password")
    password = one_time_password()
    await desk(request).agents.set_password(request.ctx.agent, person.id, password, must_change=True)
    return await _one(request, person, password=password)


async def _list(request: Request, *, problem: str | None = None, status: int = 200) -> HTTPResponse:
    people = await desk(request).agents.all()
    return render(
        request,
        "people.html",
        status=status,
        people=people,
        roles=[role for role in Role if may_look_after(request.ctx.agent, role)],
        teams=await _teams(request),
        problem=problem,
    )


async def _one(
    request: Request, person: Agent, *, password: str | None = None, notice: str | None = None
) -> HTTPResponse:
    actor: Agent = request.ctx.agent
    return render(
        request,
        "person.html",
        person=person,
        roles=[role for role in Role if may_look_after(actor, role)],
        teams=await _teams(request),
        may_change=may_look_after(actor, person.role),
        password=password,
        notice=notice,
    )


def _role(request: Request) -> Role:
    try:
        return Role(forms.value(request, "role"))
    except ValueError:
        raise BadForm("There is no such role.") from None


async def _teams(request: Request) -> dict[str, str]:
    """Titles by name."""
    async with desk(request).db.begin() as connection:
        found = await connection.execute(select(teams.c.name, teams.c.title).order_by(teams.c.title))
        return {row.name: row.title for row in found}


async def _chosen_teams(request: Request) -> frozenset[str]:
    return frozenset(forms.values(request, "team")) & frozenset(await _teams(request))
