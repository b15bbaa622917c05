"""The fake keeps the contract, so that tests with it mean something."""

from __future__ import annotations

import pytest

from tests.crm.contract import *  # noqa: F403
from tests.crm.contract import NOW, contract_records
from tests.fakes.memory_crm import FakeCrm


@pytest.fixture
def crm() -> FakeCrm:
    return FakeCrm(contract_records(), now=lambda: NOW)
