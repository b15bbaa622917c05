"""What a request says, checked. Everything wrong with it is a `ChannelError` with a 4xx status."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from sanic.request import Request

from deskhand.channels.errors import ChannelError
from deskhand.channels.typed_text import clean
from deskhand.channels.webhooks import read_body
from deskhand.store.timeline import Cursor, cursor_from

MAX_BODY_BYTES = 64 * 1024
MAX_FILES = 5

_BUTTON_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Sent:
    """One message from the page: typed words, files or both, or a pressed button."""

    id: UUID
    text: str = ""
    button_id: str | None = None
    files: tuple[UUID, ...] = ()


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body of a streamed request; an empty body is an empty object."""
    if request.content_type.split(";")[0].strip().lower() != "application/json":
        raise ChannelError("not_json", "Send application/json.", status=415)
    body = await read_bytes(request, MAX_BODY_BYTES)
    if not body.strip():
        return {}
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ChannelError("not_json", "The body is not valid JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise ChannelError("not_json", "The body must be a JSON object.")
    return value


async def read_bytes(request: Request, most: int) -> bytes:
    """The body of a streamed request. Raises `ChannelError` (body_too_large)."""
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > most:
        _refuse_size()
    body = await read_body(request, most)
    if body is None:
        _refuse_size()
    return body


def _refuse_size() -> NoReturn:
    raise ChannelError("body_too_large", "That is too much data for one message.", status=413)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def sent_from(body: dict[str, Any]) -> Sent:
    """The message in the body: {id, text}, {id, files}, {id, text, files} or {id, button_id}."""
    message_id = _uuid(body.get("id"), "id must be a UUID that the client makes for the message.")
    text, button_id, files = body.get("text"), body.get("button_id"), _files(body.get("files"))
    if (text is None and not files) == (button_id is None):
        raise ChannelError("bad_message", "Send either text and files or button_id.")
    if button_id is not None:
        if files or not isinstance(button_id, str) or not _BUTTON_ID.fullmatch(button_id):
            raise ChannelError("bad_message", "button_id must be the id of an offered button.")
        return Sent(message_id, button_id=button_id)
    if text is None:
        return Sent(message_id, files=files)
    if not isinstance(text, str):
        raise ChannelError("bad_message", "text must be a string.")
    return Sent(message_id, text=clean(text), files=files)


def _files(value: object) -> tuple[UUID, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MAX_FILES:
        raise ChannelError("bad_message", f"files must be a list of at most {MAX_FILES} ids.")
    return tuple(_uuid(one, "files must be ids of uploaded files.") for one in value)


def _uuid(value: object, otherwise: str) -> UUID:
    try:
        if isinstance(value, str) and len(value) == 36:
            return UUID(value)
    except ValueError:
        pass
    raise ChannelError("bad_message", otherwise)


def cursor_in(request: Request, name: str) -> Cursor | None:
    """The cursor in the query; None when it is missing."""
    value = request.args.get(name)
    if value is None:
        return None
    cursor = cursor_from(value)
    if cursor is None:
        raise ChannelError("bad_query", f"{name} must be the cursor of a message.")
    return cursor


def address_of(request: Request, trusted_proxies: int) -> str:
    """The customer's address: the peer's, or what the outermost trusted proxy wrote down."""
    if trusted_proxies:
        forwarded = ",".join(request.headers.getall("x-forwarded-for", [])).split(",")
        hops = [hop.strip() for hop in forwarded if hop.strip()]
        if len(hops) >= trusted_proxies:
            return hops[-trusted_proxies]
    return str(request.ip)
