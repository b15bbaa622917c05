"""What is told to stop does, whenever that is."""

from __future__ import annotations

import asyncio

import pytest

from deskhand.channels.delivery.stopping import heed_cancellation
from deskhand.channels.delivery.workers import Workers
from tests.patience import PATIENCE_SECONDS


async def test_an_error_while_being_cancelled_does_not_keep_a_loop_going() -> None:
    begun = asyncio.Event()

    async def stubborn() -> None:
        while True:
            try:
                begun.set()
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                failed = ConnectionError("the database went away meanwhile")
            try:
                raise failed
            except ConnectionError:
                heed_cancellation()

    task = asyncio.create_task(stubborn())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, PATIENCE_SECONDS)


async def test_an_error_otherwise_is_outlived() -> None:
    heed_cancellation()


@pytest.mark.parametrize("turns_of_the_loop", [0, 1, 5, 20, 60, 150, 400])
async def test_workers_that_are_stopped_while_they_start_end(db, turns_of_the_loop: int) -> None:
    async def nothing(*_ids: object) -> None:
        return None

    task = asyncio.create_task(Workers(db, nothing, nothing, nothing).run(["whatsapp"], lambda: True))
    for _ in range(turns_of_the_loop):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, PATIENCE_SECONDS)
