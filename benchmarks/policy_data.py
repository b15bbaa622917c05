"""The stories that the policies learn from and are tested on."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.nlu.training_data.entities_parser import find_entities_in_training_example
from rasa.shared.utils.io import read_yaml

from benchmarks.dialogues import DOMAIN, Step, library_dialogues

PROJECT = Path(__file__).resolve().parent.parent
HELD_OUT = 0.3
LIBRARY_DIALOGUES = 150


@dataclass(frozen=True)
class Stories:
    """A domain, and stories in Rasa's format, each with intents rather than texts."""

    domain: dict[str, Any]
    steps: list[list[Step]]

    def write_split(self, seed: int, folder: Path) -> dict[str, int]:
        """domain.yml, train.yml and heldout.yml. Of stories that take the same path there is one. Returns how many
        stories there are in each."""
        paths = sorted({_path(steps): steps for steps in self.steps}.items())
        random.Random(seed).shuffle(paths)  # noqa: S311  # no secret
        held_out = round(len(paths) * HELD_OUT)
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "domain.yml", self.domain)
        _write(folder / "train.yml", _stories([steps for _, steps in paths[held_out:]]))
        _write(folder / "heldout.yml", _stories([steps for _, steps in paths[:held_out]]))
        return {"train": len(paths) - held_out, "heldout": held_out}


def library() -> Stories:
    """Dialogues from the grammar of `dialogues.py`."""
    return Stories(DOMAIN, library_dialogues(LIBRARY_DIALOGUES))


def fernway(project: Path = PROJECT) -> Stories:
    """The project's own stories and story tests. The tests' messages are left out: only their intents and entities
    count. Rules are left out as well: they say single steps, which no held-out story could be kept apart from."""
    files = sorted([*(project / "data/stories").glob("*.yml"), *(project / "tests/stories").glob("*.yml")])
    stories = [story for file in files for story in _read(file).get("stories", [])]
    return Stories(_read(project / "domain.yml"), [[_plain(step) for step in s["steps"]] for s in stories])


SETS: dict[str, Callable[[], Stories]] = {"policy-fernway": fernway, "policy-library": library}


def _plain(step: Step) -> Step:
    if "user" not in step:
        return step
    entities = [{entity["entity"]: entity["value"]} for entity in find_entities_in_training_example(step["user"])]
    return {"intent": step["intent"], **({"entities": entities} if entities else {})}


def _path(steps: list[Step]) -> str:
    """What a policy sees of a story: which entities there are, not their values."""
    seen = [{**step, "entities": sorted(key for one in step.get("entities", []) for key in one)} for step in steps]
    return json.dumps(seen, sort_keys=True)


def _stories(stories: list[list[Step]]) -> dict[str, Any]:
    named = [{"story": f"story {number}", "steps": steps} for number, steps in enumerate(stories, 1)]
    return {"version": "3.1", "stories": named}


def _read(file: Path) -> dict[str, Any]:
    # Rasa's reader: in its YAML a customer's "yes" is a word.
    content: dict[str, Any] = read_yaml(file.read_text(encoding="utf-8"))
    return content


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
