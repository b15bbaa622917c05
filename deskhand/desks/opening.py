"""The desk that the settings name."""

from __future__ import annotations

from deskhand.desks.chatwoot.desk import ChatwootDesk
from deskhand.desks.chatwoot.options import options_from
from deskhand.desks.port import Desk
from deskhand.settings import Settings


def open_desk(settings: Settings) -> Desk | None:
    """None for our own, which needs to be told nothing. Raises `SettingsError` for what is missing or wrong."""
    if settings.desk == "chatwoot":
        return ChatwootDesk(options_from(settings))
    return None
