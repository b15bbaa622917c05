"""A running desk with an agent, conversations to look at, and a real Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from deskhand.store.database import Database
from tests.browsers import chromium, pictures
from tests.desk.site import Client, Site, serving
from tests.desk.talks import Talks

__all__ = ["chromium", "pictures"]


@pytest.fixture
async def site(db: Database) -> AsyncIterator[Site]:
    async with serving(db) as running:
        yield running


@pytest.fixture
def talks(db: Database) -> Talks:
    return Talks(db)


@pytest.fixture
async def ann(site: Site) -> AsyncIterator[Client]:
    client = await site.signed_in("Ann Arbor")
    yield client
    await client.aclose()
