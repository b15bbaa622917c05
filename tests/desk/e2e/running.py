"""Everything that runs in production, started once: the model's assistant, its actions, the channels' server, the desk.

Only WhatsApp and Telegram themselves are doubles, on loopback, which refuse what those would refuse.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.async_api import Browser
from sqlalchemy import text

from benchmarks import delivery_stack
from benchmarks.delivery_doubles import Doubles, credentials
from benchmarks.delivery_stack import NO_LIMIT, ServerProcess, Stack
from deskhand.channels.delivery.chores import CHORES_TASK
from deskhand.conversation.model import Conversation as Stored
from deskhand.conversation.people import Role
from deskhand.e2e.stack import free_ports
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.desk.agents import Agents
from deskhand.store.desk.canned import CannedReplies
from deskhand.store.queue import TURN_QUEUE
from deskhand.store.tracker_events import TrackerEvents
from deskhand.store.turns import Turns
from tests.channels.telegram import bot_api
from tests.channels.whatsapp import cloud_api
from tests.desk.site import PASSWORD, QUICK
from tests.patience import PATIENCE_SECONDS

LOOK_SECONDS = 0.03

# Somebody is there whenever the tests run; who is not says so with a holiday.
ALWAYS_OPEN = {
    "DESKHAND_DESK_DAYS": "[0, 1, 2, 3, 4, 5, 6]",
    "DESKHAND_DESK_OPENS": "00:00:00",
    "DESKHAND_DESK_CLOSES": "23:59:59.999999",
    "DESKHAND_DESK_LONG_LINE": "100",
    "DESKHAND_TURN_PAUSE_SECONDS": "0",
    "DESKHAND_SMTP_HOST": "",
    "DESKHAND_LLM_URL": "",
}
_GENEROUS = dict.fromkeys(
    (
        "messages_per_minute_and_session",
        "messages_per_minute_and_address",
        "sessions_per_minute_and_address",
        "reads_per_minute_and_session",
    ),
    NO_LIMIT,
)
PEOPLE = {
    "Ada Admin": Role.ADMINISTRATOR,
    "Ann Archer": Role.AGENT,
    "Ben Nevis": Role.AGENT,
    "Gerda Weiß": Role.AGENT,
}
_NEWEST = """
    SELECT talk.id FROM deskhand.conversations AS talk JOIN deskhand.contacts AS contact ON contact.id = talk.contact_id
    WHERE contact.channel = :channel AND contact.external_id = :who ORDER BY talk.opened_at DESC LIMIT 1
"""
_DEFER = """
    SELECT deskhand_queue.procrastinate_defer_jobs_v1(ARRAY[ROW(
        CAST(:queue AS text), CAST(:task AS text), 0, CAST(:task AS text), NULL, '{"timestamp": 0}'::jsonb, NULL
    )::deskhand_queue.procrastinate_job_to_defer_v1])
"""


@dataclass
class Whole:
    """The running whole, as a test reaches it."""

    db: Database
    doubles: Doubles
    channels_url: str
    desk_url: str
    browser: Browser
    pictures: Path | None

    @property
    def whatsapp(self) -> cloud_api.CloudApi:
        return self.doubles.whatsapp

    @property
    def telegram(self) -> bot_api.BotApiDouble:
        return self.doubles.telegram

    async def conversation(self, channel: str, external_id: str) -> Stored:
        found = await self.run(_NEWEST, channel=channel, who=external_id)
        return await self.get(found.scalar_one())

    async def get(self, conversation_id: UUID) -> Stored:
        return await Conversations(self.db).get(conversation_id)

    async def does_chores(self) -> None:
        """What the assistant does every minute, now: on a real clock these tests would wait for minutes."""
        await self.run(_DEFER, queue=TURN_QUEUE, task=CHORES_TASK)

    async def run(self, query: str, **values: Any) -> Any:
        async with self.db.begin() as connection:
            return await connection.execute(text(query), values)

    async def settled(self, conversation_id: UUID) -> None:
        """Until everything that was said has been dealt with."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await Turns(self.db).is_settled(conversation_id):
                await asyncio.sleep(LOOK_SECONDS)

    async def remembers(self, conversation_id: UUID) -> str:
        """All that Rasa remembers of the conversation."""
        return str([one.data for one in await TrackerEvents(self.db).since(str(conversation_id), 1)])


Conversation = Callable[[Whole], Awaitable[None]]
"""One from its first word to its end."""


async def until(what: Callable[[], Any], told: Callable[[], str]) -> Any:
    """The first true thing that `what` gives; what else there was instead is told after a minute."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (found := what()):
                await asyncio.sleep(LOOK_SECONDS)
            return found
    except TimeoutError:
        raise AssertionError(told()) from None


@asynccontextmanager
async def started(model: Path, logs: Path, browser: Browser, pictures: Path | None) -> AsyncIterator[Whole]:
    async with cloud_api.running() as whatsapp, bot_api.running() as telegram:
        doubles = Doubles(whatsapp, telegram)
        async with (
            delivery_stack.started(
                1,
                credentials(doubles, **_GENEROUS),
                model=model,
                log_folder=logs,
                more_environment=ALWAYS_OPEN,
                apart=True,
            ) as stack,
            _desk(stack, logs) as desk_url,
        ):
            assert stack.channels is not None
            db = Database(stack.database_url)
            await _staff(db)
            yield Whole(db, doubles, stack.channels.url, desk_url, browser, pictures)
            await db.close()
        assert doubles.complaints == []


@asynccontextmanager
async def _desk(stack: Stack, logs: Path) -> AsyncIterator[str]:
    assert stack.channels is not None
    (port,) = free_ports(1)
    environment = {
        **stack.channels.environment,
        "DESKHAND_DESK_PORT": str(port),
        "DESKHAND_ASSISTANT_URL": stack.channels.url,
    }
    command = [sys.executable, "-m", "deskhand.desk"]
    desk = ServerProcess(command, port, environment, logs / "desk.log", "/health")
    try:
        await desk.start()
        yield desk.url
    finally:
        await desk.kill()


async def _staff(db: Database) -> None:
    agents = Agents(db, passwords=QUICK)
    for name, role in PEOPLE.items():
        email = f"{name.split()[0].lower()}@fernway.example"
        added = await agents.add(
            None, email=email, name=name, role=role, password=PASSWORD, teams=(), must_change_password=False
        )
        if role is Role.ADMINISTRATOR:
            words = "Hello {{contact.first_name}}, this is {{agent.name}} from Fernway. I am looking into it."
            await CannedReplies(db).save(added, "hello", "Hello", words)
