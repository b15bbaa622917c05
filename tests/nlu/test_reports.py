"""`rasa test` on a model with our classifier writes all that it writes for stock Rasa."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.nlu import small_bot as bot_files
from tests.rasa_command import rasa

pytestmark = pytest.mark.slow

PNG = b"\x89PNG"
INTENTS = {"greet", "travel", "order"}

UNSEEN = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello there
    - 😀
    - \U0001f469\u200d\U0001f469\u200d\U0001f467 שלום
    - ...
- intent: travel
  examples: |
    - from [York]{"entity": "city", "role": "from"} to [Leeds]{"entity": "city", "role": "to"}
    - leaving [Bath]{"entity": "city", "role": "from"}, going to [New York]{"entity": "city", "role": "to"}
- intent: order
  examples: |
    - a [large]{"entity": "size", "group": "1"} pizza with [tuna]{"entity": "topping", "group": "1"}
"""


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def results(small_bot: Path) -> Path:
    """The reports of `rasa test`, which is `rasa test core` and then `rasa test nlu`."""
    (small_bot / "unseen.yml").write_text(UNSEEN, encoding="utf-8")
    rasa(small_bot, "test", "--nlu", "unseen.yml", "--stories", "tests", "--successes")
    return small_bot / "results"


def test_intents_are_reported(results: Path) -> None:
    report = read(results / "intent_report.json")
    assert set(report) >= INTENTS | {"macro avg", "weighted avg"}
    assert sum(report[intent]["support"] for intent in INTENTS) == 7
    files = [results / f"intent_{kind}.json" for kind in ("errors", "successes")]  # Rasa writes none that is empty
    entries = [entry for file in files if file.exists() for entry in read(file)]
    assert len(entries) == 7


def test_entities_are_reported_under_our_name_and_by_role_and_group(results: Path) -> None:
    report = read(results / "TransformerClassifier_report.json")
    assert set(report) >= {"city.from", "city.to", "size.1", "topping.1"}
    assert report["city.to"]["support"] == 3  # "New York" are two words
    sides = [results / f"TransformerClassifier_{kind}.json" for kind in ("errors", "successes")]
    assert any(file.exists() for file in sides)


@pytest.mark.parametrize(
    "name",
    [
        "intent_confusion_matrix.png",
        "intent_histogram.png",
        "TransformerClassifier_confusion_matrix.png",
        "TransformerClassifier_histogram.png",
        "story_confusion_matrix.png",
    ],
)
def test_pictures_are_drawn(results: Path, name: str) -> None:
    assert (results / name).read_bytes().startswith(PNG)


def test_stories_are_reported_and_the_failed_one_is_shown(results: Path) -> None:
    report = read(results / "story_report.json")
    assert report["conversation_accuracy"]["correct"] == 1
    assert report["conversation_accuracy"]["total"] == 2
    failed = (results / "failed_test_stories.yml").read_text(encoding="utf-8")
    assert "not as trained" in failed
    assert "predicted: utter_greet" in failed
    assert "as trained" in (results / "successful_test_stories.yml").read_text(encoding="utf-8")


def test_cross_validation_reports_every_example_once_also_those_refused(
    small_bot: Path, small_settings: dict[str, object]
) -> None:
    (small_bot / "strict.yml").write_text(bot_files.config(**small_settings, refuse=0.9), encoding="utf-8")
    crossed, data = small_bot / "crossed", small_bot / "data/nlu.yml"
    rasa(
        small_bot,
        *("test", "nlu", "--nlu", "data/nlu.yml", "--config", "strict.yml", "--out", "crossed"),
        *("--cross-validation", "--folds", "2"),
    )
    report = read(crossed / "intent_report.json")
    examples = sum(line.startswith("    - ") for line in data.read_text(encoding="utf-8").splitlines())
    assert sum(report[intent]["support"] for intent in INTENTS) == examples
    # Rasa scores the guess behind an nlu_fallback, which our ranking has in second place.
    assert {entry["intent_prediction"]["name"] for entry in read(crossed / "intent_errors.json")} <= INTENTS
    assert (crossed / "TransformerClassifier_report.json").is_file()
    assert (crossed / "intent_histogram.png").read_bytes().startswith(PNG)


def test_two_configurations_are_compared(small_bot: Path, small_settings: dict[str, object]) -> None:
    for name, epochs in (("short", 1), ("long", 5)):
        text = bot_files.config(**{**small_settings, "epochs": epochs})
        (small_bot / f"{name}.yml").write_text(text, encoding="utf-8")
    rasa(
        small_bot,
        *("test", "nlu", "--nlu", "data/nlu.yml", "--config", "short.yml", "long.yml"),
        *("--runs", "1", "--percentages", "50", "--out", "compared"),
    )
    scores = read(small_bot / "compared/results.json")
    assert set(scores) == {"short", "long"}
    assert all(0 <= score <= 1 for runs in scores.values() for run in runs for score in run)
    assert (small_bot / "compared/nlu_model_comparison_graph.pdf").is_file()
