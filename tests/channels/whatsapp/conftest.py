"""WhatsApp's parts, beside a double of Meta's API that checks what it gets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from deskhand.channels.delivery.contracts import Address
from deskhand.channels.whatsapp.connection import WhatsAppConnection
from deskhand.channels.whatsapp.options import WhatsAppOptions

from .cloud_api import PHONE_NUMBER_ID, TOKEN, CloudApi, running

APP_SECRET = "app-secret"
VERIFY_TOKEN = "a word of ours"


def options(**more: Any) -> WhatsAppOptions:
    given: dict[str, Any] = {
        "phone_number_id": PHONE_NUMBER_ID,
        "access_token": TOKEN,
        "app_secret": APP_SECRET,
        "verify_token": VERIFY_TOKEN,
        "timeout_seconds": 5,
    }
    return WhatsAppOptions(**given | more)


@pytest.fixture
async def cloud_api() -> AsyncIterator[CloudApi]:
    async with running() as api:
        yield api


@pytest.fixture
async def connection(cloud_api: CloudApi) -> AsyncIterator[WhatsAppConnection]:
    made = WhatsAppConnection(options(api_url=cloud_api.url))
    yield made
    await made.close()


def address(external_id: str = "US.13491208655302741918", *aliases: str, **more: Any) -> Address:
    return Address(UUID(int=1), external_id, aliases, **more)
