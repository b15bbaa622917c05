"""WhatsApp as Rasa loads it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint

from deskhand.channels.delivery.serving import ChannelBlueprint, Delivery, the_delivery
from deskhand.channels.outside import QueuedOutput
from deskhand.channels.turns import Turns
from deskhand.channels.whatsapp.connection import WhatsAppConnection
from deskhand.channels.whatsapp.options import WhatsAppOptions, options_from
from deskhand.channels.whatsapp.routes import Routes
from deskhand.channels.whatsapp.vocabulary import CHANNEL
from deskhand.settings import get_settings


class WhatsApp(InputChannel):  # type: ignore[misc]  # rasa ships no types
    """Meta's Cloud API, whose webhook is `/webhooks/whatsapp/webhook`."""

    def __init__(
        self, options: WhatsAppOptions, *, delivery: Delivery | None = None, assistant: Turns | None = None
    ) -> None:
        """Tests give their own delivery and assistant."""
        self._options = options
        self._delivery = delivery or the_delivery()
        self._assistant = assistant

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WhatsApp:
        """Raises `SettingsError` for what is missing or wrong."""
        return cls(options_from(credentials, get_settings()))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        blueprint = ChannelBlueprint(f"deskhand_{CHANNEL}", self._delivery)
        Routes(self._options, self._delivery.inbox).add_to(blueprint)
        self._delivery.join(
            blueprint,
            CHANNEL,
            on_new_message,
            connect=lambda: WhatsAppConnection(self._options),
            assistant=self._assistant,
        )
        return blueprint

    def get_output_channel(self) -> OutputChannel:
        """Where Rasa sends what it says outside a turn, such as a reminder: into the conversation."""
        return QueuedOutput(CHANNEL, self._delivery.database)
