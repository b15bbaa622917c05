"""The tests of a model through `rasa test`, and what is demanded of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deskhand.errors import DeskhandError

NLU_DATA = "tests/nlu"
STORIES = "tests/stories"
RESULTS = "results"


class ModelBelowThreshold(DeskhandError):
    """The model understands less than is demanded of it."""


class StoryTestsFailed(DeskhandError):
    """A story test went another way than it says."""


class NoThresholds(DeskhandError):
    """pyproject.toml does not say what is demanded."""


@dataclass(frozen=True)
class Thresholds:
    """The least F1 (weighted by how often each label occurs), from 0 to 1."""

    intent_f1: float
    entity_f1: float


def thresholds(project: Path) -> Thresholds:
    """What pyproject.toml demands. Raises `NoThresholds`."""
    intent_f1, entity_f1 = demanded(project, "intent_f1", "entity_f1")
    return Thresholds(intent_f1, entity_f1)


def demanded(project: Path, *names: str) -> list[float]:
    """The values of these names in pyproject.toml's section on thresholds. Raises `NoThresholds`."""
    try:
        content = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
        section = content["tool"]["deskhand"]["thresholds"]
        return [float(section[name]) for name in names]
    except (OSError, KeyError, ValueError, TypeError) as exc:
        raise NoThresholds(
            f"pyproject.toml needs a section [tool.deskhand.thresholds] with {' and '.join(names)}, from 0 to 1."
        ) from exc


def check_nlu(project: Path) -> list[str]:
    """Tries the newest model on the held-out utterances. Returns what was measured, in words.

    Raises `ModelBelowThreshold`, which names the worst intents and entities.
    """
    wanted = thresholds(project)
    results = project / RESULTS / "nlu"
    shutil.rmtree(results, ignore_errors=True)  # a report of an extractor that is gone would count
    _rasa(project, "test", "nlu", "--nlu", NLU_DATA, "--out", str(results), "--no-plot")
    return judge(results, wanted)


def judge(results: Path, wanted: Thresholds) -> list[str]:
    """Compares the reports in that folder with the thresholds, as `check_nlu` says."""
    intents = _report(results / "intent_report.json")
    entities = _best_entity_report(results)
    measured = [
        f"Intents    F1 {_f1(intents):.3f} (at least {wanted.intent_f1:.3f}) on {_support(intents)} utterances",
        f"Entities   F1 {_f1(entities):.3f} (at least {wanted.entity_f1:.3f}) on {_support(entities)} entities",
    ]
    if _f1(intents) < wanted.intent_f1 or _f1(entities) < wanted.entity_f1:
        weakest = [f"  weakest: {', '.join(_weakest(report))}" for report in (intents, entities)]
        raise ModelBelowThreshold("The model is below its thresholds.\n" + "\n".join([*measured, *weakest]))
    return measured


def check_stories(project: Path) -> list[str]:
    """Runs the story tests on the newest model. Raises `StoryTestsFailed`."""
    results = project / RESULTS / "core"
    command = ["test", "core", "--stories", STORIES, "--fail-on-prediction-errors", "--no-plot"]
    if _rasa(project, *command, "--out", str(results), check=False):
        raise StoryTestsFailed(f"Story tests failed. What went wrong is in {results / 'failed_test_stories.yml'}.")
    report = _report(results / "story_report.json")
    held = report["conversation_accuracy"]
    return [f"Stories    {held['correct']} of {held['total']} as written"]


def _rasa(project: Path, *arguments: str, check: bool = True) -> int:
    code = subprocess.run([sys.executable, "-m", "rasa", *arguments], cwd=project).returncode  # noqa: S603
    if code and check:
        raise DeskhandError(f"`rasa {' '.join(arguments)}` failed with exit code {code}.")
    return code


def _report(file: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise DeskhandError(f"`rasa test` wrote no {file}.") from exc
    return content


def _best_entity_report(results: Path) -> dict[str, Any]:
    """Rasa reports each extractor by itself; the one that finds most is the one that learns."""
    reports = [_report(file) for file in results.glob("*_report.json") if file.name not in _NOT_ENTITIES]
    if not reports:
        raise DeskhandError(f"`rasa test nlu` wrote no report about entities in {results}.")
    return max(reports, key=_f1)


_NOT_ENTITIES = {"intent_report.json", "response_selection_report.json", "story_report.json"}


def _f1(report: dict[str, Any]) -> float:
    return float(report["weighted avg"]["f1-score"])


def _support(report: dict[str, Any]) -> int:
    return int(report["weighted avg"]["support"])


def _weakest(report: dict[str, Any], count: int = 5) -> Sequence[str]:
    averages = {"micro avg", "macro avg", "weighted avg", "accuracy"}
    labels = [(values["f1-score"], name) for name, values in report.items() if name not in averages]
    return [f"{name} {f1:.2f}" for f1, name in sorted(labels)[:count]]
