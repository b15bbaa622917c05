"""A site that runs, and somebody who has opened the chat."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from deskhand.store.database import Database
from tests.channels.webchat.site import Browser, Site, serving


@pytest.fixture
async def site(db: Database) -> AsyncIterator[Site]:
    async with serving(db) as running:
        yield running


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[Browser]:
    async with site.browser() as visitor:
        await visitor.open()
        yield visitor
