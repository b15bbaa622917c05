"""What `credentials.yml` may say, and how a mistake in it is told."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from deskhand.channels.whatsapp.options import options_from
from deskhand.settings import Settings, SettingsError

SETTINGS = Settings(
    whatsapp_token=SecretStr("EAAx"), whatsapp_app_secret=SecretStr("s3cret"), whatsapp_verify_token=SecretStr("word")
)


def test_secrets_come_from_the_settings() -> None:
    made = options_from({"phone_number_id": 106540352242922}, SETTINGS)
    assert made.phone_number_id == "106540352242922"
    assert made.access_token.get_secret_value() == "EAAx"
    assert "s3cret" not in repr(made)


def test_what_credentials_yml_says_comes_first() -> None:
    made = options_from({"phone_number_id": "106540352242922", "access_token": "EAAy"}, SETTINGS)
    assert made.access_token.get_secret_value() == "EAAy"


@pytest.mark.parametrize(
    ("credentials", "settings", "told"),
    [
        (None, SETTINGS, "phone_number_id is missing"),
        ({"phone_number_id": "106540352242922"}, Settings(), "DESKHAND_WHATSAPP_TOKEN is missing, and has no default"),
        ({"phone_number_id": "106540352242922"}, Settings(), "DESKHAND_WHATSAPP_APP_SECRET is missing"),
        ({"phone_number_id": "106540352242922"}, Settings(), "DESKHAND_WHATSAPP_VERIFY_TOKEN is missing"),
        ({"phone_number_id": "106540352242922", "app_secret": ""}, SETTINGS, "DESKHAND_WHATSAPP_APP_SECRET"),
        ({"phone_number_id": "+1 555 078 3881"}, SETTINGS, "phone_number_id"),
        ({"phone_number_id": "106540352242922", "fone": 1}, SETTINGS, "fone"),
        ({"phone_number_id": "106540352242922", "template": {"name": "x"}}, SETTINGS, "template.language"),
        ({"phone_number_id": "106540352242922", "template": {"name": "A B", "language": "en"}}, SETTINGS, "name"),
        ({"phone_number_id": "106540352242922", "api_version": "23"}, SETTINGS, "api_version"),
        ({"phone_number_id": "106540352242922", "api_url": "http://graph.example"}, SETTINGS, "https://"),
        ({"phone_number_id": "106540352242922", "messages_per_second": 0}, SETTINGS, "messages_per_second"),
    ],
)
def test_mistake(credentials: dict[str, Any] | None, settings: Settings, told: str) -> None:
    with pytest.raises(SettingsError, match=told.replace("+", r"\+")):
        options_from(credentials, settings)


def test_a_mistake_never_shows_a_secret() -> None:
    with pytest.raises(SettingsError) as told:
        options_from({"phone_number_id": "x", "access_token": ["EAAvery-secret"]}, SETTINGS)
    assert "EAAvery-secret" not in str(told.value)
