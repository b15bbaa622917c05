"""What the settings say about Chatwoot."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from deskhand.settings import Settings, SettingsError

NEEDED = ("chatwoot_url", "chatwoot_account_id", "chatwoot_inbox_id", "chatwoot_token")


@dataclass(frozen=True)
class ChatwootOptions:
    url: str
    account_id: int
    inbox_id: int
    token: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    webhook_token: str | None = field(default=None, repr=False)
    assistant_name: str = "Assistant"
    timeout_seconds: float = 15.0


def options_from(settings: Settings) -> ChatwootOptions:
    """Raises `SettingsError` that names each missing or wrong setting."""
    missing = [f"DESKHAND_{name.upper()}" for name in NEEDED if not getattr(settings, name)]
    secret = settings.chatwoot_webhook_secret.get_secret_value() if settings.chatwoot_webhook_secret else ""
    token = settings.chatwoot_webhook_token.get_secret_value() if settings.chatwoot_webhook_token else ""
    if not secret.strip() and not token:
        missing.append("DESKHAND_CHATWOOT_WEBHOOK_SECRET")
    if missing:
        names = f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'}"
        raise SettingsError(f"{names} missing, and needed with DESKHAND_DESK=chatwoot. See docs/chatwoot.md.")
    if token and len(token) < 20:
        raise SettingsError(
            "DESKHAND_CHATWOOT_WEBHOOK_TOKEN must have at least 20 characters: it is all that protects."
        )
    return ChatwootOptions(
        url=_address(settings.chatwoot_url or ""),
        account_id=settings.chatwoot_account_id or 0,
        inbox_id=settings.chatwoot_inbox_id or 0,
        token=settings.chatwoot_token.get_secret_value() if settings.chatwoot_token else "",
        webhook_secrets=tuple(secret.split()),
        webhook_token=token or None,
        assistant_name=settings.assistant_name,
    )


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise SettingsError("DESKHAND_CHATWOOT_URL must be a web address such as https://chatwoot.example.com.")
    return url.rstrip("/")
