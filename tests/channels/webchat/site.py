"""A real HTTP server with the web chat on it, a real database and queue, and an assistant that a test has speak."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import httpx
from rasa.core.channels.channel import register
from rasa.server import configure_cors
from sanic import Sanic
from sqlalchemy import text

from deskhand.channels.delivery.serving import Delivery
from deskhand.channels.webchat import WebChat
from deskhand.channels.webchat.backend import Backend, backend_on
from deskhand.channels.webchat.conversations import ChannelConversations
from deskhand.channels.webchat.options import WebChatOptions
from deskhand.conversation.model import Button, Reply
from deskhand.settings import Settings
from deskhand.store.database import Database
from deskhand.store.desk.meanwhile import Meanwhile
from deskhand.store.uploads import Uploads
from tests.patience import PATIENCE_SECONDS
from tests.sanic_servers import new_app, started

GENEROUS = WebChatOptions(
    messages_per_minute_and_session=1000,
    messages_per_minute_and_address=1000,
    sessions_per_minute_and_address=1000,
    reads_per_minute_and_session=100_000,
)
PREFIX = "/webhooks/webchat"

Answer = Callable[[UUID, str], Awaitable[list[Reply]]]


@dataclass
class FakeTurns:
    """Answers with an echo, or with whatever a test put into `answering`."""

    answering: Answer | None = None
    heard: list[tuple[UUID, str]] = field(default_factory=list)
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

    async def tell(self, conversation_id: UUID, meanwhile: Sequence[Meanwhile]) -> list[Reply]:
        return []

    async def taken_before(self, conversation_id: UUID, message_id: UUID) -> list[Reply] | None:
        return None

    @property
    def words(self) -> list[str]:
        return [words for _, words in self.heard]


@dataclass
class FakeMailbox:
    mails: list[Any] = field(default_factory=list)

    async def latest(self, limit: int) -> list[Any]:
        return self.mails[:limit]


class Browser(httpx.AsyncClient):
    """One visitor: keeps its token and knows the addresses."""

    cursor: str | None = None

    async def open(self, **body: object) -> dict[str, Any]:
        """The session, once the greeting is there."""
        session = await self.good("POST", "session", json=body)
        self.headers["authorization"] = f"Bearer {session['token']}"
        if session["thinking"]:
            session |= await self.settled()
        return session

    async def post_message(self, **message: object) -> dict[str, Any]:
        """The stored message, whose answer is still to come."""
        body = {"id": str(uuid4()), **message}
        told = await self.good("POST", "messages", json=body, status=202)
        stored: dict[str, Any] = told["message"]
        return stored

    async def say(self, text: str, message_id: str | None = None) -> dict[str, Any]:
        """The message and what followed it, once it is answered."""
        return await self._answered(await self.post_message(id=message_id or str(uuid4()), text=text))

    async def press(self, button_id: str, message_id: str | None = None) -> dict[str, Any]:
        return await self._answered(await self.post_message(id=message_id or str(uuid4()), button_id=button_id))

    async def read(self, after: str | None = None) -> dict[str, Any]:
        return await self.good("GET", "messages", params={"after": after} if after else {})

    async def settled(self, after: str | None = None) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (told := await self.read(after))["thinking"]:
                await asyncio.sleep(0.02)
        return told

    async def good(self, method: str, path: str, *, status: int = 200, **content: Any) -> dict[str, Any]:
        response = await self.request(method, path, **content)
        assert response.status_code == status, response.text
        body: dict[str, Any] = response.json()
        return body

    async def _answered(self, own: dict[str, Any]) -> dict[str, Any]:
        told = await self.settled(own["cursor"])
        return told | {"messages": [own, *told["messages"]]}


@dataclass
class Site:
    """The running server and its parts."""

    origin: str
    turns: FakeTurns
    store: ChannelConversations
    uploads: Uploads
    mailbox: FakeMailbox
    settings: Settings
    delivery: Delivery
    stop: Callable[[], Awaitable[None]]

    def browser(self, **headers: str) -> Browser:
        return Browser(base_url=f"{self.origin}{PREFIX}/", headers=headers, timeout=PATIENCE_SECONDS)


@asynccontextmanager
async def serving(
    database: Database | None,
    *,
    settings: Settings | None = None,
    options: WebChatOptions = GENEROUS,
    port: int = 0,
    turns: FakeTurns | None = None,
) -> AsyncIterator[Site]:
    """The web chat as Rasa would mount it, on a free port unless one is given."""
    turns, mailbox, settings = turns or FakeTurns(), FakeMailbox(), settings or Settings(turn_pause_seconds=0)

    async def open_database() -> Database:
        if database is None:
            raise RuntimeError("connection to 10.0.0.5 failed for text 'my secret'")
        return Database(database.url)

    def make_backend(opened: Database) -> Backend:
        return replace(backend_on(opened), mailbox=mailbox)

    delivery = Delivery(settings=settings, open_database=open_database)
    channel = WebChat(options, settings=settings, delivery=delivery, turns=turns, make_backend=make_backend)
    app = new_app()
    configure_cors(app)
    register([channel], app, route="/webhooks/")
    server, origin = await started(app, port)
    await delivery.start()
    if database is not None:
        await _workers(database)
    stopped = False

    async def stop() -> None:
        nonlocal stopped
        if not stopped:
            stopped = True
            await server.before_stop()
            await delivery.stop()
            server.close()
            await _goodbye(server)
            await server.after_stop()
            Sanic._app_registry.pop(app.name, None)

    store: Any = ChannelConversations(database) if database else None
    uploads: Any = Uploads(database) if database else None
    try:
        yield Site(origin, turns, store, uploads, mailbox, settings, delivery, stop)
    finally:
        await stop()


async def _workers(database: Database) -> None:
    """Until somebody takes turns, so that no test ends while workers are only beginning."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            async with database.begin() as connection:
                if await connection.scalar(text("SELECT count(*) FROM deskhand_queue.procrastinate_workers")):
                    return
            await asyncio.sleep(0.02)


async def _goodbye(server: Any) -> None:
    """Lets requests end, as sanic's own server does."""
    with suppress(TimeoutError):
        async with asyncio.timeout(5):
            while server.connections:
                for connection in list(server.connections):
                    connection.close_if_idle()
                await asyncio.sleep(0.02)
    for connection in list(server.connections):
        connection.abort()


ID = "7b0c3c1e-0f4d-4a53-8a30-0a51c3c6c001"
"""Of a message."""


def error_of(response):
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    return response.status_code, body["error"]["code"]
