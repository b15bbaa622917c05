"""Assistant processes in one test: real queue, real database, an assistant and a channel that do as they are told."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sanic import Blueprint
from sqlalchemy import text

from deskhand.channels.delivery.contracts import Address, Limits, Part, SendResult, Sent
from deskhand.channels.delivery.keeping import MediaKeeper
from deskhand.channels.delivery.sending import Later
from deskhand.channels.delivery.serving import Delivery
from deskhand.conversation.model import Attachment, InboundMessage, Message, Reply
from deskhand.settings import Settings
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.desk.meanwhile import Meanwhile
from deskhand.store.inbox import Inbox
from deskhand.store.media import Media
from deskhand.store.turns import Turns
from tests.patience import PATIENCE_SECONDS

CHANNEL = "whatsapp"
UNLIMITED = Limits(per_second=10_000)

_numbers = itertools.count(1)


@dataclass
class Assistant:
    """Answers with an echo, or as `answering` says. What it answered it remembers, as Rasa's tracker does."""

    answering: Callable[[str], Awaitable[list[Reply]]] | None = None
    heard: list[tuple[UUID, str]] = field(default_factory=list)
    tracker: dict[UUID, list[Reply]] = field(default_factory=dict)
    greeted: list[UUID] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    """What was said while agents had control."""

    def ready(self) -> bool:
        return True

    async def start(self, conversation_id: UUID) -> list[Reply]:
        self.greeted.append(conversation_id)
        return [Reply("Hi, I'm an AI assistant.")]

    async def answer(self, conversation_id: UUID, words: str, message_id: UUID) -> list[Reply]:
        self.heard.append((conversation_id, words))
        replies = await self.answering(words) if self.answering else [Reply(f"re: {words}")]
        self.tracker[message_id] = replies
        return replies

    async def tell(self, conversation_id: UUID, meanwhile: Sequence[Meanwhile]) -> list[Reply]:
        self.told += [(one.author.value, one.text) for one in meanwhile]
        return []

    async def taken_before(self, conversation_id: UUID, message_id: UUID) -> list[Reply] | None:
        return self.tracker.get(message_id)

    @property
    def words(self) -> list[str]:
        return [words for _, words in self.heard]


@dataclass
class Channel:
    """A channel's API as its connection sees it. Splits texts at "|"."""

    limits: Limits = UNLIMITED
    sending: Callable[[str, int], Awaitable[SendResult]] | None = None
    """Gets the text and which try of it this is."""
    sent: list[tuple[str, str]] = field(default_factory=list)
    """To whom and what, as far as the API took it."""
    tries: dict[str, int] = field(default_factory=dict)
    typing: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    files: dict[str, bytes | Exception] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    name: str = CHANNEL

    def parts(self, message: Message, address: Address) -> Sequence[Part]:
        if message.text == "unspeakable":
            raise ValueError(message.text)
        return [Part({"text": part}) for part in message.text.split("|") if part]

    async def send(self, part: Part, address: Address, idempotency_key: str) -> SendResult:
        words = str(part.payload["text"])
        self.tries[words] = self.tries.get(words, 0) + 1
        self.keys.append(idempotency_key)
        result = await self.sending(words, self.tries[words]) if self.sending else Sent(f"w{next(_numbers)}")
        if isinstance(result, Sent):
            self.sent.append((address.external_id, words))
        return result

    async def show_typing(self, address: Address, external_id: str | None) -> None:
        self.typing.append(address.external_id)

    async def fetch(self, attachment: Attachment) -> AsyncIterator[bytes]:
        media_id = attachment.media_id or ""
        self.fetched.append(media_id)
        file = self.files[media_id]
        if isinstance(file, Exception):
            raise file
        for at in range(0, len(file), 4):
            yield file[at : at + 4]

    async def close(self) -> None:
        pass

    def texts(self, contact: str = "ann") -> list[str]:
        return [words for whom, words in self.sent if whom == contact]


