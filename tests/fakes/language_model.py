"""A real HTTP server on loopback that speaks the chat completions API, and misbehaves as it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


def completion(text: str | None, **message: Any) -> dict[str, Any]:
    """The body of a well-made reply."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text, **message}}
        ],
        "usage": {"prompt_tokens": 700, "completion_tokens": 33, "total_tokens": 733},
    }


class FakeLanguageModel:
    """Replies "NONE" until it is told what to do. Keeps what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self._behaviours: list[Behaviour] = []
        self._released = asyncio.Event()
        self.says("NONE")

    # -- what it does: the last one goes on for ever

    def does(self, *behaviours: Behaviour) -> None:
        self._behaviours = list(behaviours)

    def says(self, *texts: str) -> None:
        self.does(*(sends(completion(text)) for text in texts))

    async def never_replies(self, request: web.Request) -> web.StreamResponse:
        await self._released.wait()
        return web.Response()

    async def drips(self, request: web.Request) -> web.StreamResponse:
        """A byte now and then: no single wait is long, and the whole never ends."""
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while not self._released.is_set():
            await response.write(b" ")
            await asyncio.sleep(0.02)
        return response

    async def hangs_up(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    # -- serving

    @asynccontextmanager
    async def served(self) -> AsyncIterator[FakeLanguageModel]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"
        try:
            yield self
        finally:
            self._released.set()
            await runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.paths.append(request.path)
        self.headers.append(dict(request.headers))
        self.requests.append(json.loads(await request.read() or b"{}"))
        behaviour = self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]
        return await behaviour(request)


def sends(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Behaviour:
    """A body of JSON, or text or bytes as they are."""
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    raw = content.encode() if isinstance(content, str) else content

    async def respond(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=raw, status=status, headers={"Content-Type": "application/json", **(headers or {})})

    return respond
