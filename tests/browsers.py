"""A real Chromium for the tests that need one. `SCREENSHOTS=<folder>` keeps pictures of what was seen."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.channels.page.visits import CHROMIUM, FLAGS

__all__ = ["chromium", "pictures"]


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
