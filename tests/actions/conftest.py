"""Ends with the real services again, whatever a test put in their place."""

from __future__ import annotations

import pytest

from actions import services


@pytest.fixture(autouse=True)
def real_services_again():
    yield
    services.use(None)
