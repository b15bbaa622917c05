"""What a request says, checked. Everything wrong with it is a `ChannelError` with a 4xx status."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlsplit
from uuid import UUID

from sanic.request import Request

from deskhand.channels.errors import ChannelError
from deskhand.channels.typed_text import clean

MAX_BODY_BYTES = 64 * 1024
MAX_SEQ = 2**31 - 1

_BUTTON_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Sent:
    """One message from the page: typed words or a pressed button."""

    id: UUID
    text: str | None = None
    button_id: str | None = None


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body of a streamed request; an empty body is an empty object."""
    if request.content_type.split(";")[0].strip().lower() != "application/json":
        raise ChannelError("not_json", "Send application/json.", status=415)
    body = await _read_body(request)
    if not body.strip():
        return {}
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ChannelError("not_json", "The body is not valid JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise ChannelError("not_json", "The body must be a JSON object.")
    return value


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > MAX_BODY_BYTES:
        _refuse_size()
    async for chunk in request.stream or ():  # type: ignore[union-attr]  # sanic types it as Http | Stream
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            _refuse_size()
    return bytes(body)


def _refuse_size() -> NoReturn:
    raise ChannelError("body_too_large", "That is too much data for one message.", status=413)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def sent_from(body: dict[str, Any]) -> Sent:
    """The message in the body: {id, text} or {id, button_id}."""
    message_id = _uuid(body.get("id"))
    text, button_id = body.get("text"), body.get("button_id")
    if (text is None) == (button_id is None):
        raise ChannelError("bad_message", "Send either text or button_id.")
    if button_id is not None:
        if not isinstance(button_id, str) or not _BUTTON_ID.fullmatch(button_id):
            raise ChannelError("bad_message", "button_id must be the id of an offered button.")
        return Sent(message_id, button_id=button_id)
    if not isinstance(text, str):
        raise ChannelError("bad_message", "text must be a string.")
    return Sent(message_id, text=clean(text))


def _uuid(value: object) -> UUID:
    try:
        if isinstance(value, str) and len(value) == 36:
            return UUID(value)
    except ValueError:
        pass
    raise ChannelError("bad_message", "id must be a UUID that the client makes for the message.")


def after_seq(request: Request) -> int:
    """The `after` of the query, 0 when it is missing."""
    value = request.args.get("after", "0")
    if value.isascii() and value.isdecimal() and len(value) <= 10 and int(value) <= MAX_SEQ:
        return int(value)
    raise ChannelError("bad_query", "after must be a whole number from 0.")


def check_origin(request: Request, own: str | None, allowed: tuple[str, ...]) -> None:
    """Refuse requests that another site's page sends. Programs that are no browsers send no Origin."""
    origin = request.headers.get("origin")
    if origin is None:
        if request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none"):
            return
    elif origin in (*allowed, own and _origin_of(own), f"http://{request.host}", f"https://{request.host}"):
        return
    raise ChannelError("wrong_origin", "This chat cannot be used from that site.", status=403)


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def address_of(request: Request, trusted_proxies: int) -> str:
    """The customer's address: the peer's, or what the outermost trusted proxy wrote down."""
    if trusted_proxies:
        forwarded = ",".join(request.headers.getall("x-forwarded-for", [])).split(",")
        hops = [hop.strip() for hop in forwarded if hop.strip()]
        if len(hops) >= trusted_proxies:
            return hops[-trusted_proxies]
    return str(request.ip)
