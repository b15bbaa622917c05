"""Delivery in a Rasa server: one instance a process, joined by each of its channels.

    delivery = the_delivery()
    blueprint = ChannelBlueprint("deskhand_whatsapp", delivery)
    delivery.join(blueprint, "whatsapp", on_new_message, connect=lambda: WhatsAppConnection(options))
    … await delivery.inbox.take(events)

The workers start with the server. A channel without `connect` has no API: its customers come and read, woken by
`delivery.changes`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Any

from rasa.core.channels.channel import UserMessage
from sanic import Blueprint, Sanic

from deskhand.channels.delivery import operations, presence
from deskhand.channels.delivery.chores import Chores
from deskhand.channels.delivery.contracts import Connection
from deskhand.channels.delivery.inbox import LateInbox
from deskhand.channels.delivery.keeping import MediaKeeper
from deskhand.channels.delivery.metrics import Metrics
from deskhand.channels.delivery.outside_desk import OutsideDesk
from deskhand.channels.delivery.sending import Sender
from deskhand.channels.delivery.stopping import heed_cancellation
from deskhand.channels.delivery.turning import PAUSES_SECONDS, TurnTaker
from deskhand.channels.delivery.workers import DEAD_AFTER_SECONDS, Workers, until
from deskhand.channels.outside import QueuedOutput
from deskhand.channels.turns import RasaTurns
from deskhand.channels.turns import Turns as Assistant
from deskhand.crm.opening import open_crm
from deskhand.settings import Settings, get_settings
from deskhand.store.backlog import read_backlog
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database, open_database
from deskhand.store.errors import DatabaseUnavailable
from deskhand.store.listening import Changes
from deskhand.store.media import Media
from deskhand.store.sends import Sends
from deskhand.store.turns import Turns

log = logging.getLogger(__name__)

RETRY_SECONDS = 2.0
LOOK_SECONDS = 2.0
"""How old a receiving process's knowledge may be of whether anybody takes turns."""
OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


