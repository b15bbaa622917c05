"""What all webhooks need: a body that is not too large, and a log without what customers wrote."""

from __future__ import annotations

import logging
import traceback

from sanic.request import Request


async def read_body(request: Request, most: int) -> bytes | None:
    """The body of a streamed request. None if it has more than `most` bytes: the rest is not even read."""
    body = bytearray()
    async for chunk in request.stream or ():  # type: ignore[union-attr]  # sanic types it as Http | Stream
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)


def log_without_content(log: logging.Logger, what: str, exc: BaseException) -> None:
    """Where it failed. An exception's own text is left out: it can quote what a customer wrote."""
    frames = traceback.extract_tb(exc.__traceback__)
    where = "\n".join(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    log.error("%s: %s\n%s", what, type(exc).__name__, where)
