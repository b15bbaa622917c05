"""The channel on a real HTTP server, as Rasa mounts it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from rasa.core.channels.channel import InputChannel, register
from sanic import Blueprint

from deskhand.channels.delivery.contracts import Inbox as InboxProtocol
from deskhand.channels.whatsapp.options import WhatsAppOptions
from deskhand.channels.whatsapp.routes import Routes
from deskhand.channels.whatsapp.signature import HEADER, sign
from deskhand.conversation.model import InboundEvent
from tests.patience import PATIENCE_SECONDS
from tests.sanic_servers import new_app, served

from .conftest import APP_SECRET, options

PATH = "/webhooks/whatsapp/webhook"


@dataclass
class Inbox:
    """Keeps what it is given. `failing` is asked first, and may raise."""

    taken: list[InboundEvent] = field(default_factory=list)
    offered: Mapping[str, str] = field(default_factory=dict)
    failing: Any = None

    async def take(self, events: Sequence[InboundEvent]) -> None:
        if self.failing is not None:
            self.failing(events)
        self.taken += events

    async def reply_choices(self, channel: str, contact_external_id: str) -> Mapping[str, str]:
        return self.offered


class RoutesOnly(InputChannel):  # type: ignore[misc]  # rasa ships no types
    """The channel's two addresses, without delivery behind them."""

    def __init__(self, made: WhatsAppOptions, inbox: InboxProtocol) -> None:
        self._options = made
        self._inbox = inbox

    @classmethod
    def name(cls) -> str:
        return "whatsapp"

    def blueprint(self, on_new_message: Any) -> Blueprint:
        blueprint = Blueprint("routes_only")
        Routes(self._options, self._inbox).add_to(blueprint)
        return blueprint


class Meta(httpx.AsyncClient):
    """Meta's side: posts webhooks with its signature."""

    async def tell(self, payload: Any, *, secret: str = APP_SECRET) -> httpx.Response:
        return await self.tell_raw(json.dumps(payload).encode(), secret=secret)

    async def tell_raw(self, body: bytes, *, secret: str = APP_SECRET) -> httpx.Response:
        return await self.post(PATH, content=body, headers={HEADER: sign(body, secret)})


@asynccontextmanager
async def serving(channel: InputChannel) -> AsyncIterator[Meta]:
    app = new_app()
    register([channel], app, route="/webhooks/")
    async with served(app) as address, Meta(base_url=address, timeout=PATIENCE_SECONDS) as meta:
        yield meta


@asynccontextmanager
async def routes(inbox: InboxProtocol) -> AsyncIterator[Meta]:
    async with serving(RoutesOnly(options(), inbox)) as meta:
        yield meta
