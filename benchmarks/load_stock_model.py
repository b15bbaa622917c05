"""A model of stock Rasa's for the load: this project's domain, rules and stories, and a part of its examples.

    python -m benchmarks.load_stock_model [--python benchmarks/stock_rasa/.venv/bin/python] [--out MODEL]

The pipeline is Rasa's default one, the policies are its rules, its memory and TED. How long it learns does not change
how long a turn takes: few examples and epochs do, as long as it understands the lines of the load.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.importers.utils import training_data_from_paths
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLWriter
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import list_files

from benchmarks.load_customers import LINES
from benchmarks.project import STOCK_FALLBACK, STOCK_PIPELINE

EXAMPLES_AN_INTENT = 4
NLU_EPOCHS, TED_EPOCHS = 12, 2
LEARNING_RATE = 0.005
POLICIES: tuple[dict[str, Any], ...] = (
    {"name": "MemoizationPolicy", "max_history": 6},
    {
        "name": "RulePolicy",
        "core_fallback_threshold": 0.4,
        "core_fallback_action_name": "action_default_fallback",
        "enable_fallback_prediction": True,
    },
    {"name": "TEDPolicy", "max_history": 8, "epochs": TED_EPOCHS, "constrain_similarities": True},
)
PROJECT = Path(__file__).resolve().parent.parent
MODEL = PROJECT / "benchmarks" / "stock_rasa" / "load.tar.gz"
PYTHON = PROJECT / "benchmarks" / "stock_rasa" / ".venv" / "bin" / "python"


def write_project(folder: Path) -> None:
    """config.yml, domain.yml and data/."""
    pipeline = [dict(component) for component in (*STOCK_PIPELINE, STOCK_FALLBACK)]
    for component in pipeline:
        if component["name"] == "DIETClassifier":
            component |= {"epochs": NLU_EPOCHS, "learning_rate": LEARNING_RATE}
    config = {"recipe": "default.v1", "assistant_id": "load", "language": "en", "pipeline": pipeline}
    (folder / "config.yml").write_text(yaml.safe_dump(config | {"policies": list(POLICIES)}, sort_keys=False), "utf-8")
    shutil.copy(PROJECT / "domain.yml", folder)
    for kind in ("rules", "stories"):
        shutil.copytree(PROJECT / "data" / kind, folder / "data" / kind)
    whole = training_data_from_paths(list_files(str(PROJECT / "data" / "nlu")), language="en")
    part = TrainingData(_some(whole), entity_synonyms=whole.entity_synonyms, regex_features=whole.regex_features)
    (folder / "data" / "nlu.yml").write_text(RasaYAMLWriter().dumps(part), encoding="utf-8")


def _some(whole: TrainingData) -> list[Any]:
    """The lines of the load where there are such examples, and the first ones of each intent."""
    taken: Counter[str] = Counter()
    some = []
    for example in whole.intent_examples:
        intent = example.get("intent")
        if taken[intent] < EXAMPLES_AN_INTENT or str(example.get("text")).lower() in LINES:
            taken[intent] += 1
            some.append(example)
    return some


def train(python: Path, out: Path) -> None:
    """Raises `CalledProcessError`."""
    out.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "DESKHAND_RUNTIME": "off", "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.pop("PYTHONPATH", None)
    with tempfile.TemporaryDirectory(prefix="deskhand-bench-") as name:
        folder = Path(name)
        write_project(folder)
        command = [str(python.absolute()), "-m", "rasa", "train", "--fixed-model-name", "stock"]
        subprocess.run(command, cwd=folder, env=environment, check=True)  # noqa: S603 - our own command
        shutil.copy(folder / "models" / "stock.tar.gz", out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=Path, default=PYTHON)
    parser.add_argument("--out", type=Path, default=MODEL)
    given = parser.parse_args()
    train(given.python, given.out)


if __name__ == "__main__":
    main()
