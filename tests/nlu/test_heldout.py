"""The held-out set is a fair measure: complete, annotated with known entities, and apart from the training data."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
ANNOTATION = re.compile(r"\[([^\]]+)\](?:\((\w+)\)|\{[^}]*\"entity\": \"(\w+)\"[^}]*\})")


def examples(file: Path) -> list[tuple[str, str]]:
    """Pairs of intent and annotated text."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [
        (block["intent"], line[2:])
        for block in content["nlu"]
        if "intent" in block
        for line in block["examples"].splitlines()
        if line.startswith("- ")
    ]


def plain(text: str) -> str:
    """Without annotations, case and punctuation, so that near copies are found as well."""
    return " ".join(re.findall(r"\w+", ANNOTATION.sub(r"\1", text).lower()))


HELD_OUT = examples(ROOT / "tests/nlu/heldout.yml")
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))

SET_BY_BUTTONS = {"item", "back", "callback_at", "callback_reach"}


def test_every_intent_is_measured_on_at_least_eight_utterances():
    counts = Counter(intent for intent, _ in HELD_OUT)

    assert set(counts) == set(DOMAIN["intents"])
    assert [intent for intent, count in counts.items() if count < 8] == []
    assert len(HELD_OUT) >= 400


def test_entities_are_those_of_the_domain():
    found = {match[2] or match[3] for _, text in HELD_OUT for match in ANNOTATION.finditer(text)}

    assert found == set(DOMAIN["entities"]) - SET_BY_BUTTONS


def test_no_utterance_is_in_the_training_data():
    trained = {plain(text) for file in (ROOT / "data/nlu").glob("*.yml") for _, text in examples(file)}

    assert sorted({plain(text) for _, text in HELD_OUT} & trained) == []


def test_no_utterance_is_there_twice():
    counts = Counter(plain(text) for _, text in HELD_OUT)

    assert [text for text, count in counts.items() if count > 1] == []
