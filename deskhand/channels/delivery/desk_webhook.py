"""The address that an outside desk calls: `/webhooks/<its name>/webhook`, with a token at its end if it cannot sign."""

from __future__ import annotations

import logging
from typing import Any

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.channels.delivery.outside_desk import OutsideDesk
from deskhand.channels.webhooks import log_without_content, read_body
from deskhand.desks.errors import NotSaid, WebhookRefused
from deskhand.store.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

MOST_BYTES = 1024 * 1024
_FRESH = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


def add_to(app: Sanic[Any, Any], desk: OutsideDesk) -> None:
    """Does nothing when agents work at our own desk. Raises `SettingsError`: who cannot hear must not start."""
    outside = desk.get()
    if outside is None:
        return

    async def hear(request: Request, token: str | None = None) -> HTTPResponse:
        return await _hear(request, desk, token)

    path = f"/webhooks/{outside.name}/webhook"
    app.add_route(hear, path, methods=["POST"], stream=True, name="deskhand_desk")
    app.add_route(hear, f"{path}/<token:str>", methods=["POST"], stream=True, name="deskhand_desk_token")


async def _hear(request: Request, desk: OutsideDesk, token: str | None) -> HTTPResponse:
    """200 when everything is done, or nothing was to be done. Otherwise the desk shows its agent that it failed."""
    body = await read_body(request, MOST_BYTES)
    if body is None:
        return _answer(f"More than {MOST_BYTES} bytes.", 413)
    try:
        await desk.hear(request.headers, body, token)
    except WebhookRefused as exc:
        log.warning("A webhook of the outside desk was refused: %s", exc)
        return _answer(str(exc), exc.status)
    except NotSaid as exc:
        log.info("What an agent of the outside desk wrote was not sent: %s", exc)
        return _answer(str(exc), 422)
    except DatabaseUnavailable:
        return _answer("The database is away.", 503)
    except Exception as exc:
        log_without_content(log, "A webhook of the outside desk failed", exc)
        return _answer("This failed here.", 500)
    return _answer("", 200)


def _answer(message: str, status: int) -> HTTPResponse:
    return response.json({"message": message} if message else {}, status=status, headers=_FRESH)
