"""The desk's server, put together."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any
from uuid import uuid4

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.desk import assets, safety
from deskhand.desk.access import address_of
from deskhand.desk.errors import DeskErrors
from deskhand.desk.parts import Desk, desk_on
from deskhand.desk.views import BLUEPRINTS
from deskhand.settings import Settings
from deskhand.store.database import Database
from deskhand.store.desk.audit import client_address
from deskhand.store.desk.passwords import Passwords
from deskhand.store.errors import DatabaseUnavailable

MAX_BODY_BYTES = 12 * 1024 * 1024
_STOP_SECONDS = 3

App = Sanic[Any, Any]


def create_app(
    settings: Settings, database: Database, *, passwords: Passwords | None = None, name: str | None = None
) -> App:
    """The desk on this database. It starts also while the database is away, and says so."""
    app: App = Sanic(name or f"deskhand_desk_{uuid4().hex}", configure_logging=False, error_handler=DeskErrors())
    app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES
    app.config.ACCESS_LOG = False
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = _STOP_SECONDS
    app.ctx.desk = desk_on(settings, database, passwords=passwords)
    app.register_middleware(_note_address, "request")
    app.register_middleware(safety.add_headers, "response")
    app.add_route(_health, "/health", name="health")
    for blueprint in (assets.blueprint, *BLUEPRINTS):
        app.blueprint(blueprint)
    # The stream that pages listen to.
    app.ctx.live_url = "/live" if any(route.path == "live" for route in app.router.routes) else None
    app.register_listener(_start_listening, "after_server_start")
    app.register_listener(_stop_listening, "before_server_stop")
    return app


async def _note_address(request: Request) -> HTTPResponse | None:
    client_address.set(address_of(request))
    return None


async def _health(request: Request) -> HTTPResponse:
    """Whether the desk can show pages."""
    try:
        await request.app.ctx.desk.db.connect()
    except DatabaseUnavailable:
        return response.json({"status": "unavailable", "database": False}, status=503)
    return response.json({"status": "ok", "database": True})


async def _start_listening(app: App) -> None:
    desk: Desk = app.ctx.desk
    app.ctx.listening = asyncio.create_task(desk.changes.listen(desk.db.url))


async def _stop_listening(app: App) -> None:
    task: asyncio.Task[None] | None = getattr(app.ctx, "listening", None)
    if task is not None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
