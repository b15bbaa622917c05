"""Many conversations at once, except those that would get in each other's way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from deskhand.e2e.cases import Case
from deskhand.e2e.conversation import Result


async def run_cases(
    cases: Sequence[Case],
    hold: Callable[[Case], Awaitable[Result]],
    *,
    jobs: int,
    done: Callable[[Result], None] = lambda _result: None,
) -> list[Result]:
    """Results in the order of the cases. Cases with a claim in common run one after the other.

    `done` is told of each result as it comes.
    """
    free = asyncio.Condition()
    claimed: set[str] = set()
    places = asyncio.Semaphore(jobs)

    async def run(case: Case) -> Result:
        async with free:
            await free.wait_for(lambda: not claimed & case.claims)
            claimed.update(case.claims)
        try:
            async with places:
                result = await hold(case)
        finally:
            async with free:
                claimed.difference_update(case.claims)
                free.notify_all()
        done(result)
        return result

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(run(case)) for case in cases]
    return [task.result() for task in tasks]
