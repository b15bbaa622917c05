"""What the YAML files name is there: classes, actions, forms, responses."""

from __future__ import annotations

import importlib
import inspect
import re
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

ROOT = Path(__file__).parents[2]


def read(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / name).read_text("utf-8")))


def dotted_names() -> set[str]:
    files = [(ROOT / name).read_text("utf-8") for name in ("config.yml", "endpoints.yml", "credentials.yml")]
    return {name for text in files for name in re.findall(r"^[^#]*?\b(deskhand(?:\.\w+)+)", text, re.MULTILINE)}


def test_every_dotted_name_can_be_imported() -> None:
    names = dotted_names()
    assert len(names) >= 5
    for name in names:
        module, _, member = name.rpartition(".")
        assert hasattr(importlib.import_module(module), member), name


def test_every_action_in_the_domain_exists_and_every_action_is_in_the_domain() -> None:
    domain = read("domain.yml")
    assert set(domain["actions"]) == {kind().name() for kind in every_action()}


def test_every_action_is_there_once() -> None:
    assert not [name for name, count in Counter(read("domain.yml")["actions"]).items() if count > 1]
    named = Counter(kind().name() for kind in every_action())
    assert not [name for name, count in named.items() if count > 1]


def every_action() -> list[type[Action]]:
    """Those of the project: other tests, in the same process, have actions of their own."""
    ActionExecutor().register_package("actions")

    def below(kind: type[Action]) -> list[type[Action]]:
        return [kind, *(found for child in kind.__subclasses__() for found in below(child))]

    return [kind for kind in below(Action) if kind.__module__.startswith("actions.") and not inspect.isabstract(kind)]


def test_every_form_has_its_validation_action_and_its_intent() -> None:
    from actions.base import FORM_INTENTS

    domain = read("domain.yml")
    assert set(domain["forms"]) == set(FORM_INTENTS)
    assert set(FORM_INTENTS.values()) <= set(domain["intents"])
    assert {f"validate_{form}" for form in domain["forms"]} <= set(domain["actions"])


RASAS_KEY = "utter_action"
"""Under which Rasa notes the name of a response in a message's metadata."""


def test_every_response_that_code_names_is_in_the_domain() -> None:
    responses = set(read("domain.yml")["responses"])
    for file in (ROOT / "actions").glob("*.py"):
        for name in re.findall(r'"(utter_\w+[a-z0-9])"', file.read_text("utf-8")):
            assert name in responses or name == RASAS_KEY, f"{file.name}: {name}"


def test_every_payload_in_the_domain_names_an_intent() -> None:
    domain = read("domain.yml")
    intents = set(domain["intents"])
    for name, variations in domain["responses"].items():
        for button in (button for variation in variations for button in variation.get("buttons", [])):
            assert button["payload"].split("{")[0].removeprefix("/") in intents, f"{name}: {button['payload']}"


def test_every_intent_has_held_out_messages() -> None:
    heldout = yaml.safe_load((ROOT / "tests/nlu/heldout.yml").read_text("utf-8"))
    assert {block["intent"] for block in heldout["nlu"]} == set(read("domain.yml")["intents"])
