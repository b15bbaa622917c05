"""A real HTTP server with the web chat on it, a real database, and an assistant that does what a test says."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from rasa.core.channels.channel import register
from sanic import Sanic

from deskhand.channels.conversations import ChannelConversations
from deskhand.channels.webchat import WebChat
from deskhand.channels.webchat.backend import Backend, LateBackend
from deskhand.channels.webchat.options import WebChatOptions
from deskhand.conversation.model import Button, Reply
from deskhand.settings import Settings
from deskhand.store.database import Database

GENEROUS = WebChatOptions(
    messages_per_minute_and_session=1000, messages_per_minute_and_address=1000, sessions_per_minute_and_address=1000
)
PREFIX = "/webhooks/webchat"

Answer = Callable[[UUID, str], Awaitable[list[Reply]]]


@dataclass
class FakeTurns:
    """Answers with an echo, or with whatever a test put into `answering`."""

    answering: Answer | None = None
    heard: list[tuple[UUID, str]] = field(default_factory=list)
    taken: dict[UUID, list[Reply]] = field(default_factory=dict)
    is_ready: bool = True
    greeting: list[Reply] = field(
        default_factory=lambda: [Reply("Hi, I'm Fern, an AI assistant.", (Button("Track an order", "/order_status"),))]
    )

    def ready(self) -> bool:
        return self.is_ready

    async def start(self, conversation_id: UUID) -> list[Reply]:
        return self.greeting

    async def answer(self, conversation_id: UUID, words: str, message_id: UUID) -> list[Reply]:
        self.heard.append((conversation_id, words))
        if self.answering is not None:
            return await self.answering(conversation_id, words)
        return [Reply(f"You said: {words}")]

    async def taken_before(self, conversation_id: UUID, message_id: UUID) -> list[Reply] | None:
        return self.taken.get(message_id)

    @property
    def words(self) -> list[str]:
        return [words for _, words in self.heard]


@dataclass
class FakeMailbox:
    mails: list[Any] = field(default_factory=list)

    async def latest(self, limit: int) -> list[Any]:
        return self.mails[:limit]


class Browser(httpx.AsyncClient):
    """One visitor: keeps its cookie and knows the addresses."""

    async def open(self, **body: object) -> dict[str, Any]:
        return await self._good(self.post("session", json=body))

    async def say(self, text: str, message_id: str | None = None) -> dict[str, Any]:
        return await self._good(self.post("messages", json={"id": message_id or str(uuid4()), "text": text}))

    async def press(self, button_id: str, message_id: str | None = None) -> dict[str, Any]:
        return await self._good(self.post("messages", json={"id": message_id or str(uuid4()), "button_id": button_id}))

    async def read(self, after: int = 0) -> dict[str, Any]:
        return await self._good(self.get(f"messages?after={after}"))

    @staticmethod
    async def _good(request: Awaitable[httpx.Response]) -> dict[str, Any]:
        response = await request
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        return body


@dataclass
class Site:
    """The running server and its parts."""

    origin: str
    turns: FakeTurns
    store: ChannelConversations
    mailbox: FakeMailbox
    settings: Settings
    app: Any

    def browser(self, **headers: str) -> Browser:
        return Browser(base_url=f"{self.origin}{PREFIX}/", headers=headers, timeout=20)


@asynccontextmanager
async def serving(
    database: Database | None,
    *,
    settings: Settings | None = None,
    options: WebChatOptions = GENEROUS,
    open_backend: Callable[[], Awaitable[Backend]] | None = None,
) -> AsyncIterator[Site]:
    """The web chat as Rasa would mount it, on a free port."""
    turns, mailbox, settings = FakeTurns(), FakeMailbox(), settings or Settings()
    store: Any = ChannelConversations(database) if database else None

    async def backend() -> Backend:
        assert database is not None
        return Backend(store, mailbox, ping=database.connect, close=_nothing)

    channel = WebChat(options, settings=settings, backend=LateBackend(open_backend or backend), turns=turns)
    app: Any = Sanic(f"test-{uuid4().hex}", configure_logging=False)
    app.config.TOUCHUP = False  # it rewrites sanic's own code, which works for one app in a process only
    register([channel], app, route="/webhooks/")
    listening = socket.create_server(("127.0.0.1", 0))
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.start_serving()
    try:
        port = listening.getsockname()[1]
        yield Site(f"http://127.0.0.1:{port}", turns, store, mailbox, settings, app)
    finally:
        server.close()
        await server.after_stop()
        Sanic._app_registry.pop(app.name, None)


async def _nothing() -> None:
    pass


@pytest.fixture
async def site(db: Database) -> AsyncIterator[Site]:
    async with serving(db) as running:
        yield running


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[Browser]:
    async with site.browser() as visitor:
        await visitor.open()
        yield visitor
