"""The web chat as Rasa loads it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, Sanic

from deskhand.channels.turns import RasaTurns, Turns
from deskhand.channels.webchat.backend import LateBackend
from deskhand.channels.webchat.options import WebChatOptions, options_from
from deskhand.channels.webchat.outside import StoringOutput
from deskhand.channels.webchat.routes import CHANNEL, Routes
from deskhand.settings import Settings, get_settings


class WebChat(InputChannel):  # type: ignore[misc]  # rasa ships no types
    """A chat page served by the assistant, under `/webhooks/webchat/`."""

    def __init__(
        self,
        options: WebChatOptions | None = None,
        *,
        settings: Settings | None = None,
        backend: LateBackend | None = None,
        turns: Turns | None = None,
    ) -> None:
        """Tests give their own parts; by default everything is the real one."""
        self._options = options or WebChatOptions()
        self._settings = settings or get_settings()
        self._backend = backend or LateBackend()
        self._turns = turns

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebChat:
        """Raises `SettingsError` for an option that does not exist."""
        return cls(options_from(credentials))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        turns = self._turns or RasaTurns(on_new_message, _loaded_agent, channel=CHANNEL)
        return Routes(self._settings, self._options, self._backend, turns).blueprint()

    def get_output_channel(self) -> OutputChannel:
        """Where Rasa sends what it says outside a turn, such as a reminder: into the conversation."""
        return StoringOutput(self._backend)


def _loaded_agent() -> Any:
    """Rasa's `Agent` on the server that is running in this process, or None before a model is loaded."""
    return getattr(Sanic.get_app().ctx, "agent", None)
