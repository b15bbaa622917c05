"""A real Chromium and a real server for the tests of the page.

`SCREENSHOTS=<folder>` keeps pictures of what was seen.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from deskhand.conversation.model import Button, Reply
from deskhand.store.database import Database
from tests.channels.page.visits import CHROMIUM, FLAGS, Visit, fern, visiting
from tests.channels.webchat.site import Site, serving


@pytest.fixture(scope="module")
def pictures() -> Path | None:
    folder = os.environ.get("SCREENSHOTS")
    return Path(folder) if folder else None


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        await browser.close()


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
