"""A process that is killed at any step loses nothing, answers nothing twice and keeps the order."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from deskhand.store import embedded, migrations
from deskhand.store.database import Database
from tests.channels.delivery.conftest import world_on
from tests.channels.delivery.dying import STEPS, lines, world_in
from tests.conftest import FAST, server_folder
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
@pytest.mark.parametrize("step", [*STEPS, "marked"])
async def test_a_process_killed_at_a_step_leaves_the_rest_to_another(
    step: str, database_url: str, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        survivor = world_in(tmp_path, database_url, stack, lambda _step: None, dead_after=5.0)
        await survivor.write("first")
        killed = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.channels.delivery.dying", database_url, step, str(tmp_path), cwd=ROOT
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await killed.wait() == -signal.SIGKILL
        await survivor.write("second")
        await survivor.start()
        await survivor.settled()

        answered = [words for _, words in lines(tmp_path / "answered")]
        called = [text for _, text in lines(tmp_path / "called")]
        if step == "called":  # the one window: the API had it, and nobody noted so
            assert called.pop(0) == called[0]
            assert await survivor.count("SELECT sum(repeats) FROM deskhand.sends") == 1
        assert "\n".join(answered) == "first\nsecond"
        assert "\n".join(text.removeprefix("re: ") for text in called) == "first\nsecond"
        await survivor.db.close()


@pytest.mark.slow
async def test_a_database_that_is_restarted_finds_everything_going_on() -> None:
    with server_folder() as folder:
        server = embedded.start(folder / "postgres", FAST | {"fsync": "on", "synchronous_commit": "on"})
        migrations.upgrade(server.url)
        database = Database(server.url)
        try:
            async with world_on(database) as world:
                await world.start()
                await world.start()
                for number in range(4):
                    await world.write(f"{number}", contact=f"c{number}")
                await asyncio.to_thread(server.stop)
                server = await asyncio.to_thread(embedded.start, folder / "postgres", FAST)
                for number in range(4, 8):
                    await world.write(f"{number}", contact=f"c{number}")
                await world.settled()

                assert sorted(world.channel.sent) == [(f"c{number}", f"re: {number}") for number in range(8)]
        finally:
            await database.close()
            server.stop()
