"""Roles and groups as Rasa has them: annotated its way, trained by `rasa train`, filling slots by its mappings."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.shared.core.domain import Domain

from tests.nlu import small_bot
from tests.rasa_command import rasa

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Agent:
    """With the real weights, which know cities and toppings that are not in the data."""
    settings: dict[str, Any] = {"epochs": 30, "batch_size": 16, "fallback": "false"}
    folder = small_bot.write(tmp_path_factory.mktemp("bots") / "roles", **settings)
    rasa(folder, "train", "--domain", "domain.yml")
    return Agent.load(small_bot.newest_model(folder))


async def entities(agent: Agent, text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await agent.parse_message(text))["entities"]
    for entity in found:
        assert text[entity["start"] : entity["end"]] == entity["value"]
    return found


@pytest.mark.parametrize(
    ("text", "origin", "destination"),
    [
        ("from Leeds to York", "Leeds", "York"),
        ("from York to Leeds", "York", "Leeds"),
        ("from Hull to New York", "Hull", "New York"),
        ("leaving San Sebastian, going to Bath.", "San Sebastian", "Bath"),
        ("a ticket to Bath from San Sebastian, please!", "San Sebastian", "Bath"),
    ],
)
async def test_the_same_city_has_the_role_that_its_place_in_the_sentence_gives_it(
    agent: Agent, text: str, origin: str, destination: str
) -> None:
    found = {(entity["entity"], entity["role"]): entity["value"] for entity in await entities(agent, text)}
    assert found == {("city", "from"): origin, ("city", "to"): destination}


async def test_confidences_come_for_the_entity_and_its_role_or_group(agent: Agent) -> None:
    for entity in await entities(agent, "from Leeds to York"):
        assert 0 < entity["confidence_role"] <= entity["confidence_entity"] <= 1
        assert "group" not in entity
    for entity in await entities(agent, "a small pizza with ham"):
        assert 0 < entity["confidence_group"] <= entity["confidence_entity"] <= 1
        assert "role" not in entity


async def test_groups_keep_what_belongs_together(agent: Agent) -> None:
    found = await entities(agent, "a large pizza with tuna and a small pizza with olives")
    grouped = [(entity["group"], entity["entity"], entity["value"]) for entity in found]
    assert grouped == [
        ("1", "size", "large"),
        ("1", "topping", "tuna"),
        ("2", "size", "small"),
        ("2", "topping", "olives"),
    ]


async def test_slots_are_filled_by_role_and_group(agent: Agent) -> None:
    for text in ("from York to New York", "a large pizza with tuna and a small pizza with olives"):
        await agent.handle_text(text, sender_id="somebody")
    tracker = await agent.tracker_store.retrieve("somebody")
    assert tracker is not None
    slots = {name: tracker.get_slot(name) for name in small_bot_slots(agent.domain)}
    assert slots == {
        "origin": "York",
        "destination": "New York",
        "first_topping": "tuna",
        "second_topping": "olives",
        "second_size": "small",
    }


def small_bot_slots(domain: Domain | None) -> list[str]:
    assert domain is not None
    return [slot.name for slot in domain.slots if not slot.name.startswith("session")]


ODD_STARTS = ("😀😀 ", "\u200b", "e\u0301e\u0301 ", "İİİ ", "שלום ", "👩‍👩‍👧 ", "ﬁ ")


@pytest.mark.parametrize("start", ODD_STARTS)
async def test_offsets_count_the_characters_of_the_message(agent: Agent, start: str) -> None:
    text = f"{start}from York to Leeds😀, please"
    values = [entity["value"] for entity in await entities(agent, text)]
    assert any(value.startswith("York") for value in values)
    assert any(value.startswith("Leeds") for value in values)
