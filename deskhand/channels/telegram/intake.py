"""What is done with an update, however it came: by webhook or by polling."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from deskhand.channels.delivery.contracts import Inbox
from deskhand.channels.telegram.addressing import Myself
from deskhand.channels.telegram.client import BotApi
from deskhand.channels.telegram.connection import Moved
from deskhand.channels.telegram.errors import TelegramError, TelegramUnavailable
from deskhand.channels.telegram.keyboard import button_id_of, stands_for_another
from deskhand.channels.telegram.schema import Update
from deskhand.channels.telegram.updates import CommandWords, chat_moved, events_in
from deskhand.conversation.model import InboundEvent, InboundMessage
from deskhand.store.errors import MessageIdTaken

log = logging.getLogger(__name__)

_TRIES = 3
_PAUSE_SECONDS = 0.5


class Intake:
    """One instance a process."""

    def __init__(self, api: BotApi, inbox: Inbox, on_moved: Moved, words: CommandWords) -> None:
        """`on_moved` is told when a group gets another id."""
        self._api = api
        self._inbox = inbox
        self._on_moved = on_moved
        self._words = words
        self._me: Myself | None = None
        self._answering: set[asyncio.Task[None]] = set()

    async def take(self, update: Update) -> None:
        """Stores what the update tells; after it nothing of it can be lost.

        Raises `DatabaseUnavailable` and `TelegramError`: the update must be delivered again.
        """
        if update.callback_query is not None:
            self._answer_soon(update.callback_query.id)
        in_group = update.chat is not None and update.chat.is_group
        events = events_in(update, await self.me() if in_group else None, self._words)
        moved = chat_moved(update)
        if moved is not None:
            await self._on_moved(moved)
        if events:
            await self._store(events)

    async def me(self) -> Myself:
        """The bot's own name, asked for once. Raises `TelegramError`."""
        if self._me is None:
            told = await self._api.call("getMe")
            if not isinstance(told, dict) or not isinstance(told.get("id"), int):
                raise TelegramUnavailable("Telegram does not say who the bot is.")
            self._me = Myself(told["id"], str(told.get("username") or ""))
        return self._me

    async def close(self) -> None:
        """Lets the answers to pressed buttons go out."""
        if self._answering:
            await asyncio.wait(self._answering, timeout=5)

    async def _store(self, events: tuple[InboundEvent, ...]) -> None:
        try:
            await self._inbox.take([await self._with_its_button(event) for event in events])
        except MessageIdTaken as exc:
            # It would be told again and again, and never be anything else.
            log.error("An update of Telegram's was not stored: %s", exc)

    async def _with_its_button(self, event: InboundEvent) -> InboundEvent:
        if not isinstance(event, InboundMessage) or event.button_id is None:
            return event
        known = event.text and not stands_for_another(event.button_id)
        if known:
            return event
        offered = await self._inbox.reply_choices(event.channel, event.contact_external_id)
        button_id = button_id_of(event.button_id, offered)
        return replace(event, button_id=button_id, text=event.text or offered.get(button_id, ""))

    def _answer_soon(self, query_id: str) -> None:
        """Not after the rest: until it is answered, the button that was pressed shows a clock."""
        task = asyncio.create_task(self._answer(query_id), name="telegram-callback-answer")
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, query_id: str) -> None:
        for attempt in range(_TRIES):
            try:
                await self._api.call("answerCallbackQuery", {"callback_query_id": query_id})
                return
            except TelegramUnavailable:
                await asyncio.sleep(_PAUSE_SECONDS * 2**attempt)
            except TelegramError as exc:  # too old by now, or answered before
                log.info("A pressed button could not be answered on Telegram: %s", exc)
                return
        log.warning("A pressed button could not be answered on Telegram: no connection.")
