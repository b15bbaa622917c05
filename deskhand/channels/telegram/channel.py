"""The Telegram channel as Rasa loads it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, Sanic

from deskhand.channels.delivery.serving import ChannelBlueprint, Delivery, the_delivery
from deskhand.channels.outside import QueuedOutput
from deskhand.channels.telegram.client import BotApi
from deskhand.channels.telegram.connection import TelegramConnection
from deskhand.channels.telegram.intake import Intake
from deskhand.channels.telegram.options import TelegramOptions, options_from
from deskhand.channels.telegram.polling import Poller
from deskhand.channels.telegram.updates import CHANNEL, ChatMoved
from deskhand.channels.telegram.webhook import Webhook
from deskhand.channels.turns import Turns
from deskhand.settings import get_settings
from deskhand.store.telegram_groups import move_group


class Telegram(InputChannel):  # type: ignore[misc]  # rasa ships no types
    """A Telegram bot: by webhook, at `/webhooks/telegram/webhook`, or by polling."""

    def __init__(
        self, options: TelegramOptions, *, delivery: Delivery | None = None, assistant: Turns | None = None
    ) -> None:
        """Tests give their own parts; by default everything is the real one."""
        self._options = options
        self._delivery = delivery or the_delivery()
        self._assistant = assistant
        self._api = BotApi(options.token, options.api_url)
        self._intake = Intake(self._api, self._delivery.inbox, self._moved, options.words)
        self._polling: asyncio.Task[None] | None = None

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> Telegram:
        """Raises `SettingsError` that names each missing or wrong option."""
        return cls(options_from(credentials, get_settings()))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        blueprint = ChannelBlueprint(f"deskhand_{CHANNEL}", self._delivery)
        self._delivery.join(
            blueprint,
            CHANNEL,
            on_new_message,
            connect=lambda: TelegramConnection(self._api, self._moved),
            assistant=self._assistant,
        )
        if self._options.secret_token is not None and self._options.mode == "webhook":
            Webhook(self._options.secret_token, self._intake).add_to(blueprint)
        else:
            blueprint.after_server_start(self._start_polling)
            blueprint.before_server_stop(self._stop_polling)
        blueprint.before_server_stop(self._close)
        return blueprint

    def get_output_channel(self) -> OutputChannel:
        """Where Rasa sends what it says outside a turn, such as a reminder: into the conversation."""
        return QueuedOutput(CHANNEL, self._delivery.database)

    async def _moved(self, moved: ChatMoved) -> None:
        await move_group(await self._delivery.database(), moved.from_chat_id, moved.to_chat_id)

    async def _start_polling(self, _app: Sanic[Any, Any]) -> None:
        if self._delivery.only_takes_turns():
            return
        poller = Poller(self._api, self._intake, self._options.bot_id)
        self._polling = asyncio.create_task(poller.run(self._delivery.database), name="telegram-polling")

    async def _stop_polling(self, _app: Sanic[Any, Any]) -> None:
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.gather(self._polling, return_exceptions=True)

    async def _close(self, _app: Sanic[Any, Any]) -> None:
        await self._intake.close()
        await self._api.close()
