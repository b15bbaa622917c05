"""What `credentials.yml` may say under `deskhand.channels.webchat.WebChat:`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deskhand.settings import SettingsError


class WebChatOptions(BaseModel):
    """Every option has a default that suits a page of its own on one server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    frame_ancestors: tuple[str, ...] = Field(
        default=("'none'",), description="Which sites may show the chat in a frame, e.g. https://www.example.com."
    )
    allowed_origins: tuple[str, ...] = Field(
        default=(), description="Other sites whose pages may send messages, e.g. https://www.example.com."
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        description="How many reverse proxies stand in front; the customer's address is then read from "
        "X-Forwarded-For.",
    )
    messages_per_minute_and_session: int = Field(default=20, ge=1)
    messages_per_minute_and_address: int = Field(default=60, ge=1)
    sessions_per_minute_and_address: int = Field(default=30, ge=1)
    reads_per_minute_and_session: int = Field(default=240, ge=1)


def options_from(credentials: dict[str, Any] | None) -> WebChatOptions:
    """Raises `SettingsError` that names each wrong option."""
    try:
        return WebChatOptions(**(credentials or {}))
    except ValidationError as exc:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors())
        raise SettingsError(
            f"Wrong options of deskhand.channels.webchat.WebChat in credentials.yml: {problems}."
        ) from None
