"""Contacts who write after an agent has resolved their conversation."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from deskhand.conversation.model import Outcome, Status
from deskhand.store.people_tables import agents
from deskhand.store.tables import conversations
from tests.fakes.desk import Desk


async def resolved(desk: Desk, *, ask: bool = False):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    await desk.work.say(conversation_id, ann, "It is on its way.")
    await desk.work.resolve(conversation_id, ann, "Told them.")
    if ask:
        async with desk.db.begin() as connection:
            await connection.execute(update(conversations).values(rating_asked_at=desk.now))
    return conversation_id, ann


async def test_within_a_day_the_conversation_goes_on_with_the_same_agent_and_counts_as_reopened(desk: Desk):
    conversation_id, ann = await resolved(desk)
    desk.later(hours=20)
    assert await desk.write("it has not arrived") == conversation_id

    now = await desk.get(conversation_id)
    assert (now.status, now.outcome, now.reopened) == (Status.OPEN, None, 1)
    assert (now.assignee_id, now.waiting_since) == (ann.id, desk.now)
    assert await desk.turn(conversation_id, "I am the assistant") is None
    assert "reopened by None" in await desk.entries(conversation_id, ann)


async def test_later_it_is_a_new_conversation_with_the_assistant(desk: Desk):
    conversation_id, _ = await resolved(desk)
    desk.later(hours=25)
    other = await desk.write("hello again")

    assert other != conversation_id
    assert (await desk.get(other)).status is Status.PENDING
    assert (await desk.get(conversation_id)).outcome is Outcome.RESOLVED_BY_AGENT


async def test_after_the_assistant_resolved_it_it_is_a_new_one(desk: Desk):
    conversation_id = await desk.write()
    await desk.conversations.resolve(conversation_id, Outcome.RESOLVED_BY_ASSISTANT)

    assert await desk.write("hello again") != conversation_id


async def test_of_an_agent_who_left_it_waits_for_another(desk: Desk):
    conversation_id, _ = await resolved(desk)
    async with desk.db.begin() as connection:
        await connection.execute(update(agents).values(active=False))
    await desk.write("it has not arrived")

    assert (await desk.get(conversation_id)).assignee_id is None


async def test_thanks_reopen_nothing_and_are_kept(desk: Desk):
    conversation_id, _ = await resolved(desk)
    assert await desk.write("Great, thank you so much!") == conversation_id

    assert (await desk.get(conversation_id)).status is Status.RESOLVED
    assert (await desk.texts(conversation_id))[-1] == "contact: Great, thank you so much!"
    assert await desk.turn(conversation_id, "I am the assistant") is None


@pytest.mark.parametrize(("words", "rating"), [("5", 5), ("★★", 2), ("four stars, thanks", 4), ("1/5", 1)])
async def test_a_rating_that_was_asked_for_is_kept_and_thanked_for(desk: Desk, words: str, rating: int):
    conversation_id, _ = await resolved(desk, ask=True)
    await desk.write(words)

    now = await desk.get(conversation_id)
    assert (now.rating, now.status, now.reopened) == (rating, Status.RESOLVED, 0)
    assert (await desk.texts(conversation_id))[-1].startswith("system: Thank you")
    assert await desk.turn(conversation_id, "I am the assistant") is None


async def test_a_number_in_a_sentence_is_no_rating(desk: Desk):
    conversation_id, _ = await resolved(desk, ask=True)
    await desk.write("I still miss 2 parcels")

    now = await desk.get(conversation_id)
    assert (now.rating, now.status) == (None, Status.OPEN)


async def test_what_was_not_asked_for_is_no_rating(desk: Desk):
    conversation_id, _ = await resolved(desk)
    await desk.write("3")

    assert (await desk.get(conversation_id)).status is Status.OPEN


async def test_two_messages_at_once_reopen_it_once(desk: Desk):
    import asyncio

    conversation_id, _ = await resolved(desk)
    await asyncio.gather(*(desk.write(f"problem {number}") for number in range(5)))

    assert (await desk.get(conversation_id)).reopened == 1
