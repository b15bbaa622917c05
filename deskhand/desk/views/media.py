"""Files that customers sent. What a file says that it is, is not believed, and nothing in it ever runs."""

from __future__ import annotations

import time
from urllib.parse import quote
from uuid import UUID

import httpx
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.signing import signature_of
from deskhand.desk.access import signed_in
from deskhand.desk.errors import NotFound
from deskhand.desk.file_types import shown_as
from deskhand.desk.forms import uuid_of
from deskhand.desk.parts import Desk, desk
from deskhand.desk.seeing import must_see
from deskhand.errors import DeskhandError
from deskhand.store.attachments import Kept, find_attachment
from deskhand.store.uploads import Uploads

blueprint = Blueprint("desk_media")

TIMEOUT_SECONDS = 30
MOST_BYTES = 128 * 1024 * 1024


class FileUnavailable(DeskhandError):
    """What the customer sent cannot be had now."""


@blueprint.get("/conversations/<conversation_id:str>/files/<message_id:str>/<place:int>", name="file")
@signed_in()
async def file(request: Request, conversation_id: str, message_id: str, place: int) -> HTTPResponse:
    conversation = await must_see(request, uuid_of(conversation_id))
    kept = await find_attachment(desk(request).db, uuid_of(message_id), place)
    if kept is None or kept.conversation_id != conversation or kept.attachment.media_id is None:
        raise NotFound("There is no such file.")
    content = await _content(desk(request), kept, uuid_of(message_id), place)
    mime_type = (kept.attachment.mime_type or "").split(";")[0].strip().lower()
    is_shown = bool(shown_as(mime_type))
    disposition = "inline" if is_shown else "attachment"
    name = quote(kept.attachment.file_name or "file", safe="")
    headers = {
        "content-disposition": f"{disposition}; filename*=UTF-8''{name}",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, max-age=3600",
    }
    return response.raw(content, content_type=mime_type if is_shown else "application/octet-stream", headers=headers)


async def _content(parts: Desk, kept: Kept, message_id: UUID, place: int) -> bytes:
    """Raises `FileUnavailable`, `NotFound`."""
    if kept.channel == "webchat":
        found = await Uploads(parts.db).read(uuid_of(kept.attachment.media_id or ""))
        if found is None:
            raise NotFound("There is no such file.")
        return found[1]
    at, key = int(time.time()), parts.settings.session_key.get_secret_value()
    url = f"{parts.settings.assistant_address}/deskhand/files/{message_id}/{place}"
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
            signature = signature_of(message_id, place, at, key)
            return await _read(client, url, {"at": str(at), "signature": signature})
    except httpx.HTTPError as exc:
        raise FileUnavailable("The assistant, which fetches files from channels, does not answer.") from exc


async def _read(client: httpx.AsyncClient, url: str, signed: dict[str, str]) -> bytes:
    async with client.stream("GET", url, params=signed) as answer:
        if answer.status_code != httpx.codes.OK:
            raise FileUnavailable("The channel does not hand out this file any more, or it is too large.")
        content = bytearray()
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > MOST_BYTES:
                raise FileUnavailable("The file is too large to be shown here.")
        return bytes(content)
