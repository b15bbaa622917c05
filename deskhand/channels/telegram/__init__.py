"""A Telegram bot. `credentials.yml` names `deskhand.channels.telegram.Telegram`; docs/channels/telegram.md."""

from deskhand.channels.telegram.channel import Telegram

__all__ = ["Telegram"]
