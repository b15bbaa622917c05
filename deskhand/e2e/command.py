"""What `deskhand e2e` does, from the files to the exit code."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from deskhand.e2e import reporting
from deskhand.e2e.cases import Case
from deskhand.e2e.conversation import Result, hold
from deskhand.e2e.coverage import Coverage, Touched, names_in
from deskhand.e2e.errors import ChatNotReachable, NoSuchTest
from deskhand.e2e.junit import write_junit
from deskhand.e2e.parsing import read_selected
from deskhand.e2e.running import run_cases
from deskhand.e2e.stack import Stack, started
from deskhand.e2e.world import World
from deskhand.runtime.supervisor import EXIT_INTERRUPTED, Signals
from deskhand.runtime.training import newest_model
from deskhand.settings import Settings
from deskhand.store.database import Database, open_database


@dataclass(frozen=True)
class Order:
    """What `deskhand e2e` was asked for."""

    selections: Sequence[str]
    project: Path
    settings: Settings
    jobs: int = 4
    url: str | None = None
    model: Path | None = None
    junit: Path | None = None
    verbose: bool = False
    say: Callable[[str], None] = print


async def run(order: Order) -> int:
    """Returns the exit code: 0 when every test passed. Raises a `DeskhandError` for what is no test's failure."""
    cases = read_selected(order.selections)
    with Signals() as signals:
        try:
            async with _stack(order) as stack:
                began = time.monotonic()
                results, coverage = await _run_on(stack, cases, order)
                seconds = time.monotonic() - began
        except asyncio.CancelledError:
            order.say("Interrupted: everything was stopped.")
            return EXIT_INTERRUPTED if signals.exit_code is None else signals.exit_code or 1
    _report(order, results, coverage, seconds)
    return 0 if all(result.passed for result in results) else 1


@contextlib.asynccontextmanager
async def _stack(order: Order) -> AsyncIterator[Stack]:
    if order.url:
        database = await open_database()
        await database.close()
        yield Stack(order.url, database.url)
        return
    model = order.model or _newest(order.project)
    order.say(f"Starting the assistant with {model.name} …")
    began = time.monotonic()
    async with started(order.settings, model, order.settings.data_dir / "logs") as stack:
        order.say(f"It is ready ({time.monotonic() - began:.0f} s).")
        yield stack


def _newest(project: Path) -> Path:
    model = newest_model(project)
    if model is None:
        raise NoSuchTest("There is no model to test. Train one: deskhand train")
    return model.file


async def _run_on(stack: Stack, cases: Sequence[Case], order: Order) -> tuple[list[Result], Coverage]:
    database = Database(stack.database_url, pool_size=order.jobs + 2)
    world = World(database, ZoneInfo(order.settings.timezone))
    try:
        holding = partial(hold, base_url=stack.base_url, world=world)
        results = await run_cases(cases, holding, jobs=order.jobs, done=partial(_tell, order))
        if order.url and all(result.error for result in results):
            raise ChatNotReachable(str(results[0].error))
        touched = Touched()
        for result in results:
            if result.conversation_id:
                touched.add(await world.events(result.conversation_id))
        return results, Coverage(names_in(_domain(order.project)), touched)
    finally:
        await database.close()


def _domain(project: Path) -> Path:
    return project / "domain.yml" if (project / "domain.yml").exists() else project / "domain"


def _tell(order: Order, result: Result) -> None:
    order.say(reporting.one_line(result))
    if order.verbose:
        order.say(reporting.transcript(result) + "\n")


def _report(order: Order, results: Sequence[Result], coverage: Coverage, seconds: float) -> None:
    for result in results:
        if not result.passed:
            order.say("\n" + reporting.failure_report(result))
    order.say("\nTouched by these conversations:")
    for line in coverage.lines(with_names=not any("::" in selection for selection in order.selections)):
        order.say(f"  {line}")
    if order.junit:
        write_junit(results, seconds, order.junit)
    order.say("\n" + reporting.summary(results, seconds))
