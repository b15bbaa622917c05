"""A bot without a public address: who asks for updates, and what becomes of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psycopg
import pytest
from pydantic import SecretStr

from deskhand.channels.telegram.client import BotApi
from deskhand.channels.telegram.intake import Intake
from deskhand.channels.telegram.polling import Poller
from deskhand.channels.telegram.updates import CommandWords
from deskhand.store.database import Database
from deskhand.store.errors import DatabaseUnavailable
from tests.patience import PATIENCE_SECONDS

from .bot_api import BOT_ID, TOKEN, BotApiDouble, Fault
from .conftest import PATH, SECRET, Remembering, bot_on
from .samples import message, pressed, update, wrote


class Process:
    """An assistant process that asks."""

    def __init__(self, telegram: BotApiDouble, db: Database) -> None:
        self.inbox = Remembering()
        self.api = BotApi(SecretStr(TOKEN), telegram.url)
        self.db = db

        async def moved(_move: object) -> None:
            raise AssertionError

        intake = Intake(self.api, self.inbox, moved, CommandWords())
        self.poller = Poller(self.api, intake, BOT_ID, poll_seconds=1, retry_seconds=0.05, conflict_seconds=0.1)

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.inbox.events]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Process]:
        async def database() -> Database:
            return self.db

        task = asyncio.create_task(self.poller.run(database))
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self.api.close()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():
            await asyncio.sleep(0.01)


@pytest.fixture
async def process(telegram: BotApiDouble, db: Database) -> AsyncIterator[Process]:
    async with Process(telegram, db).running() as one:
        yield one


async def test_updates_are_asked_for_in_order_and_once(process: Process, telegram: BotApiDouble):
    telegram.tell(*[wrote(f"{number}") for number in range(250)])
    await until(lambda: len(process.texts) >= 250)
    telegram.tell(wrote("last"))
    await until(lambda: "last" in process.texts)
    assert process.texts == [*map(str, range(250)), "last"]


async def test_what_could_not_be_stored_is_asked_for_again(process: Process, telegram: BotApiDouble):
    process.inbox.failing = DatabaseUnavailable("away")
    telegram.tell(wrote("1"), wrote("2"))
    await until(lambda: telegram.asking >= 3)
    process.inbox.failing = None
    await until(lambda: len(process.texts) >= 2)
    assert process.texts == ["1", "2"]


async def test_one_that_always_fails_does_not_keep_the_others(process: Process, telegram: BotApiDouble):
    poison = wrote("poison")
    taken = process.inbox.take

    async def take(events):
        if events[0].text == "poison":
            raise RuntimeError
        await taken(events)

    process.inbox.take = take
    telegram.tell(wrote("1"), poison, wrote("2"), update(message={"broken": True}), wrote("3"))
    await until(lambda: "3" in process.texts)
    assert process.texts == ["1", "2", "3"]


async def test_numbers_that_begin_again_from_below_are_read(process: Process, telegram: BotApiDouble):
    telegram.tell({**wrote("before a silent week"), "update_id": 900_000})
    await until(lambda: process.texts)
    asked = telegram.asking
    await until(lambda: telegram.asking >= asked + 2)  # one that confirms, and one after it
    telegram.tell({**wrote("after it"), "update_id": 17})
    await until(lambda: len(process.texts) == 2)


async def test_pressed_buttons_are_answered(process: Process, telegram: BotApiDouble):
    telegram.tell(pressed("b1"))
    await until(lambda: telegram.sent("answerCallbackQuery"))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(500, "Internal Server Error"),
        Fault(429, "Too Many Requests", {"retry_after": 0}),
        Fault(409, "Conflict: terminated by other getUpdates request"),
        Fault(401, "Unauthorized"),
        Fault(200, body=b'{"ok": true, "result": 7}'),
        Fault(drops=True),
    ],
)
async def test_asking_goes_on_after_any_failure(telegram: BotApiDouble, db: Database, fault: Fault):
    telegram.fail("getUpdates", fault)
    telegram.tell(wrote("hi"))
    async with Process(telegram, db).running() as process:
        await until(lambda: process.texts == ["hi"])


async def test_a_webhook_is_not_taken_away_from_another_installation(telegram: BotApiDouble, db: Database, caplog):
    telegram.webhook = {"url": "https://live.example/webhooks/telegram/webhook", "allowed_updates": []}
    telegram.tell(wrote("hi"))
    async with Process(telegram, db).running() as process:
        await until(lambda: "deskhand telegram disconnect" in caplog.text)
        assert process.texts == []
        assert telegram.webhook
        telegram.webhook = {}
        await until(lambda: process.texts == ["hi"])


async def test_only_one_process_asks_and_another_takes_over_when_it_ends(telegram: BotApiDouble, db: Database):
    first, second = Process(telegram, db), Process(telegram, db)
    async with second.running():
        async with first.running():
            await until(lambda: telegram.asking)
            telegram.tell(wrote("1"))
            await until(lambda: first.texts or second.texts)
            asking, waiting = (first, second) if first.texts else (second, first)
            telegram.tell(wrote("2"))
            await until(lambda: len(asking.texts) == 2)
            assert waiting.texts == []
        telegram.tell(wrote("3"))
        await until(lambda: "3" in second.texts)


async def test_whoever_loses_the_database_stops_asking(telegram: BotApiDouble, db: Database):
    async with Process(telegram, db).running() as process:
        await until(lambda: telegram.asking)
        kill = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = "
        async with await psycopg.AsyncConnection.connect(db.url, autocommit=True) as other:
            mine = "(SELECT oid FROM pg_database WHERE datname = current_database())"
            cursor = await other.execute(f"{kill}{mine}")
            assert await cursor.fetchall() == [(True,)]
        telegram.tell(wrote("hi"))
        await until(lambda: process.texts == ["hi"])


async def test_the_whole_channel_works_by_asking_and_has_no_webhook(telegram: BotApiDouble, db: Database):
    async with bot_on(db, telegram, mode="polling") as bot:
        telegram.tell(update(message=message(text="hi")))
        await until(lambda: "re: hi" in bot.texts())
        assert (await bot.client.post(PATH, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET})).status_code == 404
