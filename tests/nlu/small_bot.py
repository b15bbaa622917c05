"""A bot of three intents with roles and groups, on disk, and plain `rasa` commands in its folder."""

from __future__ import annotations

import itertools
from pathlib import Path

CONFIG = """
recipe: default.v1
assistant_id: small
language: en
pipeline:
- name: WhitespaceTokenizer
- name: deskhand.nlu.transformer_classifier.TransformerClassifier
{settings}
- name: EntitySynonymMapper
policies:
- name: MemoizationPolicy
- name: RulePolicy
"""

DOMAIN = """
version: "3.1"
intents: [greet, travel, order]
entities:
- city:
    roles: [from, to]
- size:
    groups: ["1", "2"]
- topping:
    groups: ["1", "2"]
slots:
  origin: {type: text, mappings: [{type: from_entity, entity: city, role: from}]}
  destination: {type: text, mappings: [{type: from_entity, entity: city, role: to}]}
  first_topping: {type: text, mappings: [{type: from_entity, entity: topping, group: "1"}]}
  second_topping: {type: text, mappings: [{type: from_entity, entity: topping, group: "2"}]}
  second_size: {type: text, mappings: [{type: from_entity, entity: size, group: "2"}]}
responses:
  utter_greet: [{text: Hello}]
  utter_travel: [{text: "From {origin} to {destination}"}]
  utter_order: [{text: Coming}]
"""

STORIES = """
version: "3.1"
stories:
- story: hello and a journey
  steps: [{intent: greet}, {action: utter_greet}, {intent: travel}, {action: utter_travel}]
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: travel
  steps: [{intent: travel}, {action: utter_travel}]
- rule: order
  steps: [{intent: order}, {action: utter_order}]
"""

TESTS = """
version: "3.1"
stories:
- story: as trained
  steps: [{user: "hello", intent: greet}, {action: utter_greet}]
- story: not as trained
  steps: [{user: "good morning", intent: greet}, {action: utter_order}]
"""

CITIES = ("Leeds", "York", "New York", "San Sebastian", "Bath")
SIZES = ("small", "large", "medium")
TOPPINGS = ("pepperoni", "ham", "olives", "tuna")
GREETINGS = ("hello", "hi there", "good morning", "hey", "good evening", "hello again")

FROM, TO = '[{0}]{{"entity": "city", "role": "from"}}', '[{1}]{{"entity": "city", "role": "to"}}'
JOURNEYS = (f"from {FROM} to {TO}", f"a ticket to {TO} from {FROM}, please", f"leaving {FROM}, going to {TO}")
SIZE, TOPPING = '[{0}]{{"entity": "size", "group": "%s"}}', '[{1}]{{"entity": "topping", "group": "%s"}}'
PIZZA = f"a {SIZE} pizza with {TOPPING}"


def nlu() -> str:
    """The training data, in Rasa's format."""
    pairs = list(itertools.permutations(CITIES, 2))
    journeys = [JOURNEYS[number % len(JOURNEYS)].format(*pair) for number, pair in enumerate(pairs)]
    pizzas = []
    for number, (size, topping) in enumerate(itertools.product(SIZES, TOPPINGS)):
        one = (PIZZA % ("1", "1")).format(size, topping)
        two = (PIZZA % ("2", "2")).format(SIZES[number % 3 - 1], TOPPINGS[number % 4 - 1])
        pizzas.append(one if number % 3 == 0 else f"{one} and {two}")
    blocks = {"greet": GREETINGS, "travel": journeys, "order": pizzas}
    lines = ['version: "3.1"', "nlu:"]
    for intent, examples in blocks.items():
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {example}" for example in examples)]
    return "\n".join(lines) + "\n"


def config(**settings: object) -> str:
    """The configuration, with these settings of our classifier."""
    return CONFIG.format(settings="\n".join(f"  {name}: {value}" for name, value in settings.items()))


def write(folder: Path, **settings: object) -> Path:
    """The whole bot, into a folder that does not exist yet."""
    (folder / "data").mkdir(parents=True)
    (folder / "tests").mkdir()
    contents = {
        "config.yml": config(**settings),
        "domain.yml": DOMAIN,
        "data/nlu.yml": nlu(),
        "data/stories.yml": STORIES,
        "tests/test_stories.yml": TESTS,
    }
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def newest_model(folder: Path) -> Path:
    """The archive that was trained last."""
    return max((folder / "models").glob("*.tar.gz"), key=lambda file: file.stat().st_mtime_ns)
