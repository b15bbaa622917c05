"""How far a training is: a progress bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import re
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from deskhand.runtime.supervisor import Console

if TYPE_CHECKING:  # rich takes a while to load, and a start without a training does not need it
    from rich.progress import Progress

_ESCAPES = re.compile(r"\033\[[0-9;]*[A-Za-z]")
_STARTED = re.compile(r"Starting to train component '(\w+)'")
_PERCENT = re.compile(r"(\d+)%\|")
_LOUD = re.compile(r"\b(WARNING|ERROR|CRITICAL|\w*Warning:|\w+Exception:|\w+Error:)")
_SECONDS_BETWEEN_LINES = 20.0


class TrainingView:
    """Fed with what `rasa train` prints. Shows the component in training and how far it is, warnings and errors."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._component = "reading the training data"
        self._bar = _make_bar() if console.on_terminal else None
        self._last_said = time.monotonic()

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
            self._bar.add_task("training", total=None, what=self._component)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def line(self, text: str) -> None:
        """A whole line of output."""
        plain = _ESCAPES.sub("", text)
        if match := _STARTED.search(plain):
            self._component = match.group(1)
            self._show(None)
        elif _LOUD.search(plain):
            self._say(plain)

    def progress(self, text: str) -> None:
        """A line that will be rewritten, such as tqdm's bar."""
        if match := _PERCENT.search(text):
            self._show(int(match.group(1)))

    def _show(self, percent: int | None) -> None:
        if self._bar:
            total = None if percent is None else 100
            self._bar.update(self._bar.task_ids[0], total=total, completed=percent or 0, what=self._component)
        elif percent is None or time.monotonic() - self._last_said > _SECONDS_BETWEEN_LINES:
            self._last_said = time.monotonic()
            self._say(f"{self._component} {'…' if percent is None else f'{percent} %'}")

    def _say(self, text: str) -> None:
        if self._bar:
            self._bar.console.print(f"training │ {text}", markup=False, highlight=False)
        else:
            self._console.line("training", text)


def _make_bar() -> Progress:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("  Training"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[what]}"),
        TimeElapsedColumn(),
    )
