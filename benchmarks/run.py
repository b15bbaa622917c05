"""One run: writes the project, trains and asks one side in its own Python, and measures the answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy

from benchmarks.data_sets import DataSet
from benchmarks.errors import BenchmarkError, SideFailed
from benchmarks.measures import FALLBACK, Entity, Prediction, measure
from benchmarks.project import DESKHAND, pipeline_of, write_project
from benchmarks.results_file import Run

PROJECT = Path(__file__).resolve().parent.parent
STOCK_PYTHON = PROJECT / "benchmarks" / "stock_rasa" / ".venv" / "bin" / "python"
# torch and numpy read the first two, TensorFlow through Rasa the others.
THREADS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "TF_INTRA_OP_PARALLELISM_THREADS",
    "TF_INTER_OP_PARALLELISM_THREADS",
)
LINES_OF_LOG = 25


@dataclass(frozen=True)
class Conditions:
    """What is the same for all runs."""

    threads: int
    epochs: int | None = None
    """Instead of the pipelines' own: for a quick look only."""


def python_of(side: str) -> Path:
    """Raises `BenchmarkError` when stock Rasa's environment has not been built."""
    if side == DESKHAND:
        return Path(sys.executable)
    if not STOCK_PYTHON.exists():
        raise BenchmarkError("Stock Rasa is not installed. Type `make stock-rasa`, or leave it out: --sides deskhand")
    return STOCK_PYTHON


def measure_run(run: Run, data: DataSet, conditions: Conditions, answers_to: Path | None = None) -> dict[str, Any]:
    """Everything that is known of a run, for the results file. The single answers go to `answers_to`.

    Raises `SideFailed` with the end of what the side said.
    """
    asked = (*data.test, *data.outside)
    with tempfile.TemporaryDirectory(prefix="deskhand-benchmark-") as scratch:
        folder = Path(scratch)
        pipeline = pipeline_of(run.side, refusing=bool(data.outside), seed=run.seed)
        write_project(folder, data.train, with_epochs(pipeline, conditions.epochs))
        (folder / "texts.json").write_text(json.dumps([sentence.text for sentence in asked]), encoding="utf-8")
        call(run, "train", folder, conditions)
        call(run, "parse", folder, conditions, *(["--bare"] if run.side == DESKHAND else []))
        trained = json.loads((folder / "train.json").read_text(encoding="utf-8"))
        served = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    answers = served.pop("answers")
    if answers_to:
        answers_to.mkdir(parents=True, exist_ok=True)
        file = answers_to / f"{run.experiment}-{run.seed}-{run.side}.json"
        file.write_text(json.dumps(answers), encoding="utf-8")
    return {
        "versions": trained.pop("versions"),
        "threads": conditions.threads,
        "sentences": {"train": len(data.train), "test": len(data.test), "outside": len(data.outside)},
        "train": trained,
        "serve": served | parse_times([answer["seconds"] for answer in answers]),
        "measures": measure(data.test, data.outside, [prediction_of(answer) for answer in answers]),
    }


def with_epochs(pipeline: Sequence[dict[str, Any]], epochs: int | None) -> list[dict[str, Any]]:
    """The pipeline, with this number of epochs where it has a seed, which is where it trains."""
    if epochs is None:
        return list(pipeline)
    return [component | ({"epochs": epochs} if "random_seed" in component else {}) for component in pipeline]


def call(
    run: Run, step: str, folder: Path, conditions: Conditions, *options: str, module: str = "benchmarks.side"
) -> None:
    """One step of the side's script, in `folder`, which keeps Rasa's cache away from everything else."""
    environment = os.environ | {name: str(conditions.threads) for name in THREADS}
    environment |= {
        "PYTHONPATH": str(PROJECT),
        "PYTHONHASHSEED": str(run.seed),
        "RASA_CACHE_DIRECTORY": str(folder / "cache"),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    command = [str(python_of(run.side)), "-P", "-m", module, step, str(folder), *options]
    log = folder / f"{step}.log"
    with log.open("w", encoding="utf-8") as written:
        code = subprocess.run(  # noqa: S603 - our own worker
            command, cwd=folder, env=environment, stdout=written, stderr=subprocess.STDOUT
        ).returncode
    if code:
        said = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LINES_OF_LOG:]
        raise SideFailed(f"{run}: the step `{step}` failed (exit code {code}). It said:\n" + "\n".join(said))


def prediction_of(answer: dict[str, Any]) -> Prediction:
    """What benchmarks/side.py wrote of one message."""
    real = next(((name, share) for name, share in answer["ranking"] if name != FALLBACK), (None, 0.0))
    entities = tuple(Entity(start, end, entity) for start, end, entity in answer["entities"])
    return Prediction(answer["intent"], real[0], real[1], entities)


def parse_times(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile, in milliseconds."""
    median, p95 = numpy.percentile(numpy.array(seconds) * 1000, [50, 95])
    return {"parse_median_ms": float(median), "parse_p95_ms": float(p95)}
