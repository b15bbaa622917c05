from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.language_model import FakeLanguageModel


@pytest.fixture
async def model() -> AsyncIterator[FakeLanguageModel]:
    async with FakeLanguageModel().served() as served:
        yield served
