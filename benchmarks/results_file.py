"""What has been measured so far, kept in one JSON file after every run, so that a long measurement can be stopped."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError

FORMAT = 1


@dataclass(frozen=True, order=True)
class Run:
    """One training and one parse of all test messages."""

    experiment: str
    seed: int
    side: str

    def __str__(self) -> str:
        return f"{self.experiment}, seed {self.seed}, {self.side}"


class ResultsFile:
    """The figures of each run, under `runs`. Missing means empty."""

    def __init__(self, path: Path) -> None:
        """Raises `BenchmarkError` when there is a file, and it is not of ours."""
        self.path = path
        try:
            content: dict[str, Any] = {"format": FORMAT, "runs": []}
            if path.exists():
                content = json.loads(path.read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                raise BenchmarkError(f"{path} is of format {content['format']}, not {FORMAT}. Name another with --out.")
            self.runs = {Run(each["experiment"], each["seed"], each["side"]): each for each in content["runs"]}
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise BenchmarkError(f"{path} is not a results file ({exc!r}). Name another with --out.") from exc

    def __contains__(self, run: Run) -> bool:
        return run in self.runs

    def put(self, run: Run, figures: dict[str, Any]) -> None:
        """Keeps a run's figures and writes the file."""
        self.runs[run] = {"experiment": run.experiment, "seed": run.seed, "side": run.side, **figures}
        self._write()

    def drop(self, runs: Iterable[Run]) -> None:
        """Forgets runs, to measure them anew. The file changes with the next `put`."""
        for run in runs:
            self.runs.pop(run, None)

    def _write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        content = {"format": FORMAT, "runs": [self.runs[run] for run in sorted(self.runs)]}
        beside = self.path.with_suffix(".tmp")
        beside.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        beside.replace(self.path)
