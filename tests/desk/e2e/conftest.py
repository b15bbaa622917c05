"""The whole, started once for all conversations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from deskhand.runtime.training import newest_model
from tests.channels.page.visits import CHROMIUM, FLAGS
from tests.desk.e2e.running import Whole, started

PROJECT = Path(__file__).resolve().parents[3]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole(tmp_path_factory: pytest.TempPathFactory, pictures: Path | None) -> AsyncIterator[Whole]:
    model = newest_model(PROJECT)
    if model is None:
        pytest.skip("needs a trained model: deskhand train")
    logs = tmp_path_factory.mktemp("logs")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        async with started(model.file, logs, browser, pictures) as running:
            yield running
        await browser.close()
