"""Measures Deskhand's understanding beside stock Rasa's, through Rasa's own `Agent.parse_message`.

Give it the folder with BANKING77, CLINC150 and SNIPS. It can be stopped and started again: what is in the results
file is not measured anew, unless with --fresh.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import sys
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from benchmarks.data_sets import EXPERIMENTS, load, missing
from benchmarks.errors import DataMissing
from benchmarks.project import SIDES
from benchmarks.report import write_report
from benchmarks.results_file import ResultsFile, Run
from benchmarks.run import Conditions, measure_run, python_of
from deskhand.errors import DeskhandError

RESULTS = Path(__file__).resolve().parent / "results"
DEFAULT_OUT = RESULTS / "understanding.json"
ANSWERS = RESULTS / "answers"


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 when all was measured, 1 when a run failed, 2 when the data sets are not there."""
    options = parse_arguments(arguments)
    absent = missing(options.only, options.data)
    if absent:
        print(what_is_missing(options.data, absent), file=sys.stderr)
        return 2
    try:
        for side in options.sides:
            python_of(side)
        measure_all(options)
        if options.out == DEFAULT_OUT:
            print(f"Written: {write_report(DEFAULT_OUT)}")
    except DataMissing as exc:
        print(exc, file=sys.stderr)
        return 2
    except DeskhandError as exc:
        print(exc, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on with what is not measured yet.", file=sys.stderr)
        return 130
    return 0


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.understanding", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with BANKING77, CLINC150 and SNIPS")
    parser.add_argument("--only", type=chosen(EXPERIMENTS), default=list(EXPERIMENTS), help=", ".join(EXPERIMENTS))
    parser.add_argument("--sides", type=chosen(SIDES), default=list(SIDES), help=", ".join(SIDES))
    parser.add_argument("--seeds", type=seeds, default=[1, 2, 3], help="default: 1,2,3")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="of both sides")
    parser.add_argument("--epochs", type=int, help="instead of each side's own: for a quick look, not for figures")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="default: benchmarks/results/understanding.json")
    parser.add_argument("--fresh", action="store_true", help="measure anew what is in the results file")
    return parser.parse_args(arguments)


def chosen(known: Collection[str]) -> Callable[[str], list[str]]:
    """An argparse type: names of `known`, separated by commas."""

    def parse(text: str) -> list[str]:
        names = text.split(",")
        unknown = [name for name in names if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"no {', '.join(unknown)}; there are {', '.join(known)}")
        return names

    return parse


def seeds(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not like 1,2,3") from None


def what_is_missing(data: Path, absent: Sequence[Path]) -> str:
    files = "\n".join(f"  {path}" for path in absent)
    return (
        f"The data sets are not all in {data}. Missing:\n{files}\n"
        "Which files they are, and where they come from: benchmarks/README.md, 'The data sets'."
    )


def measure_all(options: argparse.Namespace) -> None:
    """All runs that are asked for, both sides of a data set and seed one after the other."""
    results = ResultsFile(options.out)
    runs = [Run(*parts) for parts in itertools.product(options.only, options.seeds, options.sides)]
    if options.fresh:
        results.drop(runs)
    conditions = Conditions(options.threads, options.epochs)
    print(f"{machine()}; {options.threads} threads a side; {len(runs)} runs", flush=True)
    for number, run in enumerate(runs, start=1):
        if run in results:
            print(f"[{number}/{len(runs)}] {run}: measured before", flush=True)
            continue
        print(f"[{number}/{len(runs)}] {run}: …", flush=True)
        started = time.monotonic()
        data = load(EXPERIMENTS[run.experiment], options.data, run.seed)
        figures = measure_run(run, data, conditions, ANSWERS if options.out == DEFAULT_OUT else None)
        results.put(run, {"machine": machine(), **figures})
        print(f"    {in_words(figures)}; all in {time.monotonic() - started:.0f} s", flush=True)


def in_words(figures: dict[str, Any]) -> str:
    measures = ", ".join(f"{name} {value:.4f}" for name, value in figures["measures"].items())
    return f"trained in {figures['train']['seconds']:.0f} s; {measures}"


def machine() -> str:
    """What the figures were measured on, in words."""
    names = [line.partition(":")[2].strip() for line in _cpu_lines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} × {names[0] if names else platform.machine()}, {memory:.0f} GB"


def _cpu_lines() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


if __name__ == "__main__":
    sys.exit(main())
