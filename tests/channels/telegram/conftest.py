"""A Bot API on loopback, and the channel on a real server: with real delivery, or with an inbox that only remembers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr
from rasa.core.channels.channel import register
from sanic import Blueprint
from sqlalchemy import text

from deskhand.channels.delivery.serving import Delivery
from deskhand.channels.telegram import Telegram
from deskhand.channels.telegram.client import BotApi
from deskhand.channels.telegram.intake import Intake
from deskhand.channels.telegram.options import TelegramOptions
from deskhand.channels.telegram.updates import ChatMoved
from deskhand.channels.telegram.webhook import SECRET_HEADER, Webhook
from deskhand.conversation.model import InboundEvent, Reply
from deskhand.settings import Settings
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.desk.meanwhile import Meanwhile
from tests.patience import PATIENCE_SECONDS
from tests.sanic_servers import new_app, served

from .bot_api import TOKEN, BotApiDouble, running

SECRET = "s3cret_of-the-webhook"
PATH = "/webhooks/telegram/webhook"


@pytest.fixture
async def telegram() -> AsyncIterator[BotApiDouble]:
    async with running() as double:
        yield double


@pytest.fixture
async def api(telegram: BotApiDouble) -> AsyncIterator[BotApi]:
    client = BotApi(SecretStr(TOKEN), telegram.url, call_seconds=2)
    yield client
    await client.close()


def options_for(telegram: BotApiDouble, **options: Any) -> TelegramOptions:
    return TelegramOptions(token=TOKEN, secret_token=SECRET, api_url=telegram.url, **options)


@dataclass
class Remembering:
    """An inbox in memory, which can be told to fail."""

    events: list[InboundEvent] = field(default_factory=list)
    choices: Mapping[str, str] = field(default_factory=dict)
    failing: BaseException | None = None

    async def take(self, events: Sequence[InboundEvent]) -> None:
        if self.failing is not None:
            raise self.failing
        self.events += events

    async def reply_choices(self, channel: str, contact_external_id: str) -> Mapping[str, str]:
        return self.choices


@dataclass
class Hook:
    """A served webhook, and whoever posts to it."""

    client: httpx.AsyncClient
    inbox: Remembering
    moved: list[ChatMoved]
    intake: Intake

    async def post(self, content: Any, secret: str | None = SECRET, **options: Any) -> int:
        headers = {SECRET_HEADER: secret} if secret is not None else {}
        body = {"content": content} if isinstance(content, bytes) else {"json": content}
        answer = await self.client.post(PATH, headers={**headers, **options.pop("headers", {})}, **body, **options)
        assert answer.content == b""
        return answer.status_code


@asynccontextmanager
async def serving(add: Callable[[Any], None]) -> AsyncIterator[str]:
    """A server on a free port with what `add` puts on it, and its address."""
    app = new_app()
    add(app)
    async with served(app) as address:
        yield address


@pytest.fixture
async def hook(telegram: BotApiDouble, api: BotApi) -> AsyncIterator[Hook]:
    async with hook_on(telegram, api) as made:
        yield made


@asynccontextmanager
async def hook_on(telegram: BotApiDouble, api: BotApi, into: Any = None) -> AsyncIterator[Hook]:
    inbox, moved = into or Remembering(), []

    async def note(move: ChatMoved) -> None:
        moved.append(move)

    intake = Intake(api, inbox, note, options_for(telegram).words)
    blueprint = Blueprint(f"b{uuid4().hex}", url_prefix="/webhooks/telegram")
    Webhook(SecretStr(SECRET), intake).add_to(blueprint)
    async with (
        serving(lambda app: app.blueprint(blueprint)) as origin,
        httpx.AsyncClient(base_url=origin, timeout=PATIENCE_SECONDS) as client,
    ):
        yield Hook(client, inbox, moved, intake)
        await intake.close()


# -- the whole channel

Answer = Callable[[str], Awaitable[list[Reply]]]


@dataclass
class Assistant:
    """Answers with an echo, or as a test says."""

    answering: Answer | None = None
    heard: list[str] = field(default_factory=list)

    def ready(self) -> bool:
        return True

    async def start(self, conversation_id: UUID) -> list[Reply]:
        return [Reply("Hi, I'm an AI assistant.")]

    async def answer(self, conversation_id: UUID, words: str, message_id: UUID) -> list[Reply]:
        self.heard.append(words)
        return await self.answering(words) if self.answering else [Reply(f"re: {words}")]

    async def tell(self, conversation_id: UUID, meanwhile: Sequence[Meanwhile]) -> list[Reply]:
        return []

    async def taken_before(self, conversation_id: UUID, message_id: UUID) -> list[Reply] | None:
        return None


@dataclass
class Bot:
    """The channel as customers meet it: Telegram on one side, the database on the other."""

    telegram: BotApiDouble
    db: Database
    assistant: Assistant
    client: httpx.AsyncClient
    channel: Telegram

    async def deliver(self, *updates: dict[str, Any]) -> None:
        """As Telegram does, one after the other; until everything is answered."""
        for one in updates:
            answer = await self.client.post(PATH, headers={SECRET_HEADER: SECRET}, json=one)
            assert answer.status_code == 200
        await self.settled()

    async def settled(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.scalar(_UNSETTLED):
                await asyncio.sleep(0.02)

    async def scalar(self, query: str, **values: Any) -> Any:
        async with self.db.begin() as connection:
            return await connection.scalar(text(query), values)

    async def rows(self, query: str, **values: Any) -> list[Any]:
        async with self.db.begin() as connection:
            return list((await connection.execute(text(query), values)).all())

    @property
    def conversations(self) -> Conversations:
        return Conversations(self.db)

    def texts(self, chat_id: int = 42) -> list[str]:
        return [one["text"] for one in self.telegram.sent() if one["chat_id"] == chat_id]


_UNSETTLED = """
    SELECT (SELECT count(*) FROM deskhand.messages WHERE awaits_turn)
        + (SELECT count(*) FROM deskhand.turns WHERE state = 'running')
        + (SELECT count(*) FROM deskhand.sends WHERE state IN ('queued', 'sending'))
        + (SELECT count(*) FROM deskhand_queue.procrastinate_jobs WHERE attempts = 0)
"""


@asynccontextmanager
async def bot_on(db: Database, telegram: BotApiDouble, **options: Any) -> AsyncIterator[Bot]:
    assistant = Assistant()

    async def opened() -> Database:
        return Database(db.url)

    async def nobody(_message: Any) -> None:
        raise AssertionError("Rasa is not here")

    delivery = Delivery(settings=Settings(turn_pause_seconds=0), open_database=opened)
    channel = Telegram(options_for(telegram, **options), delivery=delivery, assistant=assistant)
    async with (
        serving(lambda app: register([channel], app, route="/webhooks/")) as origin,
        httpx.AsyncClient(base_url=origin, timeout=PATIENCE_SECONDS) as client,
    ):
        yield Bot(telegram, db, assistant, client, channel)


@pytest.fixture
async def bot(db: Database, telegram: BotApiDouble) -> AsyncIterator[Bot]:
    async with bot_on(db, telegram) as made:
        yield made
