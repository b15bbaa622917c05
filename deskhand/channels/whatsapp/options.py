"""What `credentials.yml` may say under `deskhand.channels.whatsapp.WhatsApp:`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, field_validator

from deskhand.settings import Settings, SettingsError

NAME = "deskhand.channels.whatsapp.WhatsApp"
SECRETS = {
    "access_token": "whatsapp_token",
    "app_secret": "whatsapp_app_secret",
    "verify_token": "whatsapp_verify_token",
}
"""Option → setting, from which it comes when `credentials.yml` does not have it."""


def _number_as_text(value: object) -> object:
    """YAML reads digits without quotation marks as a number."""
    return str(value) if type(value) is int else value


class Template(BaseModel):
    """A message that Meta has approved, for customers who wrote more than 24 hours ago."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9_]{1,512}$", description="As at Meta.")
    language: str = Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2,4})?$", description="As at Meta: en, en_GB.")
    parameters: tuple[str, ...] = Field(default=(), description="What stands for {{1}}, {{2}} … in its text.")


class WhatsAppOptions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    phone_number_id: Annotated[str, BeforeValidator(_number_as_text)] = Field(
        pattern=r"^[0-9]{5,20}$", description="The number's id at Meta. Not the telephone number."
    )
    access_token: SecretStr = Field(min_length=1, description="Better in the setting DESKHAND_WHATSAPP_TOKEN.")
    app_secret: SecretStr = Field(min_length=1, description="Better in the setting DESKHAND_WHATSAPP_APP_SECRET.")
    verify_token: SecretStr = Field(min_length=1, description="Better in the setting DESKHAND_WHATSAPP_VERIFY_TOKEN.")
    template: Template | None = Field(
        default=None,
        description="Sent instead of a message when the customer's last one is older than 24 hours. "
        "Without it such a message waits in the desk.",
    )
    messages_per_second: float = Field(default=80.0, gt=0, le=1000, description="What Meta allows the number.")
    timeout_seconds: float = Field(default=15.0, gt=0, le=60, description="How long one call of Meta's API may take.")
    api_version: str = Field(default="v23.0", pattern=r"^v[0-9]{1,3}\.[0-9]$", description="Of Meta's Graph API.")
    api_url: str = Field(default="https://graph.facebook.com", description="Where that API is.")
    media_hosts: tuple[str, ...] = Field(
        default=("lookaside.fbsbx.com",), description="Where customers' files may be fetched from."
    )

    @field_validator("api_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        on_this_machine = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and on_this_machine)):
            raise ValueError("must begin with https://: the access token goes there")
        return url.rstrip("/")


def options_from(credentials: Mapping[str, Any] | None, settings: Settings) -> WhatsAppOptions:
    """Raises `SettingsError` that names each wrong or missing option. Never with a value: it could be a secret."""
    given = dict(credentials or {})
    for option, setting in SECRETS.items():
        known: SecretStr | None = getattr(settings, setting)
        if option not in given and known is not None and known.get_secret_value():
            given[option] = known
    missing = [option for option in ("phone_number_id", *SECRETS) if given.get(option) in (None, "")]
    if missing:
        raise SettingsError(" ".join(map(_missing, missing)))
    try:
        return WhatsAppOptions(**given)
    except ValidationError as exc:
        problems = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in exc.errors())
        raise SettingsError(f"Wrong options of {NAME} in credentials.yml: {problems}.") from None


def _missing(option: str) -> str:
    if option in SECRETS:
        return f"DESKHAND_{SECRETS[option].upper()} is missing, and has no default. See docs/channels/whatsapp.md."
    return f"{option} is missing under {NAME} in credentials.yml. See docs/channels/whatsapp.md."
