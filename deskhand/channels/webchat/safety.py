"""The headers that every answer carries, and turning errors into answers that tell no secrets."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from sanic import response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.channels.errors import ChannelError
from deskhand.channels.webhooks import log_without_content

log = logging.getLogger(__name__)

Handler = Callable[..., Coroutine[Any, Any, HTTPResponse]]


def security_headers() -> dict[str, str]:
    """Of what is data and no page: nothing in it may ever be run or shown as one."""
    return {
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "cross-origin",
    }


def page_headers(frame_ancestors: tuple[str, ...]) -> dict[str, str]:
    """Of the chat's own page and its files. Nothing inline, no eval, no HTML made of strings by anybody but Lit."""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: https:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": " ".join(frame_ancestors),
        "require-trusted-types-for": "'script'",
        "trusted-types": "lit-html",
    }
    headers = {
        **security_headers(),
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
        "cross-origin-opener-policy": "same-origin",
    }
    if frame_ancestors == ("'none'",):
        headers["x-frame-options"] = "DENY"
    return headers


def error_response(error: ChannelError) -> HTTPResponse:
    headers = {"cache-control": "no-store"}
    if error.retry_after_seconds is not None:
        headers["retry-after"] = str(error.retry_after_seconds)
    body: dict[str, Any] = {"error": {"code": error.code, "message": error.message}}
    return response.json(body, status=error.status, headers=headers)


def guarded(
    handler: Handler, headers: Mapping[str, str], more: Callable[[Request], Mapping[str, str]] | None = None
) -> Handler:
    """The handler with the headers on every answer, and with whatever goes wrong in it answered as JSON:
    {"error": {"code", "message"}}. What the handler itself sets stays.

    `more` gives headers that depend on the request.
    """

    @functools.wraps(handler)
    async def answer(request: Request, *args: Any, **kwargs: Any) -> HTTPResponse:
        try:
            given = await handler(request, *args, **kwargs)
        except SanicException:
            raise  # sanic knows its own, such as a client that went away
        except Exception as exc:
            given = answered(exc)
        for name, value in {**headers, **(more(request) if more else {})}.items():
            given.headers.setdefault(name, value)
        return given

    return answer


def answered(exc: Exception) -> HTTPResponse:
    """What the customer's page is told of it."""
    if isinstance(exc, ChannelError):
        return error_response(exc)
    log_without_content(log, "A web chat request failed", exc)
    return error_response(_unavailable())


def _unavailable() -> ChannelError:
    return ChannelError(
        "unavailable",
        "Sorry, the chat has a problem on our side. Please try again in a moment.",
        status=503,
        retry_after_seconds=5,
    )
