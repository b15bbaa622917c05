"""Teams, their hours and holidays."""

from __future__ import annotations

from datetime import date, time

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.desk import Team
from deskhand.conversation.people import Role
from deskhand.desk import forms
from deskhand.desk.access import redirect, signed_in
from deskhand.desk.errors import NotFound
from deskhand.desk.forms import BadForm
from deskhand.desk.language import gettext
from deskhand.desk.pages import render
from deskhand.desk.parts import desk
from deskhand.store.desk.teams import Teams, WrongTeam

blueprint = Blueprint("desk_teams", url_prefix="/teams")


@blueprint.get("/", name="all")
@signed_in(Role.SUPERVISOR)
async def all_teams(request: Request) -> HTTPResponse:
    return await _list(request)


@blueprint.post("/", name="add")
@signed_in(Role.SUPERVISOR)
async def add(request: Request) -> HTTPResponse:
    team = Team(forms.value(request, "name", most=40), forms.value(request, "title", most=80))
    try:
        await Teams(desk(request).db).add(request.ctx.agent, team)
    except WrongTeam as wrong:
        return await _list(request, problem=gettext(request, str(wrong)), status=422)
    return redirect(request, f"/teams/{team.name}")


@blueprint.get("/<name:str>", name="one")
@signed_in(Role.SUPERVISOR)
async def one(request: Request, name: str) -> HTTPResponse:
    notice = gettext(request, "Saved.") if "saved" in request.args else None
    return await _one(request, await _team(request, name), notice=notice)


@blueprint.post("/<name:str>", name="change")
@signed_in(Role.SUPERVISOR)
async def change(request: Request, name: str) -> HTTPResponse:
    before = await _team(request, name)
    try:
        team = Team(
            name=before.name,
            title=forms.value(request, "title", most=80),
            restricted=forms.checked(request, "restricted"),
            hours=_hours(request) if forms.checked(request, "own_hours") else None,
            holidays=_holidays(request),
        )
        await Teams(desk(request).db).change(request.ctx.agent, team)
    except (WrongTeam, BadForm) as wrong:
        return await _one(request, before, problem=gettext(request, str(wrong)), status=422)
    return redirect(request, f"/teams/{name}?saved")


async def _list(request: Request, *, problem: str | None = None, status: int = 200) -> HTTPResponse:
    teams = Teams(desk(request).db)
    return render(
        request, "teams.html", status=status, teams=await teams.all(), sizes=await teams.sizes(), problem=problem
    )


async def _one(
    request: Request, team: Team, *, notice: str | None = None, problem: str | None = None, status: int = 200
) -> HTTPResponse:
    settings = desk(request).settings
    usual = dict.fromkeys(settings.desk_days, (settings.desk_opens, settings.desk_closes))
    return render(
        request, "team.html", status=status, team=team, hours=team.hours or usual, notice=notice, problem=problem
    )


async def _team(request: Request, name: str) -> Team:
    team = await Teams(desk(request).db).get(name)
    if team is None:
        raise NotFound("There is no such team.")
    return team


def _hours(request: Request) -> dict[int, tuple[time, time]]:
    hours = {}
    for day in range(7):
        opens, closes = forms.value(request, f"opens_{day}"), forms.value(request, f"closes_{day}")
        if not opens and not closes:
            continue
        try:
            hours[day] = (time.fromisoformat(opens), time.fromisoformat(closes))
        except ValueError:
            raise BadForm("A day needs two times such as 09:00 and 17:00, or none.") from None
        if hours[day][0] >= hours[day][1]:
            raise BadForm("A day must end after it begins.")
    return hours


def _holidays(request: Request) -> tuple[date, ...]:
    words = forms.value(request, "holidays", most=4_000).replace(",", " ").split()
    try:
        return tuple(sorted({date.fromisoformat(word) for word in words}))
    except ValueError:
        raise BadForm("Holidays are dates such as 2026-12-25, one a line.") from None
