"""What open pages are told: Server-Sent Events with numbers and the word that something changed, and nothing else."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager, suppress
from typing import Any
from uuid import UUID

from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.people import Agent
from deskhand.desk.access import recognise, signed_in
from deskhand.desk.forms import uuid_of
from deskhand.desk.parts import Desk, desk
from deskhand.store.desk.health import assistant_runs
from deskhand.store.desk.inbox import Queues
from deskhand.store.errors import DatabaseUnavailable
from deskhand.store.listening import Following

blueprint = Blueprint("desk_live")

HEARTBEAT_SECONDS = 15.0
"""Proxies cut what says nothing for a minute, and the page knows by it that the line is not dead."""
PAUSE_SECONDS = 0.5
"""Between two looks, however much happens meanwhile."""
STREAM_SECONDS = 3600.0
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


@blueprint.before_server_stop
async def _end_streams(app: Sanic[Any, Any]) -> None:
    """The pages come back to whoever is there then."""
    app.ctx.live_ends = True
    for following in tuple(_streams_of(app)):
        following.add_all()


@blueprint.get("/live", name="live")
@signed_in()
async def live(request: Request) -> HTTPResponse | None:
    """`counts` whenever something changed that the agent may see, `changed` when it was the conversation of the
    page, `beat` when the database is away."""
    given = request.args.get("conversation")
    conversation_id = uuid_of(given) if given else None
    stream = await request.respond(content_type="text/event-stream; charset=utf-8", headers=_HEADERS)
    async with aclosing(_happenings(request, conversation_id)) as happenings:
        async for happening in happenings:
            await stream.send(happening)
    await stream.eof()
    return None


async def _happenings(request: Request, conversation_id: UUID | None) -> AsyncGenerator[str, None]:
    deadline = time.monotonic() + STREAM_SECONDS
    with desk(request).changes.watch_all() as following, _counted(request.app, following):
        following.add_all()
        while time.monotonic() < deadline:
            changed: frozenset[UUID] | None = frozenset()
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    changed = await following.next()
            if getattr(request.app.ctx, "live_ends", False):
                return
            try:
                if not await recognise(request, is_used=False):
                    return  # signed out meanwhile, here or from elsewhere
                yield _event("counts", await counts_of(desk(request), request.ctx.agent))
            except DatabaseUnavailable:
                yield _event("beat", {"trouble": ["database"]})
            if conversation_id is not None and (changed is None or conversation_id in changed):
                yield _event("changed", {})
            await asyncio.sleep(PAUSE_SECONDS)


async def counts_of(parts: Desk, agent: Agent) -> dict[str, Any]:
    """What the page's numbers are. Raises `DatabaseUnavailable`."""
    counts = await Queues(parts.db).counts(agent)
    trouble = [] if await assistant_runs(parts.db) else ["assistant"]
    return {"waiting": counts.waiting, "unread": counts.unread, "views": counts.shown, "trouble": trouble}


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


@contextmanager
def _counted(app: Sanic[Any, Any], following: Following) -> Iterator[None]:
    _streams_of(app).add(following)
    try:
        yield
    finally:
        _streams_of(app).discard(following)


def _streams_of(app: Sanic[Any, Any]) -> set[Following]:
    if not hasattr(app.ctx, "live_streams"):
        app.ctx.live_streams = set()
    streams: set[Following] = app.ctx.live_streams
    return streams
