"""The web chat as Rasa loads it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint

from deskhand.channels.delivery.serving import Delivery, the_delivery
from deskhand.channels.outside import QueuedOutput
from deskhand.channels.turns import Turns
from deskhand.channels.webchat.backend import Backend, LateBackend, backend_on
from deskhand.channels.webchat.options import WebChatOptions, options_from
from deskhand.channels.webchat.routes import CHANNEL, Routes
from deskhand.settings import Settings, get_settings
from deskhand.store.database import Database


class WebChat(InputChannel):  # type: ignore[misc]  # rasa ships no types
    """A chat for websites and a page of its own, served by the assistant under `/webhooks/webchat/`."""

    def __init__(
        self,
        options: WebChatOptions | None = None,
        *,
        settings: Settings | None = None,
        delivery: Delivery | None = None,
        turns: Turns | None = None,
        make_backend: Callable[[Database], Backend] = backend_on,
    ) -> None:
        """Tests give their own parts; by default everything is the real one."""
        self._options = options or WebChatOptions()
        self._settings = settings or get_settings()
        self._delivery = delivery or the_delivery()
        self._turns = turns
        self._backend = LateBackend(self._delivery.database, make_backend)

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebChat:
        """Raises `SettingsError` for an option that does not exist."""
        return cls(options_from(credentials))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        blueprint = Routes(self._settings, self._options, self._backend, self._delivery).blueprint()
        self._delivery.join(blueprint, CHANNEL, on_new_message, assistant=self._turns)
        return blueprint

    def get_output_channel(self) -> OutputChannel:
        """Where Rasa sends what it says outside a turn, such as a reminder: into the conversation."""
        return QueuedOutput(CHANNEL, self._delivery.database)
