"""Files: coming in, and shown again."""

from __future__ import annotations

from uuid import UUID

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.channels.errors import ChannelError
from deskhand.channels.webchat import incoming, media
from deskhand.channels.webchat.backend import LateBackend
from deskhand.channels.webchat.entrance import Entrance
from deskhand.channels.webchat.options import WebChatOptions
from deskhand.channels.webchat.talking import CHANNEL
from deskhand.settings import Settings


class Files:
    def __init__(self, settings: Settings, options: WebChatOptions, backend: LateBackend, entrance: Entrance) -> None:
        self._most = options.max_upload_bytes
        self._backend = backend
        self._entrance = entrance
        self._key = settings.session_key.get_secret_value()

    async def upload(self, request: Request) -> HTTPResponse:
        """Keeps the body as a file, whose id a message may then name."""
        session = self._entrance.session(request)
        if not self._most:
            raise ChannelError("no_files", "No files can be sent here.", status=403)
        await self._entrance.count_upload(request, session)
        content = await incoming.read_bytes(request, self._most)
        mime_type = media.checked_type(request.headers.get("content-type", ""), content)
        name = media.clean_name(request.args.get("name", ""))
        kept = await (await self._backend.get()).uploads.add(CHANNEL, session.id, name, mime_type, content)
        body = {
            "id": str(kept.id),
            "name": kept.name,
            "kind": media.kind_of(mime_type).value,
            "size": kept.size,
        }
        return response.json(body, status=201, headers={"cache-control": "no-store"})

    async def show(self, request: Request, upload_id: str) -> HTTPResponse:
        """The file, for whoever has its signed address."""
        try:
            wanted = UUID(upload_id)
        except ValueError:
            raise _not_found() from None
        if not media.is_allowed(wanted, request.args.get("until", ""), request.args.get("key", ""), self._key):
            raise _not_found()
        found = await (await self._backend.get()).uploads.read(wanted)
        if found is None:
            raise _not_found()
        upload, content = found
        headers = media.headers(upload.name, upload.mime_type)
        return response.raw(content, content_type=upload.mime_type, headers=headers)


def _not_found() -> ChannelError:
    return ChannelError("not_found", "There is no such file, or its address is too old.", status=404)
