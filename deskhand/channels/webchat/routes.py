"""The web chat's routes."""

from __future__ import annotations

import hmac
import logging
from typing import Any

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.channels.delivery.serving import ChannelBlueprint, Delivery
from deskhand.channels.errors import ChannelError
from deskhand.channels.webchat import pages
from deskhand.channels.webchat.backend import LateBackend
from deskhand.channels.webchat.entrance import Entrance
from deskhand.channels.webchat.files import Files
from deskhand.channels.webchat.options import WebChatOptions
from deskhand.channels.webchat.origins import Origins
from deskhand.channels.webchat.safety import (
    Handler,
    answered,
    guarded,
    page_headers,
    security_headers,
)
from deskhand.channels.webchat.talking import CHANNEL, Talking
from deskhand.channels.webhooks import log_without_content
from deskhand.settings import Settings

__all__ = ["CHANNEL", "ChatBlueprint", "Routes"]

log = logging.getLogger(__name__)

MAILS_SHOWN = 50
_BEFORE_OTHERS = 1_000


class ChatBlueprint(ChannelBlueprint):
    """Also answers at `/chat`, an address that a person can type, and to browsers that ask before they send."""

    def register(self, app: Sanic[Any, Any], options: dict[str, Any]) -> None:
        prefix = f"{options.get('url_prefix') or self.url_prefix or ''}/"

        async def to_the_page(request: Request) -> HTTPResponse:
            return response.redirect(prefix)

        async def preflight(request: Request) -> HTTPResponse | None:
            if request.method == "OPTIONS" and request.path.startswith(prefix):
                request.ctx._sanic_cors_e = "1"  # Rasa's own CORS would take the answer's headers for its own
                answer: HTTPResponse = self.ctx.origins.preflight(request)
                return answer
            return None

        app.add_route(to_the_page, "/chat", name="chat_page")
        # Rasa answers every OPTIONS request itself, with a middleware of priority 99.
        app.register_middleware(preflight, "request", priority=_BEFORE_OTHERS)
        super().register(app, options)


class Routes:
    """One instance a server. Handlers are methods; `blueprint` gives them their addresses."""

    def __init__(
        self,
        settings: Settings,
        options: WebChatOptions,
        backend: LateBackend,
        delivery: Delivery,
    ) -> None:
        self._settings = settings
        self._options = options
        self._backend = backend
        self._delivery = delivery
        self._origins = Origins(settings.public_url, options.allowed_origins)
        entrance = Entrance(options, self._origins, settings.session_key.get_secret_value(), backend)
        self._talking = Talking(settings, options, backend, delivery, entrance)
        self._files = Files(settings, options, backend, entrance)

    def blueprint(self) -> ChatBlueprint:
        blueprint = ChatBlueprint("deskhand_webchat", self._delivery)
        blueprint.ctx.origins = self._origins
        own_page = page_headers(self._options.frame_ancestors)
        pages_of_ours: tuple[tuple[Handler, str], ...] = (
            (self.page, "/"),
            (self.asset, "/static/<name:str>"),
            (self.mailbox, "/mailbox"),
        )
        for reader, path in pages_of_ours:
            blueprint.add_route(guarded(reader, own_page), path, name=reader.__name__)
        data = security_headers()
        readers: tuple[tuple[Handler, str], ...] = (
            (self.health, "/health"),
            (self._talking.read_messages, "/messages"),
            (self._files.show, "/media/<upload_id:str>"),
        )
        for reader, path in readers:
            blueprint.add_route(guarded(reader, data, self._origins.headers), path, name=reader.__name__)
        for writer, path in (
            (self._talking.open_session, "/session"),
            (self._talking.send_message, "/messages"),
            (self._talking.return_to_assistant, "/return"),
            (self._files.upload, "/uploads"),
        ):
            handler = guarded(writer, data, self._origins.headers)
            blueprint.add_route(handler, path, methods=["POST"], stream=True, name=writer.__name__)
        blueprint.add_route(self._events, "/events", name="events")
        blueprint.before_server_stop(self._end_streams)
        return blueprint

    # -- the page

    async def page(self, request: Request) -> HTTPResponse:
        if not request.path.endswith("/"):
            return response.redirect(f"{request.path}/")
        html = pages.chat_page(business_name=self._settings.business_name, assistant_name=self._settings.assistant_name)
        return response.html(html, headers={"cache-control": "no-store"})

    async def asset(self, request: Request, name: str) -> HTTPResponse:
        asset = pages.assets().get(name)
        if asset is None:
            raise ChannelError("not_found", "There is no such file.", status=404)
        return pages.asset_response(request, asset)

    async def health(self, request: Request) -> HTTPResponse:
        """200 when a customer would be answered, else 503 and what is missing."""
        database = True
        try:
            await (await self._backend.get()).ping()
        except Exception as exc:  # whatever it is, the answer is "not healthy"
            log_without_content(log, "The database did not answer the health check", exc)
            database = False
        assistant = self._delivery.assistant_is_ready()
        well = database and assistant
        body = {"status": "ok" if well else "unavailable", "assistant": assistant, "database": database}
        return response.json(body, status=200 if well else 503, headers={"cache-control": "no-store"})

    async def mailbox(self, request: Request) -> HTTPResponse:
        """The development mailbox, for whoever has its key. There is none when real mail is sent."""
        key = self._settings.mailbox_key.get_secret_value().encode()
        given = request.args.get("key", "").encode("utf-8", "replace")
        if self._settings.smtp_host is not None or not hmac.compare_digest(key, given):
            raise ChannelError("not_found", "There is no such page.", status=404)
        mails = await (await self._backend.get()).mailbox.latest(MAILS_SHOWN)
        return response.html(pages.mailbox_page(mails), headers={"cache-control": "no-store"})

    # -- streams

    async def _events(self, request: Request) -> HTTPResponse | None:
        headers = {**security_headers(), **self._origins.headers(request)}
        try:
            await self._talking.events(request, headers)
        except Exception as exc:
            if request.stream is not None and request.stream.response is not None:
                # It had begun. The page notices the end, and comes back for the rest.
                log_without_content(log, "A web chat stream broke off", exc)
                return None
            refusal = answered(exc)
            refusal.headers.update(headers)
            return refusal
        return None

    async def _end_streams(self, app: Sanic[Any, Any]) -> None:
        self._talking.end_streams()
