"""Processes that share the work: one receives and sends, another takes the turns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from deskhand.channels.delivery.serving import Delivery
from tests.channels.delivery.conftest import World
from tests.patience import PATIENCE_SECONDS


async def channels_server(world: World) -> Delivery:
    """A process without a model. It has no assistant to take a turn with."""
    server = world.make()
    server.leave_turns_to_others()
    await server.start()
    world.stack.push_async_callback(server.stop)
    return server


async def assistant_behind(world: World) -> Delivery:
    world.settings = world.settings.model_copy(update={"assistant_duties": "turns"})
    return await world.start()


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not what():
            await asyncio.sleep(0.02)


async def test_what_one_receives_the_other_answers_and_the_first_sends(world: World) -> None:
    await channels_server(world)
    await assistant_behind(world)
    await world.write("hello")
    await world.settled()
    assert world.channel.texts() == ["re: hello"]
    assert world.assistant.words == ["hello"]


async def test_without_an_assistant_nobody_takes_the_turn(world: World) -> None:
    server = await channels_server(world)
    conversation_id = await world.write("hello")
    await until(server.workers_run)
    await asyncio.sleep(0.3)
    assert not await world.is_settled(conversation_id)
    assert world.assistant.words == []


async def test_an_assistant_that_only_takes_turns_sends_nothing(world: World) -> None:
    await assistant_behind(world)
    conversation_id = await world.write("hello")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await world.is_settled(conversation_id):
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)
    assert world.channel.texts() == []
    await channels_server(world)
    await world.settled()
    assert world.channel.texts() == ["re: hello"]


async def test_the_channels_server_knows_whether_anybody_takes_turns(world: World) -> None:
    server = await channels_server(world)
    await until(server.workers_run)
    assert not server.assistant_is_ready()
    assistant = await assistant_behind(world)
    await until(server.assistant_is_ready)
    await assistant.stop()
    await until(lambda: not server.assistant_is_ready())
