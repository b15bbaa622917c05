"""Agents take conversations over, and answer."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from deskhand.conversation.model import ContactReachable, Outcome, Reply, Status
from deskhand.store.desk.audit import AuditLog
from deskhand.store.errors import (
    AlreadyResolved,
    ContactUnreachable,
    ControlChanged,
    NotInControl,
    TakenBy,
)
from deskhand.store.turns import Turn
from tests.fakes.desk import PACKET, PERSON_ANSWERS, Desk

# -- takeover


async def test_after_a_takeover_the_running_turn_is_discarded_and_shown_as_such(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.write("where is my tent?")
    turn = await desk.turns.begin(conversation_id, 0, PERSON_ANSWERS)
    assert isinstance(turn, Turn)
    taken = await desk.work.takeover(conversation_id, ann)

    assert await desk.turns.settle(turn, [Reply("It is on its way."), Reply("Anything else?")]) is None
    assert (taken.status, taken.assignee_id) == (Status.OPEN, ann.id)
    assert await desk.texts(conversation_id) == ["contact: where is my tent?"]
    assert await desk.entries(conversation_id, ann) == [
        "contact: where is my tent?",
        "takeover by Ann Archer",
        "discarded: It is on its way.",
        "discarded: Anything else?",
    ]


async def test_the_turn_that_asked_for_an_agent_is_silent_once_one_has_come(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.write("a person, please")
    turn = await desk.turns.begin(conversation_id, 0, PERSON_ANSWERS)
    assert isinstance(turn, Turn)
    await desk.conversations.request_handoff(conversation_id, PACKET)
    await desk.work.takeover(conversation_id, ann)

    assert await desk.turns.settle(turn, [Reply("A person will take over.")]) is None


async def test_of_agents_who_take_over_at_once_one_wins_and_the_others_are_told_who(desk: Desk):
    conversation_id = await desk.waiting()
    people = [await desk.agent(f"Agent {number}") for number in range(5)]
    results = await asyncio.gather(
        *(desk.work.takeover(conversation_id, one) for one in people), return_exceptions=True
    )

    (winner,) = [one for one, result in zip(people, results, strict=True) if not isinstance(result, Exception)]
    others = [result for result in results if isinstance(result, TakenBy)]
    assert [error.name for error in others] == [winner.name] * 4
    assert (await desk.get(conversation_id)).assignee_id == winner.id


async def test_taking_over_again_changes_nothing(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    first = await desk.work.takeover(conversation_id, ann)

    assert await desk.work.takeover(conversation_id, ann) == first


async def test_a_colleagues_conversation_is_taken_with_force_only_and_only_from_whom_the_page_showed(desk: Desk):
    ann, ben, cat = await desk.agent("Ann"), await desk.agent("Ben"), await desk.agent("Cat")
    conversation_id = await desk.waiting()
    seen = await desk.work.takeover(conversation_id, ann)
    with pytest.raises(TakenBy, match="Ann"):
        await desk.work.takeover(conversation_id, ben)
    await desk.work.takeover(conversation_id, ben, seen.control_token, force=True)

    with pytest.raises(TakenBy, match="Ben"):
        await desk.work.takeover(conversation_id, cat, seen.control_token, force=True)
    with pytest.raises(TakenBy, match="Ben"):
        await desk.work.say(conversation_id, ann, "Hello")


async def test_after_a_takeover_the_assistant_can_neither_resolve_nor_hand_over(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.write("bye")
    taken = await desk.work.takeover(conversation_id, ann)
    with pytest.raises(ControlChanged):
        await desk.conversations.resolve(conversation_id, Outcome.RESOLVED_BY_ASSISTANT)
    await desk.conversations.request_handoff(conversation_id, PACKET)

    now = await desk.get(conversation_id)
    assert (now.status, now.assignee_id, now.control_token) == (Status.OPEN, ann.id, taken.control_token)
    # The agent gets the packet nevertheless.
    assert len((await desk.transcripts.read(conversation_id, ann)).handoffs) == 1


async def test_every_act_is_in_the_audit_log_without_words(desk: Desk, db):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    await desk.work.say(conversation_id, ann, "A secret of theirs")
    await desk.work.resolve(conversation_id, ann, "It was about a secret")

    log = await AuditLog(db).page(conversation_id=conversation_id)
    assert [one.action for one in reversed(log)] == [
        "conversation.taken",
        "conversation.answered",
        "conversation.resolved",
    ]
    assert all(one.agent_id == ann.id and "secret" not in str(one) for one in log)


# -- saying


async def test_an_agents_words_have_their_name_and_answer_the_contact(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    waited = await desk.work.takeover(conversation_id, ann)
    assert waited.waiting_since == desk.now
    desk.later(minutes=3)
    message = await desk.work.say(conversation_id, ann, "  Hello, I am Ann.  ")

    now = await desk.get(conversation_id)
    assert (message.text, now.waiting_since, now.first_response_at) == ("Hello, I am Ann.", None, desk.now)
    (line,) = [
        one.message
        for one in (await desk.transcripts.read(conversation_id, ann)).entries
        if one.message and one.message.message.id == message.id
    ]
    assert line.author_name == "Ann Archer"


async def test_the_first_answer_stays_the_first(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    await desk.work.say(conversation_id, ann, "Hello")
    first = desk.now
    desk.later(minutes=5)
    await desk.work.say(conversation_id, ann, "Still there?")

    assert (await desk.get(conversation_id)).first_response_at == first


async def test_what_is_sent_twice_is_said_once(desk: Desk):
    ann, client_id = await desk.agent(), uuid4()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    said = await asyncio.gather(*(desk.work.say(conversation_id, ann, "Hello", client_id=client_id) for _ in range(4)))

    assert len({one.id for one in said}) == 1
    assert (await desk.texts(conversation_id)).count("agent: Hello") == 1


@pytest.mark.parametrize("words", ["", " \n ", "x" * 4001])
async def test_a_message_needs_words_and_not_too_many(desk: Desk, words: str):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    with pytest.raises(ValueError, match="characters"):
        await desk.work.say(conversation_id, ann, words)


async def test_who_does_not_have_control_cannot_speak(desk: Desk):
    ann = await desk.agent()
    with_assistant, waiting = await desk.write(who="one"), await desk.waiting("two")

    for conversation_id in (with_assistant, waiting):
        with pytest.raises(NotInControl):
            await desk.work.say(conversation_id, ann, "Hello")
    await desk.work.takeover(waiting, ann)
    await desk.work.resolve(waiting, ann)
    with pytest.raises(AlreadyResolved):
        await desk.work.say(waiting, ann, "One more thing")


async def test_a_contact_who_blocked_us_is_not_written_to(db):
    desk = Desk(db, "telegram")
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    await desk.inbox.take([ContactReachable("telegram", "visitor", False)])

    with pytest.raises(ContactUnreachable):
        await desk.work.say(conversation_id, ann, "Hello?")


async def test_an_agents_words_are_queued_for_channels_with_an_api(db):
    desk = Desk(db, "telegram")
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    await desk.work.say(conversation_id, ann, "Hello")

    last = (await desk.transcripts.read(conversation_id, ann)).entries[-1]
    assert last.message is not None
    assert last.message.delivery == "queued"
