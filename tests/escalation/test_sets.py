"""The sets that measure when a person takes over, and that nothing of them was learned."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from rasa.shared.nlu.training_data.loading import load_data

from benchmarks.escalation_measures import NOBODY, read_items
from deskhand.conversation.escalation import Reason

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
SETS = ("heldout.yml", "development.yml", "strangers.yml", "passers_by.yml", "nowhere.yml", "heldout_more.yml")
FIELDS = {"to", "said", "also", "from"}


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9£]+", text.lower().replace("'", "")))


@pytest.fixture(scope="module")
def learned() -> set[str]:
    return {plain(message.get("text")) for message in load_data(str(ROOT / "data/nlu")).nlu_examples}


def test_the_sets_are_as_large_as_they_say() -> None:
    assert len(read_items(FOLDER / "heldout.yml")) == 200
    assert len(read_items(FOLDER / "development.yml")) == 150
    assert len(read_items(FOLDER / "strangers.yml")) == 240
    assert len(read_items(FOLDER / "passers_by.yml")) == 159
    assert len(read_items(FOLDER / "nowhere.yml")) == 80
    assert len(read_items(FOLDER / "heldout_more.yml")) == 319


@pytest.mark.parametrize("name", SETS)
def test_every_item_is_well_formed(name: str) -> None:
    for each in yaml.safe_load((FOLDER / name).read_text("utf-8")):
        assert set(each) <= FIELDS, each
        assert {each["to"], *each.get("also", ())} <= {NOBODY, *Reason}, each
        assert 1 <= each.get("from", 1) <= len(each["said"]), each


@pytest.mark.parametrize("name", SETS)
def test_nothing_of_it_was_learned(name: str, learned: set[str]) -> None:
    """What carries a conversation to a person: its last message. Words like "hello" may be in both."""
    should = [item for item in read_items(FOLDER / name) if item.to != NOBODY]
    assert [item.said[-1] for item in should if plain(item.said[-1]) in learned] == []


def test_nothing_of_what_says_that_an_answer_missed_was_learned(learned: set[str]) -> None:
    messages = yaml.safe_load((FOLDER / "in_vain.yml").read_text("utf-8"))
    assert (len(messages["in_vain"]), len(messages["others"])) == (89, 60)
    assert [text for text in messages["in_vain"] if plain(text) in learned] == []


@pytest.mark.parametrize("name", SETS[1:])
def test_the_held_out_set_has_nothing_in_common_with_another(name: str) -> None:
    held_out = {plain(item.said[-1]) for item in read_items(FOLDER / "heldout.yml") if item.to != NOBODY}
    assert held_out.isdisjoint(plain(item.said[-1]) for item in read_items(FOLDER / name))
