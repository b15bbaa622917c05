"""What `credentials.yml` may say under `deskhand.channels.telegram.Telegram:`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from deskhand.channels.telegram.updates import CommandWords
from deskhand.settings import Settings, SettingsError

NAME = "deskhand.channels.telegram.Telegram"
GUIDE = "docs/channels/telegram.md"

_TOKEN = re.compile(r"[1-9]\d{0,18}:[A-Za-z0-9_-]{20,100}", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}", re.ASCII)
_UNSET = re.compile(r"\$\{(\w+)\}")

Words = Annotated[str, Field(min_length=1, max_length=1000)]


class Commands(BaseModel):
    """What customers say by the commands, in your language. The assistant hears these words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Words = CommandWords.start
    help: Words = CommandWords.help
    human: Words = CommandWords.human


class TelegramOptions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    token: SecretStr
    """What @BotFather gave you. Better in the setting DESKHAND_TELEGRAM_TOKEN."""
    mode: Literal["webhook", "polling"] = "webhook"
    """polling: the assistant asks Telegram for news, for machines without a public address."""
    secret_token: SecretStr | None = None
    """A secret of your own, which Telegram repeats with every update. Needed for webhook. Better in the setting
    DESKHAND_TELEGRAM_SECRET."""
    max_connections: int = Field(default=40, ge=1, le=100)
    """How many updates Telegram may deliver at once."""
    commands: Commands = Commands()
    start_payloads: dict[str, Words] = {}
    """What a customer says who comes by a link such as https://t.me/YourBot?start=returns."""
    api_url: str = "https://api.telegram.org"
    """Another one for a Bot API server of your own."""

    @property
    def bot_id(self) -> int:
        return int(self.token.get_secret_value().partition(":")[0])

    @property
    def words(self) -> CommandWords:
        return CommandWords(**self.commands.model_dump(), start_payloads=self.start_payloads)

    @field_validator("token", "secret_token")
    @classmethod
    def _is_set(cls, value: SecretStr | None) -> SecretStr | None:
        unset = _UNSET.fullmatch(value.get_secret_value().strip()) if value else None
        if unset:
            raise ValueError(f"the environment variable {unset[1]} is not set")
        return value

    @field_validator("token")
    @classmethod
    def _looks_like_a_token(cls, value: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("is no bot token: @BotFather gives one such as 110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PA")
        return value

    @field_validator("secret_token")
    @classmethod
    def _is_a_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be 16 to 256 of A-Z, a-z, 0-9, _ and -: make one by `openssl rand -hex 32`")
        return value

    @field_validator("start_payloads")
    @classmethod
    def _can_stand_in_a_link(cls, payloads: dict[str, str]) -> dict[str, str]:
        for payload in payloads:
            if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload, re.ASCII):
                raise ValueError(f"{payload!r} cannot stand in a link: 1 to 64 characters of A-Z, a-z, 0-9, _ and -")
        return payloads

    @field_validator("api_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an address such as https://api.telegram.org")
        return url

    @model_validator(mode="after")
    def _webhooks_need_a_secret(self) -> Self:
        if self.mode == "webhook" and self.secret_token is None:
            raise ValueError(
                "DESKHAND_TELEGRAM_SECRET is missing, and has no default: without it anybody could write in your "
                "customers' names. Make one by `openssl rand -hex 32`, or set mode: polling"
            )
        return self


def options_from(credentials: Mapping[str, Any] | None, settings: Settings) -> TelegramOptions:
    """What is not given and is a secret comes from the settings. Raises `SettingsError` that names each wrong option,
    and no secret."""
    given = dict(credentials or {})
    for option, known in (("token", settings.telegram_token), ("secret_token", settings.telegram_secret)):
        if option not in given and known is not None and known.get_secret_value():
            given[option] = known
    if "token" not in given:
        raise SettingsError(f"DESKHAND_TELEGRAM_TOKEN is missing, and has no default: {NAME} needs it. See {GUIDE}.")
    try:
        return TelegramOptions(**given)
    except ValidationError as exc:
        problems = "; ".join(_said(error["loc"], error["msg"]) for error in exc.errors(include_input=False))
        raise SettingsError(f"Wrong options of {NAME} in credentials.yml: {problems}. See {GUIDE}.") from None


def options_in(file: Path, settings: Settings) -> TelegramOptions:
    """The channel's options in a credentials.yml. Raises `SettingsError`."""
    # Rasa's reader puts in what stands as ${…}, from the environment and from Deskhand's settings.
    from rasa.shared.exceptions import RasaException, YamlException
    from rasa.shared.utils.io import read_config_file

    if not file.is_file():
        raise SettingsError(f"There is no {file}. Run this in the folder that holds it.")
    try:
        channels = read_config_file(file)
    except YamlException:  # its message quotes the file, and so may quote a secret
        raise SettingsError(f"{file} is not valid YAML.") from None
    except RasaException as exc:
        raise SettingsError(f"{file}: {exc}") from None
    if not isinstance(channels, dict) or NAME not in channels:
        raise SettingsError(f"{file} does not name {NAME}: see {GUIDE}.")
    return options_from(channels[NAME], settings)


def _said(where: tuple[int | str, ...], what: str) -> str:
    option = ".".join(map(str, where))
    what = what.removeprefix("Value error, ")
    return f"{option}: {what}" if option else what