class Delivery:
    """What channels hand messages to. Nothing is opened before it is needed."""

    def __init__(
        self,
        *,
        settings: Settings | None = None,
        open_database: Callable[[], Awaitable[Database]] = open_database,
        loaded_agent: Callable[[], Any] | None = None,
        dead_after_seconds: float = DEAD_AFTER_SECONDS,
        retry_pauses_seconds: Sequence[float] = PAUSES_SECONDS,
    ) -> None:
        self._retry_pauses_seconds = retry_pauses_seconds
        self._settings = settings
        self._open_database = open_database
        self._loaded_agent = loaded_agent or _loaded_agent
        self._dead_after_seconds = dead_after_seconds
        self._database: Database | None = None
        self._opening = asyncio.Lock()
        self._connect: dict[str, Callable[[], Connection]] = {}
        self._assistants: dict[str, Assistant] = {}
        self._connections: dict[str, Connection] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._takes_turns = True
        self._turns_are_taken = False
        self.inbox = LateInbox(self.database)
        self.changes = Changes()
        self.metrics = Metrics()
        self.desk = OutsideDesk(lambda: self._settings or get_settings(), self.database, self._connections)

    def join(
        self,
        blueprint: Blueprint,
        channel: str,
        on_new_message: OnNewMessage,
        connect: Callable[[], Connection] | None = None,
        *,
        assistant: Assistant | None = None,
    ) -> None:
        """To be called once by each channel, while Rasa registers it.

        `connect` makes the connection to the channel's API when the server starts. Tests give an assistant.
        """
        self._assistants[channel] = assistant or RasaTurns(
            on_new_message, self._loaded_agent, channel=channel, afterwards=QueuedOutput(channel, self.database)
        )
        if connect is not None:
            self._connect[channel] = connect

        # Functions: sanic takes a bound method for the arguments of a decorator, and registers nothing.
        async def start(_app: Sanic[Any, Any]) -> None:
            await self.start()

        async def stop(_app: Sanic[Any, Any]) -> None:
            await self.stop()

        blueprint.after_server_start(start)
        blueprint.before_server_stop(stop)

    def leave_turns_to_others(self) -> None:
        """To be called before the start, by a process without a model: it receives and sends."""
        self._takes_turns = False

    def only_takes_turns(self) -> bool:
        """Whether other processes receive and send."""
        settings = self._settings or get_settings()
        return self._takes_turns and settings.assistant_duties == "turns"

    async def database(self) -> Database:
        """Raises `DatabaseUnavailable`; the next call tries again."""
        async with self._opening:
            if self._database is None:
                self._database = await self._open_database()
            return self._database

    def connection(self, channel: str) -> Connection | None:
        """The channel's connection; None if the channel has no API, or before the server's start."""
        return self._connections.get(channel)

    def assistant_is_ready(self) -> bool:
        """Whether a message would be answered: by this process, or by any, if this one takes no turns."""
        if not self._takes_turns:
            return self._turns_are_taken
        return bool(self._assistants) and all(one.ready() for one in self._assistants.values())

    def workers_run(self) -> bool:
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    async def metrics_page(self) -> bytes:
        """Raises `DatabaseUnavailable`."""
        return self.metrics.page(await read_backlog(await self.database()))

    async def start(self) -> None:
        """Each joined channel's server listener calls it; the first call starts everything."""
        if self._tasks:
            return
        for talkative in ("procrastinate", "httpx"):  # a line for each job and each call; addresses may hold tokens
            logging.getLogger(talkative).setLevel(logging.WARNING)
        self._connections.update({channel: connect() for channel, connect in self._connect.items()})
        self._tasks.append(asyncio.create_task(self._work(), name="delivery"))

    async def stop(self) -> None:
        """Lets go what can be finished soon; the rest is taken up by another process, or by the next start."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for connection in self._connections.values():
            with contextlib.suppress(Exception):
                await connection.close()
        await self.desk.close()
        self._connections.clear()
        database, self._database = self._database, None
        if tasks and database is not None:
            await database.close()

    async def _work(self) -> None:
        """Until cancelled, through every absence of the database."""
        while True:
            try:
                database = await self.database()
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._run_workers(database), name="workers")
                    if not self.only_takes_turns():  # nobody waits here for what is new in a conversation
                        group.create_task(self.changes.listen(database.url), name="changes")
                    if self._takes_turns:
                        group.create_task(self._show_presence(database), name="presence")
                    else:
                        group.create_task(self._look_who_answers(database), name="who answers")
            except Exception as exc:
                heed_cancellation()
                log.error("Delivery does not run (%s). Trying again.", _kind(exc))
            await asyncio.sleep(RETRY_SECONDS)

    async def _run_workers(self, database: Database) -> None:
        channels = [] if self.only_takes_turns() else list(self._connections)
        ready = self.assistant_is_ready if self._takes_turns else None
        # Connections of their own: what is received must not wait for what is sent.
        sending = Database(database.url)
        try:
            await self._workers(database, sending).run(channels, ready)
        finally:
            await sending.close()

    async def _show_presence(self, database: Database) -> None:
        await until(self.assistant_is_ready)
        await presence.show(database.url)

    async def _look_who_answers(self, database: Database) -> None:
        while True:
            try:
                self._turns_are_taken = await presence.anybody(database)
            except DatabaseUnavailable:
                self._turns_are_taken = False
            await asyncio.sleep(LOOK_SECONDS)

    def _workers(self, database: Database, sending: Database) -> Workers:
        settings = self._settings or get_settings()
        taker = TurnTaker(
            Turns(database),
            Conversations(database),
            self._assistant_of,
            self._connections,
            self.metrics,
            pause_seconds=settings.turn_pause_seconds,
            retry_pauses_seconds=self._retry_pauses_seconds,
        )
        sender = Sender(Sends(sending), self._connections, self.metrics)
        return Workers(
            database,
            taker.take_all,
            sender.send_all,
            MediaKeeper(Media(database), self._connections, settings.media_max_bytes).keep_all,
            tell_desk=None if self.only_takes_turns() else self.desk.teller(database),
            do_chores=Chores(database, open_crm(database), abandon_hours=settings.abandon_hours).do,
            payload_days=settings.payload_days,
            dead_after_seconds=self._dead_after_seconds,
        )

    def _assistant_of(self, channel: str) -> Assistant:
        """Of a channel that is not served here any more, too: what came over it is answered."""
        return self._assistants.get(channel) or next(iter(self._assistants.values()))


class ChannelBlueprint(Blueprint):
    """A channel's routes; with the first of them the server gets `/health`, `/ready` and `/metrics`."""

    def __init__(self, name: str, delivery: Delivery) -> None:
        super().__init__(name)
        self.ctx.delivery = delivery  # a blueprint takes no attributes of its own

    def register(self, app: Sanic[Any, Any], options: dict[str, Any]) -> None:
        operations.add_to(app, self.ctx.delivery)
        super().register(app, options)  # type: ignore[no-untyped-call]  # sanic leaves it untyped


@cache
def the_delivery() -> Delivery:
    """This process's."""
    return Delivery()


def _loaded_agent() -> Any:
    """Rasa's `Agent` on the server that is running in this process, or None before a model is loaded."""
    return getattr(Sanic.get_app().ctx, "agent", None)


def _kind(exc: BaseException) -> str:
    while isinstance(exc, BaseExceptionGroup):
        exc = exc.exceptions[0]
    return type(exc).__name__
