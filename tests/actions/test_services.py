"""What actions work with is opened ahead, and a failure is not for ever."""

from __future__ import annotations

import logging
import sys
from types import SimpleNamespace
from typing import Any, cast

import pytest

from actions import services
from deskhand.encoders.errors import WeightsError
from deskhand.knowledge import opening
from deskhand.runtime import action_server
from deskhand.store.errors import DatabaseUnavailable

SERVICES = cast(Any, object())


@pytest.fixture(autouse=True)
def nothing_open_and_no_model(monkeypatch):
    services.use(None)
    monkeypatch.setattr(opening, "shared_embedder", lambda: None)


async def test_warming_up_opens_the_services_and_loads_the_encoder(monkeypatch):
    loaded = []
    monkeypatch.setattr(opening, "shared_embedder", lambda: loaded.append(True))

    async def opened() -> Any:
        return SERVICES

    monkeypatch.setattr(services, "_open", opened)

    await services.warm_up()

    assert loaded == [True]
    assert services._opened is SERVICES


async def test_a_database_that_is_away_at_the_start_is_tried_again(monkeypatch, caplog):
    tries: list[bool] = []

    async def opened() -> Any:
        tries.append(True)
        if len(tries) == 1:
            raise DatabaseUnavailable("The database is away.")
        return SERVICES

    monkeypatch.setattr(services, "_open", opened)

    await services.warm_up()

    assert "could not be opened yet" in caplog.text
    assert await services.services() is SERVICES


async def test_an_encoder_that_cannot_be_loaded_is_said_and_stops_nothing(monkeypatch, caplog):
    def broken() -> None:
        raise WeightsError("The encoder in x cannot be loaded.")

    async def opened() -> Any:
        return SERVICES

    monkeypatch.setattr(opening, "shared_embedder", broken)
    monkeypatch.setattr(services, "_open", opened)
    caplog.set_level(logging.ERROR)

    await services.warm_up()

    assert "cannot be loaded" in caplog.text
    assert await services.services() is SERVICES


async def test_the_action_server_warms_up_beside_the_first_requests(monkeypatch):
    warmed, tasks = [], []

    async def warm_up() -> None:
        warmed.append(True)

    monkeypatch.setitem(sys.modules, "actions.services", SimpleNamespace(warm_up=warm_up))
    app = SimpleNamespace(add_task=lambda task, name: tasks.append(task))

    await action_server._warm_up(cast(Any, app))

    assert warmed == []
    await tasks[0]
    assert warmed == [True]


async def test_actions_of_ones_own_need_no_warming(monkeypatch):
    monkeypatch.delitem(sys.modules, "actions.services", raising=False)

    await action_server._warm_up(cast(Any, SimpleNamespace()))
