"""Measures Deskhand's dialogue policy beside stock Rasa's TED: next-action accuracy on held-out stories, and the time
of training.

Both sides train through Rasa's `train core` on the same stories with the same max_history. It can be stopped and
started again: what is in the results file is not measured anew, unless with --fresh.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks.errors import BenchmarkError
from benchmarks.policy_data import SETS, Stories
from benchmarks.project import DESKHAND, SIDES, STOCK
from benchmarks.report import README, conditions, spread, table, write_section
from benchmarks.results_file import ResultsFile, Run
from benchmarks.run import Conditions, call, parse_times, python_of
from benchmarks.understanding import chosen, machine, seeds
from deskhand.errors import DeskhandError

DEFAULT_OUT = Path(__file__).resolve().parent / "results" / "policy.json"
MAX_HISTORY = 5
POLICIES: dict[str, dict[str, Any]] = {
    DESKHAND: {"name": "deskhand.policies.transformer_policy.TransformerPolicy", "max_history": MAX_HISTORY},
    STOCK: {
        "name": "rasa.core.policies.ted_policy.TEDPolicy",
        "max_history": MAX_HISTORY,
        "epochs": 100,
        "constrain_similarities": True,
    },
}
"""TED's settings are those of the config.yml that `rasa init` writes; ours are the defaults."""
LISTEN = "action_listen"


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 when all was measured, 1 when a run failed."""
    options = parse_arguments(arguments)
    try:
        for side in options.sides:
            python_of(side)
        text = policy_table(measure_all(options))
        print(text)
        if options.out == DEFAULT_OUT:
            write_section(README, "policy", text)
    except DeskhandError as exc:
        print(exc, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on with what is not measured yet.", file=sys.stderr)
        return 130
    return 0


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policy", description=__doc__)
    parser.add_argument("--only", type=chosen(SETS), default=list(SETS), help=", ".join(SETS))
    parser.add_argument("--sides", type=chosen(SIDES), default=list(SIDES), help=", ".join(SIDES))
    parser.add_argument("--seeds", type=seeds, default=[1, 2, 3], help="default: 1,2,3")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="of both sides")
    parser.add_argument("--epochs", type=int, help="instead of each side's own: for a quick look, not for figures")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="default: benchmarks/results/policy.json")
    parser.add_argument("--fresh", action="store_true", help="measure anew what is in the results file")
    return parser.parse_args(arguments)


def measure_all(options: argparse.Namespace) -> ResultsFile:
    """One run after the other, a set and a seed on both sides before the next."""
    results = ResultsFile(options.out)
    runs = [Run(name, seed, side) for name in options.only for seed in options.seeds for side in options.sides]
    if options.fresh:
        results.drop(runs)
    conditions = Conditions(options.threads, options.epochs)
    for run in runs:
        if run not in results:
            print(f"{run} …", flush=True)
            results.put(run, measure_run(run, SETS[run.experiment](), conditions))
    return results


def measure_run(run: Run, stories: Stories, conditions: Conditions) -> dict[str, Any]:
    """Everything that is known of a run, for the results file. The seed is also that of the split."""
    with tempfile.TemporaryDirectory(prefix="deskhand-benchmark-") as scratch:
        folder = Path(scratch)
        counts = stories.write_split(run.seed, folder)
        (folder / "config.yml").write_text(yaml.safe_dump(config(run, conditions)), encoding="utf-8")
        for step in ("train", "predict"):
            call(run, step, folder, conditions, module="benchmarks.policy_side")
        trained = json.loads((folder / "train.json").read_text(encoding="utf-8"))
        answered = json.loads((folder / "predictions.json").read_text(encoding="utf-8"))
    return {
        "versions": trained.pop("versions"),
        "machine": machine(),
        "threads": conditions.threads,
        "stories": counts,
        "train": trained,
        "serve": parse_times(answered["seconds"]),
        "measures": measure(answered["actions"]),
    }


def config(run: Run, conditions: Conditions) -> dict[str, Any]:
    """Rasa wants a RulePolicy wherever there are forms: it is there, without rules, and not asked."""
    policy = {**POLICIES[run.side], "random_seed": run.seed}
    if conditions.epochs is not None:
        policy["epochs"] = conditions.epochs
    head = {"recipe": "default.v1", "assistant_id": "benchmark", "language": "en", "pipeline": []}
    return {**head, "policies": [policy, {"name": "RulePolicy"}]}


def measure(actions: Sequence[tuple[str, str, str, float]]) -> dict[str, float]:
    """Of (story, action, predicted, confidence): the share of right actions, of right ones other than listening,
    and of stories in which all are right."""
    if not actions:
        raise BenchmarkError("There is nothing in the held-out stories to predict.")
    right = [action == predicted for _, action, predicted, _ in actions]
    done = [good for good, (_, action, _, _) in zip(right, actions, strict=True) if action != LISTEN]
    stories: dict[str, bool] = {}
    for good, (story, _, _, _) in zip(right, actions, strict=True):
        stories[story] = good and stories.get(story, True)
    return {
        "accuracy": statistics.fmean(right),
        "accuracy_but_listening": statistics.fmean(done),
        "whole_stories": statistics.fmean(stories.values()),
    }


def policy_table(results: ResultsFile) -> str:
    """A row for each set and side, and how much faster ours trains."""
    runs = list(results.runs.values())
    rows = [["stories", "side", *(title for title, _, _, _ in COLUMNS)]]
    for name in dict.fromkeys(figures["experiment"] for figures in runs):
        for side in reversed(SIDES):
            found = [each for each in runs if (each["experiment"], each["side"]) == (name, side)]
            if found:
                cells = [spread([each[part][key] for each in found], digits) for _, part, key, digits in COLUMNS]
                rows.append([name.removeprefix("policy-"), "Deskhand" if side == DESKHAND else "stock TED", *cells])
    return f"{table(rows)}\n\n{conditions(runs)}"


COLUMNS = (
    ("next action right", "measures", "accuracy", 3),
    ("… other than listening", "measures", "accuracy_but_listening", 3),
    ("whole stories right", "measures", "whole_stories", 3),
    ("training, s", "train", "seconds", 1),
    ("… with Rasa's part, s", "train", "whole_seconds", 1),
    ("prediction, ms", "serve", "parse_median_ms", 2),
)


if __name__ == "__main__":
    sys.exit(main())
