"""Telling Telegram where to deliver, and asking how it goes. For `deskhand telegram …`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from deskhand.channels.telegram.client import BotApi
from deskhand.channels.telegram.errors import TelegramError, TelegramRefused
from deskhand.channels.telegram.options import GUIDE, TelegramOptions
from deskhand.channels.telegram.schema import ALLOWED_UPDATES
from deskhand.settings import SettingsError

PATH = "/webhooks/telegram/webhook"
PORTS = (443, 80, 88, 8443)
"""Where Telegram delivers."""

COMMANDS = (
    {"command": "start", "description": "Say hello"},
    {"command": "help", "description": "What I can do"},
    {"command": "human", "description": "Talk to a person"},
)

_RECENT = timedelta(minutes=10)


@dataclass(frozen=True)
class Bot:
    id: int
    username: str


@dataclass(frozen=True)
class BotStatus:
    bot: Bot
    webhook_url: str
    waiting: int
    """Updates that Telegram has not delivered yet."""
    last_error_at: datetime | None
    last_error: str
    problems: tuple[str, ...]


def webhook_url(public_url: str | None) -> str:
    """Raises `SettingsError` where Telegram could not deliver."""
    if not public_url:
        raise SettingsError(
            "DESKHAND_PUBLIC_URL is missing: the address under which Telegram reaches the assistant, such as "
            f"https://chat.example.com. Without one, set mode: polling in credentials.yml. See {GUIDE}."
        )
    try:
        parts = urlsplit(public_url)
        port = parts.port or 443
    except ValueError:
        raise SettingsError("DESKHAND_PUBLIC_URL is no address such as https://chat.example.com.") from None
    if parts.scheme != "https" or not parts.hostname:
        raise SettingsError(f"Telegram delivers to https:// only, not to {public_url} (DESKHAND_PUBLIC_URL).")
    if port not in PORTS:
        ports = ", ".join(map(str, PORTS))
        raise SettingsError(f"Telegram delivers to the ports {ports} only, not to {port} (DESKHAND_PUBLIC_URL).")
    return public_url.rstrip("/") + PATH


async def connect(options: TelegramOptions, public_url: str | None, *, drop_waiting: bool = False) -> Bot:
    """Has Telegram deliver to the webhook or, for polling, wait to be asked; and puts the commands into its menu.

    Raises `SettingsError` and `TelegramError`.
    """
    url = webhook_url(public_url) if options.mode == "webhook" else None
    async with _calling(options) as api:
        bot = await _bot(api)
        if url is None:
            await api.call("deleteWebhook", {"drop_pending_updates": drop_waiting})
        else:
            secret = options.secret_token.get_secret_value() if options.secret_token else ""
            await api.call(
                "setWebhook",
                {
                    "url": url,
                    "secret_token": secret,
                    "max_connections": options.max_connections,
                    "allowed_updates": ALLOWED_UPDATES,
                    "drop_pending_updates": drop_waiting,
                },
            )
        await api.call("setMyCommands", {"commands": COMMANDS})
        return bot


async def disconnect(options: TelegramOptions) -> Bot:
    """Has Telegram deliver nowhere. What customers write meanwhile is kept for a day. Raises `TelegramError`."""
    async with _calling(options) as api:
        bot = await _bot(api)
        await api.call("deleteWebhook", {"drop_pending_updates": False})
        return bot


async def status(options: TelegramOptions, public_url: str | None) -> BotStatus:
    """Raises `TelegramError`."""
    async with _calling(options) as api:
        bot = await _bot(api)
        told: dict[str, Any] = await api.call("getWebhookInfo")
    error_at = datetime.fromtimestamp(told["last_error_date"], UTC) if told.get("last_error_date") else None
    return BotStatus(
        bot=bot,
        webhook_url=told.get("url", ""),
        waiting=told.get("pending_update_count", 0),
        last_error_at=error_at,
        last_error=told.get("last_error_message", ""),
        problems=tuple(_problems(options, public_url, told, error_at)),
    )


def _problems(
    options: TelegramOptions, public_url: str | None, told: dict[str, Any], error_at: datetime | None
) -> list[str]:
    found, url = [], told.get("url", "")
    if options.mode == "polling":
        if url:
            found.append("a webhook is set, so the assistant cannot ask for updates: `deskhand telegram connect`")
        return found
    if not url:
        return ["Telegram delivers nowhere: `deskhand telegram connect`"]
    try:
        if url != webhook_url(public_url):
            found.append(f"this is not {webhook_url(public_url)}: `deskhand telegram connect`")
    except SettingsError as exc:
        found.append(str(exc))
    if set(told.get("allowed_updates") or ()) != set(ALLOWED_UPDATES):
        found.append("Telegram does not deliver all that is needed: `deskhand telegram connect`")
    if error_at is not None and datetime.now(UTC) - error_at < _RECENT:
        found.append("Telegram could not deliver lately: see the last error")
    return found


async def _bot(api: BotApi) -> Bot:
    me = await api.call("getMe")
    return Bot(me["id"], me.get("username", ""))


@asynccontextmanager
async def _calling(options: TelegramOptions) -> AsyncIterator[BotApi]:
    """Refusals in Telegram's own words: here they are about settings."""
    api = BotApi(options.token, options.api_url)
    try:
        yield api
    except TelegramRefused as exc:
        if exc.code in {401, 404}:
            wrong = "Telegram does not know this bot's token: see `token` in credentials.yml"
            raise TelegramError(f"{wrong} and {GUIDE}.") from None
        raise TelegramError(f"Telegram refused it ({exc.code}): {exc.description}. See {GUIDE}.") from None
    finally:
        await api.close()
