"""Asking Telegram for updates, for machines that Telegram cannot reach.

Only one process may ask, as Telegram hands each update to whoever asks first: the one that holds a lock of the
database. When it ends in any way, another takes over. What was handed out and not stored is handed out again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from pydantic import ValidationError

from deskhand.channels.telegram.client import BotApi
from deskhand.channels.telegram.errors import TelegramError, TelegramRefused, TelegramUnavailable
from deskhand.channels.telegram.intake import Intake
from deskhand.channels.telegram.schema import ALLOWED_UPDATES, NumberedUpdate, Update
from deskhand.store.database import CONNECT_TIMEOUT_SECONDS, Database
from deskhand.store.errors import DatabaseUnavailable
from deskhand.store.urls import libpq_url

log = logging.getLogger(__name__)

POLL_SECONDS = 50
"""How long Telegram holds a question open when there is nothing new."""
RETRY_SECONDS = 5.0
CONFLICT_SECONDS = 30.0
TRIES = 5
"""Of an update that fails although database and Telegram are there."""

_LOCK = 7_307_146
"""Of PostgreSQL's advisory locks, together with the bot's number."""

WEBHOOK_IS_SET = (
    "Telegram delivers this bot's updates to a webhook, so none can be asked for. If that webhook is no longer in use: "
    "`deskhand telegram disconnect`. If another program asks for them, too, end it. Trying again in %d s."
)


class Poller:
    def __init__(
        self,
        api: BotApi,
        intake: Intake,
        bot_id: int,
        *,
        poll_seconds: int = POLL_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
        conflict_seconds: float = CONFLICT_SECONDS,
    ) -> None:
        self._api = api
        self._intake = intake
        self._bot_id = bot_id
        self._poll_seconds = poll_seconds
        self._retry_seconds = retry_seconds
        self._conflict_seconds = conflict_seconds
        self._offset = 0
        """The first update that is not stored yet: asking for it confirms those before it."""
        self._failures = (-1, 0)
        """The number of the update that failed last, and how often it did."""

    async def run(self, database: Callable[[], Awaitable[Database]]) -> None:
        """Until it is cancelled. Whatever goes wrong is tried again."""
        while True:
            try:
                async with self._alone((await database()).url) as lock:
                    log.info("This process asks Telegram for updates.")
                    await self._ask_on(lock)
            except (DatabaseUnavailable, psycopg.Error) as exc:
                log.error("Telegram is not asked for updates: the database is away (%s).", type(exc).__name__)
            except TelegramRefused as exc:
                await self._say_why(exc)
            except TelegramError as exc:
                log.warning("Telegram could not be asked for updates: %s", exc)
            except Exception as exc:
                log.error("Asking Telegram for updates failed: %s", type(exc).__name__)
            await asyncio.sleep(self._retry_seconds)

    async def _ask_on(self, lock: psycopg.AsyncConnection[Any]) -> None:
        while True:
            await lock.execute("SELECT 1")  # the lock is gone when the connection is
            found = await self._ask()
            if not found:
                # All are confirmed. After a week of silence Telegram may go on with smaller numbers.
                self._offset = 0
            for raw in found:
                number = NumberedUpdate.model_validate(raw).update_id
                await self._take(raw, number)
                self._offset = number + 1

    async def _ask(self) -> list[Any]:
        """Raises `TelegramError`."""
        asked = {"offset": self._offset, "timeout": self._poll_seconds, "allowed_updates": ALLOWED_UPDATES}
        found = await self._api.call("getUpdates", asked, timeout_seconds=self._poll_seconds + 10)
        if not isinstance(found, list):
            raise TelegramUnavailable("Telegram's answer is no list of updates.")
        return found

    async def _take(self, raw: object, number: int) -> None:
        """Raises `DatabaseUnavailable` and `TelegramError`, and anything else unless it is always raised."""
        try:
            update = Update.model_validate_json(json.dumps(raw))
        except ValidationError:
            log.error("Update %d of Telegram's was left out: it cannot be read.", number)
            return
        try:
            await self._intake.take(update)
        except (DatabaseUnavailable, TelegramError):
            raise
        except Exception as exc:
            self._failures = (number, self._failures[1] + 1 if self._failures[0] == number else 1)
            if self._failures[1] < TRIES:
                raise
            # It must not keep everybody else waiting for ever.
            log.error("Update %d of Telegram's was left out: %s.", number, type(exc).__name__)

    @asynccontextmanager
    async def _alone(self, database_url: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """A connection that holds the lock. Waits until it gets it. Raises `DatabaseUnavailable`."""
        try:
            connection = await psycopg.AsyncConnection.connect(
                libpq_url(database_url),
                autocommit=True,
                connect_timeout=CONNECT_TIMEOUT_SECONDS,
                # A dead machine's lock must not stay for the hours that TCP waits.
                options="-c statement_timeout=0 -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10",
            )
        except psycopg.OperationalError as exc:
            raise DatabaseUnavailable(f"The database is away: {type(exc).__name__}") from exc
        async with connection:
            await connection.execute("SELECT pg_advisory_lock(%s, %s)", [_LOCK, self._bot_id % 2**31])
            yield connection

    async def _say_why(self, exc: TelegramRefused) -> None:
        if exc.code == 409:
            log.error(WEBHOOK_IS_SET, self._conflict_seconds)
            await asyncio.sleep(self._conflict_seconds)
        elif exc.code in {401, 404}:
            log.error("Telegram does not accept the bot's token: see credentials.yml. Trying again.")
            await asyncio.sleep(self._conflict_seconds)
        else:
            log.warning("Telegram could not be asked for updates: %s", exc)
            await asyncio.sleep(float(exc.retry_after_seconds or 0))
