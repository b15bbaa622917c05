"""What `credentials.yml` may say under `deskhand.channels.webchat.WebChat:`."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from deskhand.settings import SettingsError

_ORIGIN = re.compile(r"https?://[^/\s*]+")


class WebChatOptions(BaseModel):
    """Every option has a default that suits a page of its own on one server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allowed_origins: tuple[str, ...] = Field(
        default=(), description="Sites whose pages may have the chat in them, e.g. https://www.example.com."
    )
    frame_ancestors: tuple[str, ...] = Field(
        default=("'none'",), description="Which sites may show the chat's own page in a frame."
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
    streams_per_session: int = Field(default=8, ge=1, description="Open tabs of one customer that hear at once.")
    streams_per_address: int = Field(default=100, ge=1)
    uploads_per_minute_and_session: int = Field(default=10, ge=1)
    uploads_per_minute_and_address: int = Field(default=30, ge=1)
    max_upload_bytes: int = Field(
        default=10_000_000, ge=0, le=50_000_000, description="The largest file that customers may send; 0: none."
    )

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} must be a site such as https://www.example.com, without a path")
        return origins


def options_from(credentials: dict[str, Any] | None) -> WebChatOptions:
    """Raises `SettingsError` that names each wrong option."""
    try:
        return WebChatOptions(**(credentials or {}))
    except ValidationError as exc:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors())
        raise SettingsError(
            f"Wrong options of deskhand.channels.webchat.WebChat in credentials.yml: {problems}."
        ) from None
