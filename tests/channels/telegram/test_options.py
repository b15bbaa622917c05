"""What credentials.yml may say, and how it is told when something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskhand.channels.telegram import Telegram, options
from deskhand.channels.telegram.options import NAME, TelegramOptions
from deskhand.settings import Settings, SettingsError

from .bot_api import BOT_ID, TOKEN

SECRET = "s3cret_of-the-webhook"


def options_from(given: dict | None, **settings: str) -> TelegramOptions:
    return options.options_from(given, Settings(**settings))


def wrong(**given: object) -> str:
    with pytest.raises(SettingsError) as error:
        options_from(given or None)
    said = str(error.value)
    assert NAME in said
    assert "docs/channels/telegram.md" in said
    return said


def test_a_token_and_a_secret_are_enough():
    made = options_from({"token": TOKEN, "secret_token": SECRET})
    assert (made.mode, made.bot_id) == ("webhook", BOT_ID)
    assert Telegram.from_credentials({"token": TOKEN, "secret_token": SECRET}).name() == "telegram"


def test_the_words_of_commands_are_the_businesss_own():
    words = {"start": "Hallo", "help": "Was kannst du?", "human": "Ich möchte mit einem Menschen sprechen"}
    payloads = {"returns": "Ich möchte etwas zurückgeben"}
    made = options_from({"token": TOKEN, "secret_token": SECRET, "commands": words, "start_payloads": payloads})
    assert (made.words.start, made.words.start_payloads) == ("Hallo", payloads)


def test_secrets_come_from_the_settings_unless_they_are_given():
    made = options_from(None, telegram_token=TOKEN, telegram_secret=SECRET)
    assert (made.token.get_secret_value(), made.secret_token.get_secret_value()) == (TOKEN, SECRET)
    made = options_from({"secret_token": SECRET[::-1]}, telegram_token=TOKEN, telegram_secret=SECRET)
    assert made.secret_token.get_secret_value() == SECRET[::-1]


def test_a_missing_token_is_named():
    assert "DESKHAND_TELEGRAM_TOKEN is missing" in wrong()


def test_a_webhook_without_a_secret_is_refused_and_polling_needs_none():
    assert "DESKHAND_TELEGRAM_SECRET is missing" in wrong(token=TOKEN)
    assert options_from({"token": TOKEN, "mode": "polling"}).secret_token is None


def test_a_variable_that_is_not_set_is_named():
    assert "DESKHAND_TELEGRAM_TOKEN is not set" in wrong(token="${DESKHAND_TELEGRAM_TOKEN}", secret_token=SECRET)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"token": "hunter2-hunter2-hunter2"}, "BotFather"),
        ({"secret_token": "hunter2"}, "openssl rand"),
        ({"secret_token": "hunter2 hunter2 hunter2"}, "openssl rand"),
        ({"secret_token": "hunter2" * 40}, "openssl rand"),
        ({"mode": "telepathy"}, "mode"),
        ({"max_connections": 0}, "max_connections"),
        ({"max_connections": 101}, "max_connections"),
        ({"api_url": "api.telegram.org"}, "api_url"),
        ({"start_payloads": {"a b": "x"}}, "cannot stand in a link"),
        ({"commands": {"start": ""}}, "commands.start"),
        ({"commands": {"stop": "x"}}, "commands.stop"),
        ({"webhook_url": "https://x.example"}, "webhook_url"),
    ],
)
def test_each_wrong_option_is_named_and_no_secret_is_shown(given: dict, said: str):
    error = wrong(**{"token": TOKEN, "secret_token": SECRET, **given})
    assert said in error
    assert "hunter2" not in error
    assert TOKEN not in error


def test_secrets_print_as_stars():
    shown = repr(options_from({"token": TOKEN, "secret_token": SECRET}))
    assert TOKEN not in shown
    assert SECRET not in shown


def test_a_file_is_read_with_what_the_environment_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "credentials.yml"
    file.write_text(f"{NAME}:\n  token: ${{MY_TOKEN}}\n  secret_token: ${{MY_SECRET}}\n", encoding="utf-8")
    monkeypatch.setenv("MY_TOKEN", TOKEN)
    monkeypatch.setenv("MY_SECRET", SECRET)
    assert options.options_in(file, Settings()).token.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no"),
        ("rest:\n", "does not name"),
        (f"{NAME}:\n  token: ${{NO_SUCH_VARIABLE}}\n", "NO_SUCH_VARIABLE"),
        (f"{NAME}:\n  token: [hunter2\n", "not valid YAML"),
        (f"{NAME}:\n", "DESKHAND_TELEGRAM_TOKEN is missing"),
    ],
)
def test_a_file_that_does_not_do_is_said_to_be(tmp_path: Path, content: str | None, said: str):
    file = tmp_path / "credentials.yml"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        options.options_in(file, Settings())
    assert said in str(error.value)
    assert "hunter2" not in str(error.value)
