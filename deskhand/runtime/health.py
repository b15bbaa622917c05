"""Whether the parts can do their work, asked over HTTP."""

from __future__ import annotations

import asyncio
import http.client

WEBCHAT_HEALTH = "/webhooks/webchat/health"
_TIMEOUT_SECONDS = 3.0


async def assistant_is_ready(host: str, port: int) -> bool:
    """Whether the assistant would answer a customer: its model is loaded and its database is there.

    Without the web chat there is nothing to ask. Rasa listens only after it has loaded its model, so that it
    answers at all has to do.
    """
    status = await _status(host, port, WEBCHAT_HEALTH)
    if status == http.client.NOT_FOUND:
        status = await _status(host, port, "/")
    return status == http.client.OK


async def action_server_is_ready(port: int) -> bool:
    return await _status("127.0.0.1", port, "/health") == http.client.OK


async def desk_is_ready(host: str, port: int) -> bool:
    return await _status(host, port, "/health") == http.client.OK


async def _status(host: str, port: int, path: str) -> int | None:
    """The status of the answer; None for no answer."""
    return await asyncio.to_thread(_get, reachable(host), port, path)


def _get(host: str, port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def reachable(host: str) -> str:
    """The address under which this machine reaches what listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared, not bound
