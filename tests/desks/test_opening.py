"""Which desk the settings name, and what they must say about it."""

from __future__ import annotations

from typing import Any

import pytest

from deskhand.desks.chatwoot.desk import ChatwootDesk
from deskhand.desks.opening import open_desk
from deskhand.settings import Settings, SettingsError

ALL: dict[str, Any] = {
    "desk": "chatwoot",
    "chatwoot_url": "https://chatwoot.example.com/",
    "chatwoot_account_id": 1,
    "chatwoot_inbox_id": 2,
    "chatwoot_token": "token",
    "chatwoot_webhook_secret": "secret",
}


def test_our_own_desk_needs_nothing() -> None:
    assert open_desk(Settings()) is None


def test_chatwoot_is_opened() -> None:
    assert isinstance(open_desk(Settings(**ALL)), ChatwootDesk)


@pytest.mark.parametrize("name", [name for name in ALL if name != "desk"])
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"DESKHAND_{name.upper()} is missing"):
        open_desk(Settings(**{**ALL, name: None}))


@pytest.mark.parametrize("url", ["chatwoot.example.com", "ftp://chatwoot", "https://me:pw@chatwoot", "https://"])
def test_an_address_must_be_one(url: str) -> None:
    with pytest.raises(SettingsError, match="DESKHAND_CHATWOOT_URL"):
        open_desk(Settings(**{**ALL, "chatwoot_url": url}))


def test_a_token_in_the_address_must_not_be_guessed() -> None:
    with pytest.raises(SettingsError, match="at least 20"):
        open_desk(Settings(**{**ALL, "chatwoot_webhook_secret": None, "chatwoot_webhook_token": "short"}))


def test_secrets_are_not_shown() -> None:
    desk = open_desk(Settings(**ALL))
    assert "token" not in repr(vars(desk)["_options"]).replace("webhook_token", "")
