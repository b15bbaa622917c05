"""Who may open a page: sessions in cookies, roles, and the secret that each form carries (CSRF)."""

from __future__ import annotations

import functools
import hashlib
import hmac
import secrets
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote, urlsplit

from sanic import response
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse

from deskhand.conversation.people import Agent, NotPermitted, Role, has_role
from deskhand.desk.parts import desk
from deskhand.errors import DeskhandError
from deskhand.settings import Settings
from deskhand.store.desk.audit import client_address

Handler = Callable[..., Coroutine[Any, Any, BaseHTTPResponse | None]]

SESSION, VISIT, DEVICE = "desk_session", "desk_visit", "desk_device"
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"
DEVICE_DAYS = 180
_SAFE = {"GET", "HEAD", "OPTIONS"}


class FormExpired(DeskhandError):
    """A form came without its secret: it is old, or another site made the browser send it."""


def signed_in(role: Role = Role.AGENT, *, while_changing_password: bool = False) -> Callable[[Handler], Handler]:
    """Only people of that role or more get to the handler: `request.ctx.agent` and `request.ctx.session` are there.

    Others are sent to sign in. Requests that change something must carry the form's secret. Who has a one-time
    password gets no further than choosing one of their own.
    """

    def decorated(handler: Handler) -> Handler:
        @functools.wraps(handler)
        async def guarded(request: Request, *args: Any, **kwargs: Any) -> BaseHTTPResponse | None:
            if not await recognise(request):
                return to_sign_in(request)
            agent: Agent = request.ctx.agent
            check_csrf(request)
            if agent.must_change_password and not while_changing_password:
                if wants_json(request) or _wants_stream(request):
                    raise NotPermitted("Choose a password of your own first.")
                return redirect(request, "/password")
            if not has_role(agent, role):
                raise NotPermitted("This page is for supervisors and administrators.")
            return await handler(request, *args, **kwargs)

        return guarded

    return decorated


async def recognise(request: Request, *, is_used: bool = True) -> bool:
    """Whether the request has a session. Fills `request.ctx.agent`, `.session` and `.csrf`.

    `is_used`: whether the person did something, which keeps the session open.
    """
    client_address.set(address_of(request))
    token = request.cookies.get(cookie_name(desk(request).settings, SESSION))
    found = await desk(request).sessions.find(token, is_used=is_used) if token else None
    if token is None or found is None:
        return False
    request.ctx.agent, request.ctx.session = found
    request.ctx.csrf = csrf_of(desk(request).settings, token)
    return True


def to_sign_in(request: Request) -> HTTPResponse:
    """Sends who is not signed in to where that is done, and back afterwards."""
    wanted = request.path + (f"?{request.query_string}" if request.query_string else "")
    page = "/sign-in"
    if request.method == "GET" and not is_partial(request) and wanted != "/":
        page += f"?next={quote(wanted, safe='')}"
    if wants_json(request) or _wants_stream(request):
        return response.json({"error": "You are signed out."}, status=401)
    return redirect(request, page)


def redirect(request: Request, address: str) -> HTTPResponse:
    """To another page of the desk, also when htmx asked for a part of one."""
    if is_partial(request):
        return response.empty(204, headers={"hx-redirect": address})
    return response.redirect(address, status=303)


def is_partial(request: Request) -> bool:
    """Whether htmx asks, for a part of a page."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"


def wants_json(request: Request) -> bool:
    return (request.headers.get("accept") or "").startswith("application/json")


def _wants_stream(request: Request) -> bool:
    return "text/event-stream" in (request.headers.get("accept") or "")


def safe_next(address: str | None) -> str:
    """The address if it is a page of the desk, else the first page."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\", "/sign-")):
        return "/"
    parts = urlsplit(address)
    return "/" if parts.scheme or parts.netloc or any(ord(sign) < 32 for sign in address) else address


# -- the secret of forms


def check_csrf(request: Request) -> None:
    """Raises `FormExpired` for a request that changes something and does not carry the page's secret."""
    if request.method in _SAFE:
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise FormExpired("This form came from another site.")
    given = request.headers.get(CSRF_HEADER) or _form_value(request, CSRF_FIELD) or ""
    if not hmac.compare_digest(given.encode("utf-8", "replace"), request.ctx.csrf.encode()):
        raise FormExpired("This page is out of date. Please load it again and repeat what you did.")


def csrf_of(settings: Settings, token: str) -> str:
    key = settings.session_key.get_secret_value().encode()
    return hmac.new(key, b"csrf " + token.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _form_value(request: Request, name: str) -> str | None:
    form = request.form
    return form.get(name) if form else None


# -- cookies


def cookie_name(settings: Settings, name: str) -> str:
    return f"__Host-{name}" if settings.desk_is_https else name


def set_cookie(request: Request, answer: HTTPResponse, name: str, value: str, *, max_age: int | None = None) -> None:
    """Without `max_age` (seconds) it lasts as long as the browser runs."""
    settings = desk(request).settings
    answer.add_cookie(
        cookie_name(settings, name),
        value,
        path="/",
        secure=settings.desk_is_https,
        httponly=True,
        samesite="Lax",
        max_age=max_age,
    )


def drop_cookie(request: Request, answer: HTTPResponse, name: str) -> None:
    set_cookie(request, answer, name, "", max_age=0)


def device_of(request: Request, email: str) -> str | None:
    """Which browser this is, if it has signed in to this account before."""
    value = request.cookies.get(cookie_name(desk(request).settings, DEVICE)) or ""
    for signed in value.split("."):
        device, _, seal = signed.partition("-")
        if hmac.compare_digest(seal.encode("utf-8", "replace"), _seal(desk(request).settings, email, device).encode()):
            return device
    return None


def remember_device(request: Request, answer: HTTPResponse, email: str) -> None:
    settings = desk(request).settings
    if device_of(request, email):
        return
    device = secrets.token_hex(16)
    before = [one for one in (request.cookies.get(cookie_name(settings, DEVICE)) or "").split(".") if one]
    value = ".".join([*before[-4:], f"{device}-{_seal(settings, email, device)}"])
    set_cookie(request, answer, DEVICE, value, max_age=DEVICE_DAYS * 24 * 3600)


def _seal(settings: Settings, email: str, device: str) -> str:
    key = settings.session_key.get_secret_value().encode()
    words = f"device {email.strip().lower()} {device}".encode("utf-8", "replace")
    return hmac.new(key, words, hashlib.sha256).hexdigest()


def address_of(request: Request) -> str:
    """The agent's network address: the peer's, or what the desk's own proxy wrote down."""
    settings = desk(request).settings
    if settings.desk_proxies:
        hops = [
            hop.strip() for hop in ",".join(request.headers.getall("x-forwarded-for", [])).split(",") if hop.strip()
        ]
        if len(hops) >= settings.desk_proxies:
            return hops[-settings.desk_proxies][:100]
    return str(request.ip)
