"""Runs `rasa train` in a process of its own and shows how far it is."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from deskhand.errors import DeskhandError
from deskhand.folders import make_private_folder
from deskhand.runtime.supervisor import Console, Part
from deskhand.runtime.supervisor.child import Child
from deskhand.runtime.training.freshness import Model, digest_of_inputs, newest_model, remember
from deskhand.runtime.training.view import TrainingView

GRACE_SECONDS = 5.0
_ESCAPES = re.compile(r"\033\[[0-9;]*[A-Za-z]")


class TrainingFailed(DeskhandError):
    """`rasa train` did not end with a model."""


async def train(project: Path, console: Console, log_file: Path, options: Sequence[str] = ()) -> Model:
    """Trains, and notes what the model was trained from. All of Rasa's output goes to `log_file`.

    `options` are given to `rasa train`. Raises `TrainingFailed` with the last lines of the output.
    """
    digest = digest_of_inputs(project)
    before = newest_model(project)
    started = time.monotonic()
    child = await Child.start(_part(options))
    try:
        code = await _watch(child, console, log_file)
    finally:
        await child.stop(GRACE_SECONDS)
    model = newest_model(project)
    if code or model is None or model == before:
        raise TrainingFailed(_explain(code, child, log_file))
    remember(project, model, digest)
    console.say(f"Trained {model.file.name} ({time.monotonic() - started:.0f} s).")
    return model


def _part(options: Sequence[str]) -> Part:
    async def never() -> bool:
        return False

    return Part("training", [sys.executable, "-m", "rasa", "train", *options], never)


async def _watch(child: Child, console: Console, log_file: Path) -> int:
    make_private_folder(log_file.parent)
    with log_file.open("w", encoding="utf-8") as log, TrainingView(console) as view:

        def line(text: str) -> None:
            log.write(_ESCAPES.sub("", text) + "\n")
            log.flush()
            view.line(text)

        await child.relay(line, view.progress)
        return await child.wait()


def _explain(code: int, child: Child, log_file: Path) -> str:
    ended = f"was stopped by {signal.Signals(-code).name}" if code < 0 else f"failed with exit code {code}"
    said = "\n".join(f"    {line}" for line in child.last_lines)
    return f"The training {ended}. Its last lines:\n{said}\n  All of them are in {log_file}."
