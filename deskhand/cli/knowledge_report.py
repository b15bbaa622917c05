"""What `deskhand knowledge sync` shows."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING

from deskhand.knowledge.problems import Kind, Problem
from deskhand.knowledge.sync import Progress

if TYPE_CHECKING:
    from rich.console import Console

    from deskhand.knowledge.sources.reading import Reading, Told
    from deskhand.knowledge.sync import SyncReport

SECONDS_BETWEEN_LINES = 5.0
MOST_NAMES = 20
"""Of added, changed or removed articles, that are named. A first sync may have thousands."""


@contextmanager
def progress() -> Iterator[Progress]:
    """Shows how far it is, on stderr: bars on a terminal, and elsewhere a line every few seconds."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        with _bars(console) as shown:
            yield shown
    else:
        yield Progress(
            reading=_lines("Read", "files"),
            asking=_lines("Embedded", "asked questions"),
            embedding=_lines("Embedded", "passages"),
            learning=_say_learning,
            waiting=_say_waiting,
        )


@contextmanager
def _bars(console: Console) -> Iterator[Progress]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Bars(*columns, console=console, transient=True) as bars:
        files = bars.add_task("Reading files", total=None)
        asked = bars.add_task("Embedding asked questions", total=None, visible=False)
        passages = bars.add_task("Embedding passages", total=None, visible=False)
        yield Progress(
            reading=lambda done, of: bars.update(files, completed=done, total=of),
            asking=lambda done, of: bars.update(asked, completed=done, total=of, visible=True),
            embedding=lambda done, of: bars.update(passages, completed=done, total=of, visible=True),
            learning=_say_learning,
            waiting=_say_waiting,
        )


def _lines(verb: str, what: str) -> Told:
    last = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last > SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            print(f"{verb} {done} of {of} {what}.", file=sys.stderr, flush=True)

    return tell


def _say_learning(questions: int) -> None:
    print(f"Learning from {questions:,} asked questions …", file=sys.stderr)


def _say_waiting() -> None:
    print("Another sync is running. Waiting for it to end.", file=sys.stderr, flush=True)


def is_grave(problem: Problem) -> bool:
    """Whether a file could not be read: all else is for a writer to judge."""
    return problem.kind is Kind.UNREADABLE


def show_counts(reading: Reading) -> None:
    """What was read, without anything being stored."""
    passages = sum(len(each.passages) for each in reading.articles)
    asked = f" and {reading.asked} asked question{'' if reading.asked == 1 else 's'}" if reading.asked else ""
    print(f"Read {len(reading.articles)} articles with {passages} passages{asked}. Nothing was stored.")


def show_changes(report: SyncReport) -> None:
    for what, sources in (("Added", report.added), ("Changed", report.changed), ("Removed", report.removed)):
        for source in sources[:MOST_NAMES]:
            print(f"{what:<8} {source}")
        if len(sources) > MOST_NAMES:
            print(f"{what:<8} … and {len(sources) - MOST_NAMES} more")
    print(summary(report))


def summary(report: SyncReport) -> str:
    """One line: what was done, and how quickly."""
    said = (
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed, "
        f"{len(report.unchanged)} unchanged in {report.seconds:.1f} s"
    )
    if report.passages:
        said += f"; {report.passages} passages embedded, {report.passages_per_second:.0f} a second"
    if report.asked_added or report.asked_removed:
        counts = f"{report.asked_added} added, {report.asked_removed} removed, {report.asked_unchanged} unchanged"
        said += f"; asked questions: {counts}"
    return f"{said}."


def show_problems(problems: Sequence[Problem]) -> None:
    """Each with file and line, kind by kind, and how many there are."""
    if not problems:
        print("No problems were found.")
        return
    print()
    for problem in problems:
        print(problem)
    counts = (f"{len(list(same))} × {kind}" for kind, same in groupby(problems, key=lambda each: each.kind))
    print(f"\n{len(problems)} {'problem' if len(problems) == 1 else 'problems'}: {', '.join(counts)}.")
