"""Agents who step in while assistant processes take turns."""

from __future__ import annotations

import asyncio
import random

from deskhand.conversation.model import Reply
from deskhand.store.desk.work import Work
from tests.channels.delivery.conftest import World
from tests.fakes.desk import agent

TAKEOVERS = 40
AT_ONCE = 10
"""As many as have a connection to the database, so that a slow machine refuses none."""
# What the assistant said after an agent had taken over, until it got the conversation back: never there.
LATE_WORDS = """
    SELECT count(*) FROM deskhand.messages AS said JOIN deskhand.conversation_events AS taken
    ON taken.conversation_id = said.conversation_id AND taken.kind = 'takeover' AND said.seq > taken.after_seq
    WHERE said.author = 'assistant' AND NOT EXISTS (
        SELECT FROM deskhand.conversation_events AS back WHERE back.conversation_id = said.conversation_id
        AND back.kind = 'return' AND back.id > taken.id AND back.after_seq < said.seq
    )
"""


async def test_after_a_takeover_at_any_moment_the_assistant_says_nothing(world: World) -> None:
    chance = random.Random(6)

    async def answer(words: str) -> list[Reply]:
        await asyncio.sleep(chance.random() * 0.1)
        return [Reply(f"re: {words}"), Reply("Anything else?")]

    world.assistant.answering = answer
    await world.start()
    await world.start()
    ann, work = await agent(world.db), Work(world.db)

    places = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with places:
            conversation_id = await world.write("hello", f"contact {number}")
            await asyncio.sleep(chance.random() * 0.3)
            await work.takeover(conversation_id, ann)
            await world.write("are you a person?", f"contact {number}")
            await work.say(conversation_id, ann, "Yes, I am Ann.")

    await asyncio.gather(*(one(number) for number in range(TAKEOVERS)))
    await world.settled()

    assert await world.count("SELECT count(*) FROM deskhand.conversation_events WHERE kind = 'takeover'") == TAKEOVERS
    assert await world.count(LATE_WORDS) == 0
    for number in range(TAKEOVERS):
        said = world.channel.texts(f"contact {number}")
        assert "Yes, I am Ann." in said
        assert not any(words.startswith("re:") for words in said[said.index("Yes, I am Ann.") :])
    # Not by luck: some turns were running, and what they came to is kept.
    withheld = await world.count("SELECT count(*) FROM deskhand.turns WHERE state = 'withheld'")
    kept = await world.count("SELECT count(DISTINCT turn_id) FROM deskhand.discarded_replies")
    assert withheld > 0
    assert kept > 0


async def test_returned_the_assistant_is_told_what_was_said_before_it_answers(world: World) -> None:
    await world.start()
    ann, work = await agent(world.db), Work(world.db)
    conversation_id = await world.write("hello")
    await world.settled()
    await work.takeover(conversation_id, ann)
    await work.say(conversation_id, ann, "Your order left today.")
    await world.write("good to know")
    await world.settled()
    await work.give_back(conversation_id, ann)
    await world.write("bye")
    await world.settled()
    await world.write("bye bye")
    await world.settled()

    assert world.assistant.words == ["hello", "bye", "bye bye"]
    assert world.assistant.told == [("agent", "Your order left today."), ("contact", "good to know")]
    assert world.channel.texts()[-2:] == ["re: bye", "re: bye bye"]


async def test_a_message_that_comes_with_the_takeover_is_left_to_the_agent(world: World) -> None:
    ann, work = await agent(world.db), Work(world.db)
    conversation_id = await world.write("hello")
    taken = await work.takeover(conversation_id, ann)
    await world.start()
    await world.settled()

    assert world.assistant.words == []
    assert taken.waiting_since is not None
    assert await world.texts(conversation_id) == [
        "contact: hello",
        "system: Your message has gone to our team. A person will answer you here.",
    ]
