"""An agent's own account: password, settings, sessions."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.people import Agent, Theme
from deskhand.desk import forms
from deskhand.desk.access import address_of, device_of, redirect, signed_in
from deskhand.desk.forms import BadForm
from deskhand.desk.language import gettext, language_names, languages
from deskhand.desk.pages import render
from deskhand.desk.parts import desk
from deskhand.store.desk.passwords import LONGEST, WeakPassword, check_strength

blueprint = Blueprint("desk_account")


@blueprint.get("/password", name="password_form")
@signed_in(while_changing_password=True)
async def password_form(request: Request) -> HTTPResponse:
    return render(request, "password.html", problem=None)


@blueprint.post("/password", name="change_password")
@signed_in(while_changing_password=True)
async def change_password(request: Request) -> HTTPResponse:
    agent: Agent = request.ctx.agent
    problem = await _password_problem(request, agent)
    if problem:
        return render(request, "password.html", status=422, problem=problem)
    new = _password(request, "new")
    await desk(request).agents.set_password(
        agent, agent.id, new, must_change=False, keep_session=request.ctx.session.id
    )
    return redirect(request, "/")


async def _password_problem(request: Request, agent: Agent) -> str | None:
    present, new, again = (_password(request, name) for name in ("present", "new", "again"))
    place = (agent.email, address_of(request), device_of(request, agent.email))
    if await desk(request).login_limits.spend(*place):
        return gettext(request, "Too many tries. Please wait a few minutes.")
    if await desk(request).agents.verified(agent.email, present) is None:
        return gettext(request, "The present password is wrong.")
    await desk(request).login_limits.forget(*place)
    if new != again:
        return gettext(request, "The new passwords are not the same.")
    if new == present:
        return gettext(request, "The new password is the present one.")
    try:
        check_strength(new, email=agent.email, name=agent.name)
    except WeakPassword as weak:
        return gettext(request, str(weak))
    return None


def _password(request: Request, name: str) -> str:
    """As it was typed, spaces and all."""
    return forms.raw(request, name)[: LONGEST + 1]


@blueprint.get("/account", name="account")
@signed_in()
async def account(request: Request) -> HTTPResponse:
    return await _page(request, notice=gettext(request, "Saved.") if "saved" in request.args else None)


@blueprint.post("/account", name="save_account")
@signed_in()
async def save_account(request: Request) -> HTTPResponse:
    agent: Agent = request.ctx.agent
    name, language, theme = (forms.value(request, field) for field in ("name", "language", "theme"))
    if not name or len(name) > 80 or theme not in set(Theme) or (language and language not in languages()):
        raise BadForm("A field is empty, or holds something that it cannot.")
    await desk(request).agents.change(agent, agent.id, name=name, language=language or None, theme=Theme(theme))
    return redirect(request, "/account?saved")


@blueprint.post("/account/sessions/<session_id:str>/end", name="end_session")
@signed_in()
async def end_session(request: Request, session_id: str) -> HTTPResponse:
    await desk(request).sessions.revoke(request.ctx.agent, forms.uuid_of(session_id))
    return redirect(request, "/account")


@blueprint.post("/account/sessions/end-others", name="end_other_sessions")
@signed_in()
async def end_other_sessions(request: Request) -> HTTPResponse:
    await desk(request).sessions.revoke_others(request.ctx.agent, request.ctx.session.id)
    return redirect(request, "/account")


async def _page(request: Request, *, notice: str | None) -> HTTPResponse:
    sessions = await desk(request).sessions.of(request.ctx.agent.id)
    return render(request, "account.html", sessions=sessions, language_names=language_names(), notice=notice)
