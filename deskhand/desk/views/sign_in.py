"""Signing in and out."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.desk import access, forms
from deskhand.desk.access import SESSION, VISIT
from deskhand.desk.language import gettext, ngettext
from deskhand.desk.pages import render
from deskhand.desk.parts import desk

blueprint = Blueprint("desk_sign_in")


@blueprint.get("/sign-in", name="form")
async def form(request: Request) -> HTTPResponse:
    if await access.recognise(request):
        return response.redirect(access.safe_next(request.args.get("next")))
    return _page(request, next_page=access.safe_next(request.args.get("next")))


@blueprint.post("/sign-in", name="sign_in")
async def sign_in(request: Request) -> HTTPResponse:
    visit = request.cookies.get(access.cookie_name(desk(request).settings, VISIT)) or ""
    request.ctx.csrf = access.csrf_of(desk(request).settings, visit) if visit else secrets.token_hex()
    email, next_page = forms.value(request, "email"), access.safe_next(forms.value(request, "next", most=2_000))
    try:
        access.check_csrf(request)
    except access.FormExpired as expired:
        return _page(request, email=email, next_page=next_page, problem=gettext(request, str(expired)), status=403)
    password = forms.raw(request, "password")[:400]
    address, device = access.address_of(request), access.device_of(request, email)
    wait = await desk(request).login_limits.spend(email, address, device)
    if wait:
        minutes = -(-wait // 60)
        words = ngettext(
            request,
            "Too many tries. Please wait a minute, or ask an administrator.",
            "Too many tries. Please wait %(minutes)s minutes, or ask an administrator.",
            minutes,
        )
        problem = words % {"minutes": minutes} if "%(" in words else words
        answer = _page(request, email=email, next_page=next_page, problem=problem, status=429)
        answer.headers["retry-after"] = str(wait)
        return answer
    agent = await desk(request).agents.verified(email, password)
    if agent is None:
        await desk(request).audit.add(None, "session.refused")
        problem = gettext(request, "The email address or the password is wrong.")
        return _page(request, email=email, next_page=next_page, problem=problem, status=401)
    await desk(request).login_limits.forget(email, address, device)
    token, _ = await desk(request).sessions.open(
        agent.id, address=address, user_agent=request.headers.get("user-agent", "")
    )
    answer = response.redirect(quote(next_page, safe="/?&=%#+,:;@"), status=303)
    access.set_cookie(request, answer, SESSION, token)
    access.drop_cookie(request, answer, VISIT)
    access.remember_device(request, answer, email)
    return answer


@blueprint.post("/sign-out", name="sign_out")
@access.signed_in(while_changing_password=True)
async def sign_out(request: Request) -> HTTPResponse:
    await desk(request).sessions.revoke(request.ctx.agent, request.ctx.session.id)
    answer = response.redirect("/sign-in", status=303)
    access.drop_cookie(request, answer, SESSION)
    # Nothing of what was on the pages stays in the browser.
    answer.headers["clear-site-data"] = '"cache"'
    return answer


def _page(
    request: Request, *, email: str = "", next_page: str = "/", problem: str | None = None, status: int = 200
) -> HTTPResponse:
    """The form, with a secret that belongs to this browser."""
    visit = secrets.token_urlsafe(24)
    request.ctx.csrf = access.csrf_of(desk(request).settings, visit)
    answer = render(request, "sign_in.html", status=status, email=email, next=next_page, problem=problem)
    access.set_cookie(request, answer, VISIT, visit)
    return answer
