"""Deskhand with Chatwoot as its desk: a process that receives, takes turns and sends, beside Chatwoot's double."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from deskhand.channels.delivery.serving import ChannelBlueprint, Delivery
from deskhand.conversation.model import Conversation, HandoffPacket
from deskhand.settings import get_settings
from deskhand.store.database import Database
from tests.channels.delivery.conftest import CHANNEL, World, world_on
from tests.fakes import chatwoot as double
from tests.fakes.chatwoot import Chatwoot
from tests.patience import PATIENCE_SECONDS
from tests.sanic_servers import new_app, served

BOTS_SECRET = "chatwoot-agent-bot-secret"
PACKET = HandoffPacket(
    reason="billing_dispute",
    summary="The customer wants to dispute a charge.",
    tried=("Told them when they were charged",),
    slots={"order_number": "FW-204518"},
    crm_context={"customer_id": "C-900007", "name": "Priya Nair", "since": "2025-01-02"},
    identity="confirmed",
    open=("to dispute a charge",),
)


@dataclass
class Both:
    world: World
    chatwoot: Chatwoot

    async def hand_over(self, words: str = "you charged me twice", contact: str = "ann") -> UUID:
        """A customer writes, the assistant answers and asks for a person. Chatwoot knows all when this returns."""
        conversation_id = await self.world.write(words, contact)
        await self.world.settled()
        await self.world.conversations.request_handoff(conversation_id, PACKET)
        await self.settled()
        return conversation_id

    async def settled(self) -> None:
        """Nothing is left to do, on either side."""
        for _ in range(3):
            await self.world.settled()
            await self.chatwoot.quiet()

    async def get(self, conversation_id: UUID) -> Conversation:
        return await self.world.conversations.get(conversation_id)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():
                await asyncio.sleep(0.02)


@pytest.fixture
async def chatwoot() -> AsyncIterator[Chatwoot]:
    async with double.running() as one:
        yield one


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, chatwoot: Chatwoot) -> AsyncIterator[None]:
    """Of all of this process: each part of the store looks whether agents work outside."""
    named = {
        "DESK": "chatwoot",
        "CHATWOOT_URL": chatwoot.url,
        "CHATWOOT_ACCOUNT_ID": str(double.ACCOUNT),
        "CHATWOOT_INBOX_ID": str(double.INBOX),
        "CHATWOOT_TOKEN": double.TOKEN,
        "CHATWOOT_WEBHOOK_SECRET": f"{double.SECRET} {BOTS_SECRET}",
        "ASSISTANT_NAME": "Fern",
    }
    for name, value in named.items():
        monkeypatch.setenv(f"DESKHAND_{name}", value)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
async def both(db: Database, chatwoot: Chatwoot, settings: None) -> AsyncIterator[Both]:
    async with world_on(db) as world, serving(world) as url:
        chatwoot.webhook_url = f"{url}/webhooks/chatwoot/webhook"
        async with asyncio.timeout(PATIENCE_SECONDS):  # turns, sends and the desk's
            while await world.count("SELECT count(*) FROM deskhand_queue.procrastinate_workers") < 3:
                await asyncio.sleep(0.02)
        yield Both(world, chatwoot)
        await chatwoot.quiet()


@asynccontextmanager
async def serving(world: World) -> AsyncIterator[str]:
    """A server with one channel, as Rasa would mount it. Its address."""
    delivery: Delivery = world.make()
    app = new_app()
    blueprint = ChannelBlueprint(f"deskhand_{uuid4().hex}", delivery)
    delivery.join(blueprint, CHANNEL, _nobody, lambda: world.channel, assistant=world.assistant)
    app.blueprint(blueprint, url_prefix=f"/webhooks/{CHANNEL}")
    async with served(app) as address:
        yield address


async def _nobody(_message: Any) -> None:
    raise AssertionError("Rasa is not here")
