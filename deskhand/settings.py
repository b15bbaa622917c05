"""Every setting, its default and its meaning. Read from the environment and from `.env` beside `config.yml`.

Secrets are `SecretStr`: they print as stars.
"""

from __future__ import annotations

import json
import os
import secrets
from datetime import time
from functools import cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from deskhand.errors import DeskhandError
from deskhand.folders import make_private_folder


class SettingsError(DeskhandError):
    """A setting is missing or wrong."""


class Settings(BaseSettings):
    """One field a setting. The environment variable is `DESKHAND_` and the field's name in capitals, except
    for `DATABASE_URL`, which hosting services set under that name."""

    model_config = SettingsConfigDict(env_prefix="DESKHAND_", env_file=".env", extra="ignore")

    data_dir: Path = Field(
        default=Path("var"), description="Where the embedded database, generated secrets and logs live."
    )
    database_url: str | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="Your PostgreSQL (with pgvector), e.g. postgresql://user:pw@host/name. "
        "Without it, Deskhand starts its own in the data folder.",
    )
    host: str = Field(default="127.0.0.1", description="The address that the assistant listens on.")
    port: int = Field(default=5005, description="The port that customers and channels reach.")
    assistant_port: int = Field(
        default=5056,
        description="The assistant's port (on loopback) where `deskhand up` puts the channels' server before it.",
    )
    assistant_duties: Literal["all", "turns"] = Field(
        default="all",
        description="What `rasa run` does: `all`, or `turns` alone, where `python -m deskhand.channels.server` "
        "receives and sends.",
    )
    actions_port: int = Field(default=5055, description="The action server's port (always on loopback).")
    public_url: str | None = Field(
        default=None, description="Where customers reach the assistant, e.g. https://chat.example.com."
    )
    actions_token: SecretStr = Field(
        default=SecretStr(""),
        description="The secret shared by the assistant and the action server. Generated when not given.",
    )
    session_key: SecretStr = Field(
        default=SecretStr(""), description="Signs web chat sessions. Generated when not given."
    )
    code_key: SecretStr = Field(
        default=SecretStr(""), description="Keys the hashes of one-time codes. Generated when not given."
    )
    mailbox_key: SecretStr = Field(
        default=SecretStr(""), description="Opens the development mailbox page. Generated when not given."
    )
    business_name: str = Field(default="Fernway", description="What the business is called.")
    assistant_name: str = Field(default="Fern", description="What the assistant is called.")
    timezone: str = Field(default="Europe/London", description="The business's time zone.")
    refund_threshold: int = Field(default=200, ge=0, description="A refund above this amount goes to a person.")
    crm_timeout_seconds: float = Field(
        default=5.0, gt=0, description="How long an action waits for the CRM before it apologises."
    )
    desk_days: tuple[int, ...] = Field(
        default=(0, 1, 2, 3, 4, 5), description="Days on which people answer, as a JSON list; Monday is 0."
    )
    desk_opens: time = Field(default=time(9), description="When people begin to answer, in the business's time zone.")
    desk_closes: time = Field(default=time(17), description="When they stop.")
    desk_long_line: int = Field(
        default=4, ge=2, description="From this place in the line on a customer is offered a call or an email instead."
    )
    valued_customer_spend: int = Field(
        default=500, ge=0, description="Identified customers who have spent so much, or subscribe, wait before others."
    )
    abandon_hours: float = Field(
        default=24,
        gt=0,
        description="For how long a person's answer may go without a reply before the customer is asked whether they "
        "are still there; after as long again the conversation is closed as abandoned.",
    )
    desk_host: str = Field(default="127.0.0.1", description="The address that the desk, for agents, listens on.")
    desk_port: int = Field(default=5006, description="The desk's port.")
    desk_url: str | None = Field(
        default=None,
        validate_default=True,
        description="Where agents reach the desk, e.g. https://desk.example.com. Needed when DESKHAND_DESK_HOST is not "
        "this machine only. With https, cookies travel encrypted only.",
    )
    desk_proxies: int = Field(
        default=0, ge=0, le=5, description="How many proxies of yours stand before the desk and write X-Forwarded-For."
    )
    desk_session_hours: float = Field(
        default=12, gt=0, le=168, description="An agent who does nothing for so many hours is signed out."
    )
    desk_administrator: str = Field(
        default="admin@fernway.example",
        description="What the first administrator signs in to the desk with; the first start makes the account.",
    )
    desk_sla_minutes: tuple[float, ...] = Field(
        default=(5, 15, 60, 240),
        description="How many minutes a customer may wait for an agent, as a JSON list: urgent, high, normal and low "
        "priority. The desk's inbox shows what comes near and what is too late.",
    )
    desk: Literal["deskhand", "chatwoot"] = Field(
        default="deskhand",
        description="Where people answer: `deskhand`, this product's own desk, or `chatwoot`: docs/chatwoot.md.",
    )
    chatwoot_url: str | None = Field(default=None, description="Your Chatwoot, e.g. https://chatwoot.example.com.")
    chatwoot_account_id: int | None = Field(
        default=None, ge=1, description="Your account's number at Chatwoot, as in its pages' addresses."
    )
    chatwoot_inbox_id: int | None = Field(
        default=None, ge=1, description="The number of the inbox of kind API that conversations go to."
    )
    chatwoot_token: SecretStr | None = Field(
        default=None, description="The access token of the Chatwoot user that Deskhand works as."
    )
    chatwoot_webhook_secret: SecretStr | None = Field(
        default=None,
        description="The secret of that inbox's webhook, which proves that a webhook is Chatwoot's (from 4.13 on). "
        "With an agent bot at the inbox, its secret as well, after a space.",
    )
    chatwoot_webhook_token: SecretStr | None = Field(
        default=None,
        description="For an older Chatwoot, which does not sign: a secret of yours at the webhook's address's end.",
    )
    assistant_url: str | None = Field(
        default=None,
        description="Where the desk reaches the assistant, from which it gets customers' files. Without it, this "
        "machine at DESKHAND_PORT.",
    )
    reopen_hours: float = Field(
        default=24,
        ge=0,
        le=720,
        description="A customer who writes within so many hours after an agent has resolved their conversation is in "
        "it again; later, in a new one.",
    )
    smtp_host: str | None = Field(
        default=None,
        description="The mail server for one-time codes and links. Without it, mail goes to a "
        "development mailbox that `make run` prints the address of.",
    )
    smtp_port: int = Field(default=587, description="The mail server's port.")
    smtp_user: str | None = Field(default=None, description="The mail server's user.")
    smtp_password: SecretStr | None = Field(default=None, description="The mail server's password.")
    smtp_starttls: bool = Field(default=True, description="Whether to encrypt the mail connection.")
    mail_from: str = Field(default="help@fernway.example", description="The sender of mail to customers.")
    llm_url: str | None = Field(
        default=None,
        description="The OpenAI-compatible endpoint of a language model that words answers, e.g. "
        "http://127.0.0.1:11434/v1. Without it, answers are the articles' own sentences.",
    )
    llm_model: str | None = Field(
        default=None,
        validate_default=True,
        description="The model's name at that endpoint. Needed with DESKHAND_LLM_URL.",
    )
    llm_key: SecretStr | None = Field(default=None, description="The endpoint's key, if it wants one.")
    llm_timeout_seconds: float = Field(
        default=6.0,
        gt=0,
        le=60,
        description="How long an answer waits for the language model in all before it is the articles' own sentences.",
    )
    llm_tokens_per_day: int = Field(
        default=1_000_000, ge=0, description="What the language model may use in a day, questions and replies together."
    )
    whatsapp_token: SecretStr | None = Field(
        default=None, description="The access token of your WhatsApp app: docs/channels/whatsapp.md."
    )
    whatsapp_app_secret: SecretStr | None = Field(
        default=None, description="The app secret, which proves that a webhook is Meta's."
    )
    whatsapp_verify_token: SecretStr | None = Field(
        default=None, description="A word of your own that Meta repeats when you enter the webhook's address."
    )
    telegram_token: SecretStr | None = Field(
        default=None, description="What @BotFather gave you for your Telegram bot: docs/channels/telegram.md."
    )
    telegram_secret: SecretStr | None = Field(
        default=None,
        description="A secret of your own, which proves that an update is Telegram's.",
    )
    demo_data: bool = Field(
        default=True, description="Whether `deskhand up` fills an empty CRM with the demo business's customers."
    )
    question_days: int = Field(
        default=90, ge=1, description="For how many days customers' questions are kept, without personal data."
    )
    turn_pause_seconds: float = Field(
        default=1.0,
        ge=0,
        le=10,
        description="Lines that a customer sends within this pause of each other are answered together.",
    )
    payload_days: int = Field(
        default=30,
        ge=1,
        description="For how many days what was sent to channels is kept as it was sent. Messages stay.",
    )
    media_max_bytes: int = Field(
        default=25_000_000,
        ge=0,
        description="The largest file of a customer's on WhatsApp or Telegram that is kept; larger ones stay with the "
        "channel, which hands them out for some days.",
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("desk_url")
    @classmethod
    def _tells_how_agents_come(cls, url: str | None, info: ValidationInfo) -> str | None:
        if not url:
            host = info.data.get("desk_host", "")
            if host not in {"127.0.0.1", "::1", "localhost"}:
                raise ValueError(f"is missing, and has no default when DESKHAND_DESK_HOST is {host}")
            return None
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be a web address such as https://desk.example.com")
        return url.rstrip("/")

    @property
    def assistant_address(self) -> str:
        return (self.assistant_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def desk_is_https(self) -> bool:
        """Whether agents reach the desk over an encrypted connection."""
        return (self.desk_url or "").startswith("https:")

    @field_validator("llm_url")
    @classmethod
    def _is_an_endpoint(cls, url: str | None) -> str | None:
        if not url:
            return None
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be a web address such as https://api.example.com/v1")
        if parts.username or parts.password:
            raise ValueError("must not hold a password: addresses are shown. The key goes into DESKHAND_LLM_KEY")
        return url

    @field_validator("llm_model")
    @classmethod
    def _is_there_with_its_endpoint(cls, model: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("llm_url") and not model:
            raise ValueError("is missing, and has no default when DESKHAND_LLM_URL is set")
        return model or None

    @model_validator(mode="after")
    def _fill_generated_secrets(self) -> Self:
        for name in GENERATED_SECRETS:
            if not getattr(self, name).get_secret_value():
                setattr(self, name, SecretStr(_generated_secret(self.data_dir, name)))
        return self


GENERATED_SECRETS = ("actions_token", "session_key", "code_key", "mailbox_key")


def _generated_secret(data_dir: Path, name: str) -> str:
    """The secret kept in `<data_dir>/secrets.json`, made on first use. Safe when several processes start."""
    file = data_dir / "secrets.json"
    if not file.exists():
        make_private_folder(data_dir)
        content = json.dumps({key: secrets.token_urlsafe(32) for key in GENERATED_SECRETS}, indent=1)
        draft = file.with_name(f"secrets.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(content, encoding="utf-8")
        try:
            os.link(draft, file)  # fails if another process was first, whose secrets then count
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))[name])
    except (ValueError, KeyError, OSError) as exc:
        raise SettingsError(
            f"{file} cannot be read or has no {name!r}. Delete it to have new secrets generated, "
            f"or set DESKHAND_{name.upper()}."
        ) from exc


@cache
def get_settings() -> Settings:
    """The settings of this process. Raises `SettingsError` that names each wrong variable."""
    try:
        return Settings()
    except ValidationError as exc:
        problems = "; ".join(
            f"{_variable(str(error['loc'][0]))}: {error['msg']}" for error in exc.errors() if error["loc"]
        )
        raise SettingsError(f"Wrong settings: {problems}. See docs/settings.md.") from None


def _variable(field: str) -> str:
    return field if field.isupper() else f"DESKHAND_{field.upper()}"
