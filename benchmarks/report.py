"""Writes the figures of a results file as tables into README.md, between its two markers.

python -m benchmarks.report [RESULTS.json]
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.project import DESKHAND, SIDES, STOCK
from benchmarks.results_file import ResultsFile
from deskhand.errors import DeskhandError

FOLDER = Path(__file__).resolve().parent
README = FOLDER / "README.md"
DEFAULT_RESULTS = FOLDER / "results" / "understanding.json"
NOTHING = "–"

Figures = dict[str, Any]


@dataclass(frozen=True)
class Goal:
    """A line of the first table: a measure on a data set, and what it must reach."""

    title: str
    experiment: str
    value: Callable[[Figures], float]
    must: str = ""
    aim: str = ""
    scale: float = 100
    digits: int = 1


def measured(name: str) -> Callable[[Figures], float]:
    return lambda figures: float(figures["measures"][name])


def bare(name: str) -> Callable[[Figures], float]:
    return lambda figures: float(figures["serve"]["bare"]["parse_ms"] / figures["serve"]["bare"][name])


GOALS = (
    Goal("BANKING77, 10 a intent: accuracy, %", "banking77-10", measured("accuracy"), "87.5", "89.8"),
    Goal("… a refusal counted as wrong, %", "banking77-10", measured("accuracy_as_served")),
    Goal("BANKING77, 5 a intent: accuracy, %", "banking77-5", measured("accuracy"), "81.5", "84.0"),
    Goal("… a refusal counted as wrong, %", "banking77-5", measured("accuracy_as_served")),
    Goal("CLINC150, 10 a intent: accuracy in scope, %", "clinc150-10", measured("accuracy"), "92.5", "94.9"),
    Goal("… a refusal counted as wrong, %", "clinc150-10", measured("accuracy_as_served")),
    Goal("CLINC150, 5 a intent: accuracy in scope, %", "clinc150-5", measured("accuracy"), "90.0", "92.6"),
    Goal("… a refusal counted as wrong, %", "clinc150-5", measured("accuracy_as_served")),
    Goal("CLINC150, 10: out of scope found, as served, %", "clinc150-10", measured("recall_as_served"), "75", "90"),
    Goal("… in scope kept then, as served, %", "clinc150-10", measured("kept_as_served"), "95"),
    Goal("… found at exactly 95 % kept, by confidence*, %", "clinc150-10", measured("recall_at_95_kept")),
    Goal("… area under the ROC curve of confidence, %", "clinc150-10", measured("auroc")),
    Goal(
        "BANKING77, 10: calibration error, 15 bins",
        "banking77-10",
        measured("calibration_error"),
        "≤ 0.05",
        "0.02",
        scale=1,
        digits=3,
    ),
    Goal("SNIPS, 100 an intent: slot F1, %", "snips-100", measured("slot_f1"), "stock + 2", "stock + 5"),
    Goal("SNIPS, 100 an intent: intent accuracy, %", "snips-100", measured("accuracy")),
    Goal(
        "BANKING77, 10: training, s",
        "banking77-10",
        lambda figures: float(figures["train"]["seconds"]),
        "stock / 8",
        "stock / 50",
        scale=1,
        digits=0,
    ),
    Goal(
        "Parse ÷ bare encoder with transformers",
        "banking77-10",
        bare("transformers_ms"),
        "≤ 1.5",
        "1.1",
        scale=1,
        digits=2,
    ),
    Goal("Parse ÷ bare encoder with our code", "banking77-10", bare("own_ms"), "≤ 1.5", "1.1", scale=1, digits=2),
)


COSTS = (
    ("train", "seconds", 0),
    ("train", "peak_mb", 0),
    ("serve", "load_seconds", 1),
    ("serve", "loaded_mb", 0),
    ("serve", "parse_median_ms", 2),
    ("serve", "parse_p95_ms", 2),
)
"""The columns of the second table: part, name and digits."""


def cost(part: str, name: str) -> Callable[[Figures], float]:
    return lambda figures: float(figures[part][name])


def write_report(results: Path, readme: Path = README) -> Path:
    """Writes the tables. Raises `BenchmarkError` when the file has no figures or README.md no markers."""
    runs = list(ResultsFile(results).runs.values())
    if not runs:
        raise BenchmarkError(f"{results} has no figures yet: `make benchmark DATA=…` measures them.")
    write_section(readme, "understanding", f"{goals_table(runs)}\n\n{costs_table(runs)}\n\n{conditions(runs)}")
    return readme


def write_section(readme: Path, name: str, text: str) -> None:
    """Puts a text between the two markers of this name. Raises `BenchmarkError` when they are not there once each."""
    start, end = f"<!-- {name}: start -->", f"<!-- {name}: end -->"
    content = readme.read_text(encoding="utf-8")
    if content.count(start) != 1 or content.count(end) != 1:
        raise BenchmarkError(f"{readme} must have the lines {start} and {end} once each.")
    before, after = content.split(start)[0], content.split(end)[1]
    readme.write_text(f"{before}{start}\n\n{text}\n\n{end}{after}", encoding="utf-8")


def goals_table(runs: Sequence[Figures]) -> str:
    """The measures with a goal, both sides beside it."""
    rows = [["measure", "stock Rasa", "Deskhand", "difference", "must", "aim"]]
    for goal in GOALS:
        stock, deskhand = (values(runs, goal.experiment, side, goal.value) for side in (STOCK, DESKHAND))
        scaled = [[value * goal.scale for value in each] for each in (stock, deskhand)]
        cells = [spread(each, goal.digits) for each in scaled]
        rows.append([goal.title, *cells, difference(scaled[0], scaled[1], goal), goal.must, goal.aim])
    return table(rows)


def difference(stock: Sequence[float], deskhand: Sequence[float], goal: Goal) -> str:
    """Points gained; for seconds, how many times faster."""
    if not stock or not deskhand:
        return NOTHING
    ours, theirs = statistics.fmean(deskhand), statistics.fmean(stock)
    if goal.must.startswith("stock /"):
        return f"{theirs / ours:.1f} × faster"
    return f"{ours - theirs:+.{goal.digits}f}"


def costs_table(runs: Sequence[Figures]) -> str:
    """Time and memory of every data set and side."""
    rows = [["data set", "side", "training, s", "peak MB", "load, s", "MB loaded", "parse, ms", "95th, ms"]]
    for experiment in dict.fromkeys(goal.experiment for goal in GOALS):
        for side in reversed(SIDES):
            numbers = [values(runs, experiment, side, cost(part, name)) for part, name, _ in COSTS]
            cells = [spread(each, digits) for each, (_, _, digits) in zip(numbers, COSTS, strict=True)]
            if numbers[0]:
                rows.append([experiment, "Deskhand" if side == DESKHAND else "stock Rasa", *cells])
    return table(rows)


def conditions(runs: Sequence[Figures]) -> str:
    """On what, with how much, with which versions."""
    machines = ", ".join(sorted({each["machine"] for each in runs}))
    threads = ", ".join(sorted({str(each["threads"]) for each in runs}))
    seeds = ", ".join(str(seed) for seed in sorted({each["seed"] for each in runs}))
    lines = [f"Measured on {machines}; threads a side: {threads}; seeds: {seeds}."]
    for side, name in ((STOCK, "Stock Rasa"), (DESKHAND, "Deskhand")):
        found = [each["versions"] for each in runs if each["side"] == side]
        if found:
            lines.append(f"{name}: {', '.join(f'{package} {number}' for package, number in found[-1].items())}.")
    return "\n".join(lines)


def values(runs: Sequence[Figures], experiment: str, side: str, value: Callable[[Figures], float]) -> list[float]:
    """One number a seed; none where it was not measured."""
    found = []
    for figures in runs:
        if figures["experiment"] == experiment and figures["side"] == side:
            try:
                found.append(value(figures))
            except KeyError:
                continue
    return found


def spread(numbers: Sequence[float], digits: int) -> str:
    """Mean ± standard deviation over the seeds; the bare number where there is one seed."""
    if not numbers:
        return NOTHING
    mean = f"{statistics.fmean(numbers):.{digits}f}"
    return f"{mean} ± {statistics.stdev(numbers):.{digits}f}" if len(numbers) > 1 else mean


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as Markdown, the first being the head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def main() -> int:
    results = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_RESULTS
    try:
        print(f"Written: {write_report(results)}")
    except DeskhandError as exc:
        print(exc, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
