"""Trains or asks one side, in that side's own Python. Uses only Rasa's public functions, and is the same for both.

    python -m benchmarks.side train PROJECT             config.yml, domain.yml, nlu.yml → model.tar.gz, train.json
    python -m benchmarks.side parse PROJECT [--bare]    model.tar.gz, texts.json → answers.json

Two processes, so that the memory of serving is not that of training. Neither counts the time of imports.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

MODEL = "model.tar.gz"
WARM_UP = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("train", "parse"))
    parser.add_argument("project", type=Path)
    parser.add_argument("--bare", action="store_true", help="also time the bare encoder (Deskhand's side only)")
    arguments = parser.parse_args()
    project: Path = arguments.project
    if arguments.step == "train":
        write(project / "train.json", train(project))
    else:
        write(project / "answers.json", asyncio.run(parse(project, arguments.bare)))


def train(project: Path) -> dict[str, Any]:
    """Trains the NLU model with Rasa's own function, from reading the data to the packed model."""
    importing = import_components(project)
    from rasa.model_training import train_nlu

    started = time.perf_counter()
    made = train_nlu(
        config=str(project / "config.yml"),
        nlu_data=str(project / "nlu.yml"),
        domain=str(project / "domain.yml"),
        output=str(project),
        fixed_model_name=MODEL,
    )
    seconds = time.perf_counter() - started
    if made is None:
        raise SystemExit("Rasa trained nothing; it says why above.")
    return {
        "seconds": seconds,
        "import_seconds": importing,
        "peak_mb": memory_mb("VmHWM"),
        "versions": versions(),
    }


async def parse(project: Path, bare: bool) -> dict[str, Any]:
    """Loads the model and asks it all texts, one after the other."""
    texts: list[str] = json.loads((project / "texts.json").read_text(encoding="utf-8"))
    importing = import_components(project)
    from rasa.core.agent import Agent

    started = time.perf_counter()
    agent = Agent.load(str(project / MODEL))
    result: dict[str, Any] = {"load_seconds": time.perf_counter() - started, "import_seconds": importing}
    result["loaded_mb"] = memory_mb("VmRSS")
    for text in texts[:WARM_UP]:
        await agent.parse_message(text)
    result["answers"] = [await timed_answer(agent, text) for text in texts]
    result["peak_mb"] = memory_mb("VmHWM")
    if bare:
        from benchmarks.bare_encoder import compare

        result["bare"] = await compare(agent, project, texts)
    return result


async def timed_answer(agent: Any, text: str) -> dict[str, Any]:
    started = time.perf_counter()
    parsed = await agent.parse_message(text)
    seconds = time.perf_counter() - started
    return {
        "intent": parsed["intent"].get("name"),
        "ranking": [[each["name"], float(each["confidence"])] for each in parsed.get("intent_ranking", [])[:3]],
        "entities": [[each["start"], each["end"], each["entity"]] for each in parsed.get("entities", [])],
        "seconds": seconds,
    }


def import_components(project: Path) -> float:
    """Imports Rasa and every component that the pipeline names. Returns the seconds."""
    import yaml

    started = time.perf_counter()
    importlib.import_module("rasa.core.agent")
    importlib.import_module("rasa.model_training")
    importlib.import_module("rasa.engine.recipes.default_components")
    for component in yaml.safe_load((project / "config.yml").read_text(encoding="utf-8"))["pipeline"]:
        module, _, _ = component["name"].rpartition(".")
        if module:
            importlib.import_module(module)
    return time.perf_counter() - started


def memory_mb(kind: str) -> float:
    """This process's resident memory now (`VmRSS`) or at its highest (`VmHWM`). Linux only: not `getrusage`, which
    counts in the parent's memory."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/self/status has no {kind}")


def versions() -> dict[str, str]:
    """Of Python and of what decides about the figures."""
    found = {"python": platform.python_version()}
    for package in ("rasa", "tensorflow", "torch", "numpy", "scikit-learn"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content), encoding="utf-8")


if __name__ == "__main__":
    main()
