"""Files that customers sent, handed to the desk: only the channel that they came over can fetch them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, cast
from uuid import UUID

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.channels.errors import MediaUnavailable
from deskhand.conversation.signing import is_signed
from deskhand.settings import get_settings
from deskhand.store.attachments import find_attachment
from deskhand.store.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from deskhand.channels.delivery.serving import Delivery

log = logging.getLogger(__name__)

PATH = "/deskhand/files/<message_id:uuid>/<place:int>"
_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


async def hand_out(request: Request, delivery: Delivery, message_id: UUID, place: int) -> HTTPResponse | None:
    """The file's bytes. 404 for whoever cannot sign, or when there is no such file; 502 when it cannot be fetched."""
    key = get_settings().session_key.get_secret_value()
    at, signature = request.args.get("at", ""), request.args.get("signature", "")
    if not is_signed(message_id, place, at, signature, key, now=time.time()):
        return _error("There is no such file.", 404)
    try:
        kept = await find_attachment(await delivery.database(), message_id, place)
    except DatabaseUnavailable:
        return _error("The database is away.", 503)
    connection = delivery.connection(kept.channel) if kept else None
    if kept is None or connection is None:
        return _error("There is no such file.", 404)
    chunks = connection.fetch(kept.attachment)
    try:
        first = await anext(chunks)  # what can fail mostly fails before the first byte
    except StopAsyncIteration:
        first = b""
    except MediaUnavailable as exc:
        log.info("A file of %s cannot be had: %s", kept.channel, exc)
        return _error(str(exc), 502)
    await _send(request, first, chunks)
    return None


async def _send(request: Request, first: bytes, chunks: AsyncIterator[bytes]) -> None:
    stream = await request.respond(content_type="application/octet-stream", headers=_HEADERS)
    await stream.send(first)
    try:
        async for chunk in chunks:
            await stream.send(chunk)
    except MediaUnavailable as exc:
        log.info("A file broke off: %s", exc)
        if request.transport is not None:
            cast(asyncio.WriteTransport, request.transport).abort()  # or half a file would look like a whole one
        return
    await stream.eof()


def _error(message: str, status: int) -> HTTPResponse:
    return response.json({"message": message}, status=status, headers=_HEADERS)
