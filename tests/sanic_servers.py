"""sanic servers in the tests' own process, on free ports of loopback."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

from sanic import Sanic


def new_app() -> Any:
    app: Any = Sanic(f"test-{uuid4().hex}", configure_logging=False)
    app.config.TOUCHUP = False  # it rewrites sanic's own code, which works for one app in a process only
    return app


async def started(app: Any, port: int = 0) -> tuple[Any, str]:
    """The server and its address. Whoever starts it stops it."""
    listening = socket.create_server(("127.0.0.1", port))
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    return server, f"http://127.0.0.1:{listening.getsockname()[1]}"


@asynccontextmanager
async def served(app: Any, port: int = 0) -> AsyncIterator[str]:
    """The server's address. At the end it is stopped, and whoever still waits for it is left."""
    server, address = await started(app, port)
    try:
        yield address
    finally:
        with suppress(Exception):  # what a test breaks must not keep the server from ending
            await server.before_stop()
        server.close()
        for connection in list(server.connections):
            connection.abort()
        await server.after_stop()
        Sanic._app_registry.pop(app.name, None)
