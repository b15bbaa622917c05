"""Trains or asks one dialogue policy, in that side's own Python. Uses only Rasa's public functions, and is the same
for both.

    python -m benchmarks.policy_side train PROJECT      config.yml, domain.yml, train.yml → model.tar.gz, train.json
    python -m benchmarks.policy_side predict PROJECT    model.tar.gz, heldout.yml → predictions.json

The policy measured is the first of config.yml. Neither step counts the time of imports.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.side import MODEL, memory_mb, versions, write

WARM_UP = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("train", "predict"))
    parser.add_argument("project", type=Path)
    arguments = parser.parse_args()
    os.chdir(arguments.project)
    policy = first_policy()
    if arguments.step == "train":
        write(Path("train.json"), train(policy))
    else:
        write(Path("predictions.json"), predict(policy))


def first_policy() -> str:
    """Its dotted name; it and Rasa are imported."""
    import yaml

    for module in ("rasa.core.agent", "rasa.model_training", "rasa.engine.recipes.default_components"):
        importlib.import_module(module)
    name: str = yaml.safe_load(Path("config.yml").read_text(encoding="utf-8"))["policies"][0]["name"]
    importlib.import_module(name.rpartition(".")[0])
    return name


def train(policy: str) -> dict[str, Any]:
    """Trains with Rasa's own function. `seconds` are those of the policy: featurising, learning and storing.
    `whole_seconds` are those of `train core`, most of which is Rasa's own reading and gluing together of stories."""
    from rasa.model_training import train_core

    seconds = time_training(policy)
    started = time.perf_counter()
    made = train_core("domain.yml", "config.yml", "train.yml", ".", fixed_model_name=MODEL)
    whole = time.perf_counter() - started
    if made is None or len(seconds) != 1:
        raise SystemExit("Rasa trained nothing; it says why above.")
    return {
        "seconds": seconds[0],
        "whole_seconds": whole,
        "peak_mb": memory_mb("VmHWM"),
        "versions": versions(),
    }


def time_training(policy: str) -> list[float]:
    """Gets the seconds of each call of the policy's `train`, as Rasa makes them."""
    module, _, name = policy.rpartition(".")
    policy_class = getattr(importlib.import_module(module), name)
    learn, seconds = policy_class.train, []

    @functools.wraps(learn)  # Rasa looks at the types of its arguments
    def timed(*args: Any, **kwargs: Any) -> Any:
        started = time.perf_counter()
        result = learn(*args, **kwargs)
        seconds.append(time.perf_counter() - started)
        return result

    policy_class.train = timed
    return seconds


def predict(policy: str) -> dict[str, Any]:
    """Every action of the held-out stories, predicted from the true history before it by the policy's own node of
    the graph of the loaded model: the other policies are not asked."""
    from rasa.core.agent import Agent
    from rasa.engine.constants import PLACEHOLDER_TRACKER

    agent = Agent.load(MODEL)
    domain, runner, node = agent.domain, agent.processor.graph_runner, f"run_{policy}0"
    asked = list(examples(domain))
    for _, history, _ in asked[:WARM_UP]:
        runner.run(inputs={PLACEHOLDER_TRACKER: history}, targets=[node])
    actions, seconds = [], []
    for story, history, action in asked:
        started = time.perf_counter()
        prediction = runner.run(inputs={PLACEHOLDER_TRACKER: history}, targets=[node])[node]
        seconds.append(time.perf_counter() - started)
        predicted = domain.action_names_or_texts[prediction.max_confidence_index]
        actions.append([story, action, predicted, float(prediction.max_confidence)])
    return {"actions": actions, "seconds": seconds}


def examples(domain: Any) -> Iterator[tuple[str, Any, str]]:
    """(name of the story, the tracker before the action, the action).

    Rasa takes the happy path of a form to be the rules' business, and hides it from policies that learn: each run
    of a form replaces the one before. So do these.
    """
    from rasa.core.training import load_data
    from rasa.shared.core.events import ActionExecuted
    from rasa.shared.core.trackers import DialogueStateTracker

    for tracker in load_data("heldout.yml", domain, remove_duplicates=False, augmentation_factor=0):
        events = list(tracker.applied_events())
        for place, event in enumerate(events):
            if isinstance(event, ActionExecuted) and not event.unpredictable:
                before = DialogueStateTracker.from_events("test", events[:place], domain.slots, domain=domain)
                yield tracker.sender_id, before, event.action_name


if __name__ == "__main__":
    main()
