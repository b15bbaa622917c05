"""Processes die, the database goes away and comes back, and everything is done nevertheless."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from deskhand.channels.delivery.workers import Workers
from deskhand.conversation.model import Reply
from deskhand.store.listening import Changes
from tests.channels.delivery.conftest import World
from tests.patience import PATIENCE_SECONDS


async def test_the_work_of_a_dead_process_is_done_by_another(world: World) -> None:
    """As it is after a SIGKILL: the jobs are being worked on by a worker without a heartbeat."""
    await world.write("hello")
    async with world.db.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO deskhand_queue.procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')"
            )
        )
        await connection.execute(
            text(
                "UPDATE deskhand_queue.procrastinate_jobs SET status = 'doing', "
                "worker_id = (SELECT max(id) FROM deskhand_queue.procrastinate_workers)"
            )
        )
    await world.start()
    await world.settled()

    assert world.channel.texts() == ["re: hello"]


async def test_a_process_that_is_stopped_hands_its_turn_over(world: World, monkeypatch) -> None:
    monkeypatch.setattr("deskhand.channels.delivery.workers.FINISH_SECONDS", 0.1)
    begun = asyncio.Event()

    async def never(words: str) -> list[Reply]:
        begun.set()
        await asyncio.Event().wait()
        return []

    world.assistant.answering = never
    first = await world.start()
    await world.write("hello")
    await begun.wait()
    await first.stop()
    world.assistant.answering = None
    await world.start()
    await world.settled()

    assert world.channel.texts() == ["re: hello"]
    assert await world.rows("SELECT attempts, state FROM deskhand.turns") == [(2, "done")]


CUT = """
    SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE :name
"""


async def test_lost_connections_lose_nothing(world: World) -> None:
    """As it is when the database is restarted under load."""

    async def answer(words: str) -> list[Reply]:
        await asyncio.sleep(0.02)
        return [Reply(f"re: {words}")]

    world.assistant.answering = answer
    await world.start()
    await world.start()
    for number in range(15):
        await asyncio.gather(*(world.write(f"{number}", contact=f"c{contact}") for contact in range(3)))
        if number % 5 == 4:
            await world.count(CUT, name="deskhand%")
    await world.settled()

    for contact in range(3):
        lines = "\n".join(one.removeprefix("re: ") for one in world.channel.texts(f"c{contact}"))
        assert lines == "\n".join(str(number) for number in range(15))


async def test_who_watches_a_conversation_is_woken_by_other_processes(world: World) -> None:
    changes = Changes()
    conversation_id = await world.write("hello")
    other = await world.write("hello", contact="ben")
    with changes.watch(conversation_id) as news, changes.watch(other) as others_news:
        listening = asyncio.create_task(changes.listen(world.db.url))
        await asyncio.wait_for(news.wait(), PATIENCE_SECONDS)  # everybody looks once when the listening begins
        news.clear()
        others_news.clear()
        await world.write("again")
        await asyncio.wait_for(news.wait(), PATIENCE_SECONDS)
        assert not others_news.is_set()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_after_a_gap_everybody_looks(world: World) -> None:
    changes = Changes()
    conversation_id = await world.write("hello")
    with changes.watch(conversation_id) as news:
        listening = asyncio.create_task(changes.listen(world.db.url))
        await asyncio.wait_for(news.wait(), PATIENCE_SECONDS)
        news.clear()
        assert await world.count(CUT, name="deskhand changes") == 1
        await asyncio.wait_for(news.wait(), PATIENCE_SECONDS)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_told_to_stop_while_they_begin_workers_end(world: World) -> None:
    """At any moment of it: a cancellation can get lost on the way to the database."""
    for number in range(60):
        running = asyncio.create_task(_workers(world).run(["telegram", "whatsapp"], lambda: True))
        await asyncio.sleep(number / 1000)
        running.cancel()
        await asyncio.wait({running}, timeout=PATIENCE_SECONDS)
        assert running.cancelled()


def _workers(world: World) -> Workers:
    async def nothing(*_: object) -> None:
        pass

    return Workers(world.db, nothing, nothing, nothing)
