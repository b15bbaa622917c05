"""A desk on the test's own database."""

from __future__ import annotations

import pytest

from tests.fakes.desk import Desk


@pytest.fixture
def desk(db) -> Desk:
    return Desk(db)