@dataclass
class World:
    """The database, seen from outside, and as many assistant processes as a test starts."""

    db: Database
    assistant: Assistant
    channel: Channel
    settings: Settings
    stack: AsyncExitStack
    dead_after_seconds: float = 15.0
    processes: list[Delivery] = field(default_factory=list)

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.db)

    @property
    def conversations(self) -> Conversations:
        return Conversations(self.db)

    async def start(self) -> Delivery:
        """Another assistant process, with connections of its own."""
        delivery = self.make()
        await delivery.start()
        self.processes.append(delivery)
        self.stack.push_async_callback(delivery.stop)
        return delivery

    def make(self) -> Delivery:
        async def opened() -> Database:
            return Database(self.db.url)

        delivery = Delivery(
            settings=self.settings,
            open_database=opened,
            dead_after_seconds=self.dead_after_seconds,
            retry_pauses_seconds=(0.01, 0.02),
        )
        for name, connect in ((CHANNEL, lambda: self.channel), ("webchat", None)):
            delivery.join(Blueprint(f"b{next(_numbers)}"), name, _nobody, connect, assistant=self.assistant)
        return delivery

    def keeper(self) -> MediaKeeper:
        return MediaKeeper(Media(self.db), {CHANNEL: self.channel}, self.settings.media_max_bytes)

    async def pause_of(self, work: Awaitable[None]) -> float | None:
        """When it wants to be called again."""
        try:
            await work
        except Later as later:
            return later.seconds
        return None

    async def write(self, words: str, contact: str = "ann", **options: Any) -> UUID:
        """A customer writes. Returns the conversation's id."""
        message = inbound(words, contact, **options)
        (received,) = await self.inbox.take([message])
        return received.conversation.id

    async def settled(self) -> None:
        """Until nothing waits for a turn or to be sent, and no job is left."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while await self.count(_UNSETTLED):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            left = [dict(row._mapping) for query in _WHAT_IS_LEFT for row in await self.rows(query)]
            raise AssertionError("Not settled: " + "\n".join(map(str, left))) from None

    async def count(self, query: str, **values: Any) -> int:
        async with self.db.begin() as connection:
            return int(await connection.scalar(text(query), values) or 0)

    async def rows(self, query: str, **values: Any) -> list[Any]:
        async with self.db.begin() as connection:
            return list((await connection.execute(text(query), values)).all())

    async def texts(self, conversation_id: UUID) -> list[str]:
        return [f"{one.author}: {one.text}" for one in await self.conversations.history(conversation_id)]

    async def is_settled(self, conversation_id: UUID) -> bool:
        return await Turns(self.db).is_settled(conversation_id)


_UNSETTLED = """
    SELECT (SELECT count(*) FROM deskhand.messages WHERE awaits_turn)
        + (SELECT count(*) FROM deskhand.turns WHERE state = 'running')
        + (SELECT count(*) FROM deskhand.sends WHERE state IN ('queued', 'sending'))
        + (SELECT count(*) FROM deskhand_queue.procrastinate_jobs)
"""

_WHAT_IS_LEFT = (
    "SELECT now() AS the_time",
    "SELECT id, seq, author, awaits_turn, turn_id FROM deskhand.messages",
    "SELECT * FROM deskhand.turns",
    "SELECT id, state, attempts, repeats, not_before, started_at, queued_at FROM deskhand.sends",
    "SELECT * FROM deskhand_queue.procrastinate_jobs",
    "SELECT * FROM deskhand_queue.procrastinate_workers",
    "SELECT application_name, state, wait_event_type, wait_event, state_change, left(query, 200) AS query "
    "FROM pg_stat_activity WHERE datname = current_database()",
)


def inbound(words: str, contact: str = "ann", **options: Any) -> InboundMessage:
    channel = options.pop("channel", CHANNEL)
    external_id = options.pop("external_id", f"in{next(_numbers)}")
    return InboundMessage(channel, contact, external_id, words, **options)


async def _nobody(_message: Any) -> None:
    raise AssertionError("Rasa is not here")


@asynccontextmanager
async def world_on(db: Database, **settings: Any) -> AsyncIterator[World]:
    options = {"turn_pause_seconds": 0.0, **settings}
    async with AsyncExitStack() as stack:
        yield World(db, Assistant(), Channel(), Settings(**options), stack)


@pytest.fixture
async def world(db: Database) -> AsyncIterator[World]:
    async with world_on(db) as made:
        yield made
