"""A real Chromium and a real server for the tests of the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from deskhand.conversation.model import Button, Reply
from deskhand.store.database import Database
from tests.browsers import chromium, pictures
from tests.channels.page.visits import Visit, fern, visiting
from tests.channels.webchat.site import Site, serving

__all__ = ["chromium", "pictures"]


@pytest.fixture
async def shop(db: Database) -> AsyncIterator[Site]:
    async with serving(db) as site:
        greets(site)
        site.turns.answering = fern
        yield site


def greets(site: Site) -> None:
    site.turns.greeting = [
        Reply(
            "Hi, I'm Fern, Fernway's AI assistant. I can look up orders, start returns, book a repair and more. "
            "What can I do for you?",
            (
                Button("Track an order", "/order_status"),
                Button("Start a return", "/start_return"),
                Button("Book a repair", "/book_appointment"),
                Button("My subscription", "/check_subscription"),
            ),
        )
    ]


@pytest.fixture
async def visit(chromium: Browser, pictures: Path | None) -> Visit:
    return await visiting(chromium, pictures)
