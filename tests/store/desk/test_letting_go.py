"""Agents let go of conversations: they give them back or on, put them off, resolve and reopen them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from deskhand.conversation.desk import EventKind
from deskhand.conversation.model import Outcome, Status
from deskhand.store.desk.waking import wake_due
from deskhand.store.errors import (
    AlreadyResolved,
    CannotTake,
    InAnotherConversation,
    NewWords,
    NotInControl,
    TakenBy,
)
from deskhand.store.turns import Turn
from tests.fakes.desk import PERSON_ANSWERS, Desk, restrict

# -- back to the assistant


async def test_returned_the_assistant_learns_what_was_said_once(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    await desk.work.say(conversation_id, ann, "Your order is FW-204518.")
    await desk.write("great, thanks")
    await desk.turn(conversation_id)  # left to the agent
    back = await desk.work.give_back(conversation_id, ann)
    await desk.write("and now cancel it")
    turn = await desk.turn(conversation_id, "Sure?")

    assert (back.status, back.assignee_id, back.waiting_since) == (Status.PENDING, None, None)
    assert turn is not None
    assert [(one.author, one.text) for one in turn.meanwhile] == [
        ("agent", "Your order is FW-204518."),
        ("contact", "great, thanks"),
    ]
    await desk.write("yes")
    again = await desk.turn(conversation_id, "Done.")
    assert again is not None
    assert again.meanwhile == ()


async def test_a_turn_that_is_begun_again_is_told_again(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    await desk.work.say(conversation_id, ann, "Hello")
    await desk.work.give_back(conversation_id, ann)
    await desk.write("and now?")
    first = await desk.turns.begin(conversation_id, 0, PERSON_ANSWERS)
    second = await desk.turns.begin(conversation_id, 0, PERSON_ANSWERS)

    assert isinstance(first, Turn)
    assert isinstance(second, Turn)
    assert second.meanwhile == first.meanwhile != ()


async def test_the_customer_is_told_who_answers_again(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    await desk.work.give_back(conversation_id, ann)

    assert (await desk.texts(conversation_id))[-1] == "system: You are talking to the AI assistant again."


async def test_only_who_has_it_gives_it_back(desk: Desk):
    ann, ben = await desk.agent("Ann"), await desk.agent("Ben")
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    with pytest.raises(TakenBy):
        await desk.work.give_back(conversation_id, ben)


# -- assigning


async def test_given_to_a_team_it_waits_for_any_of_them(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    await desk.work.say(conversation_id, ann, "One moment")
    desk.later(minutes=1)
    given = await desk.work.assign(conversation_id, ann, team="billing")

    assert (given.team, given.assignee_id, given.waiting_since) == ("billing", None, desk.now)


async def test_given_to_a_colleague_it_is_theirs(desk: Desk):
    ann, ben = await desk.agent("Ann"), await desk.agent("Ben")
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    await desk.work.assign(conversation_id, ann, to=ben.id)

    await desk.work.say(conversation_id, ben, "Hello, I am Ben.")


async def test_only_those_who_may_see_it_and_are_here_can_be_given_it(desk: Desk, db):
    ann, ben = await desk.agent("Ann", teams=["billing"]), await desk.agent("Ben")
    conversation_id = await desk.waiting()
    with pytest.raises(CannotTake):
        await desk.work.assign(conversation_id, ann, to=uuid4())
    with pytest.raises(CannotTake):
        await desk.work.assign(conversation_id, ann, team="catering")
    await restrict(db, "billing")
    with pytest.raises(CannotTake, match="Ben"):
        await desk.work.assign(conversation_id, ann, to=ben.id, team="billing")


async def test_while_the_assistant_has_it_nobody_is_given_it(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.write()
    with pytest.raises(NotInControl):
        await desk.work.assign(conversation_id, ann, to=ann.id)


# -- snoozing


async def test_a_snoozed_conversation_wakes_at_its_time(desk: Desk, db):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    until = desk.now + timedelta(hours=1)
    await desk.work.snooze(conversation_id, ann, until)

    assert await wake_due(db, until - timedelta(seconds=1)) == []
    assert await wake_due(db, until) == [conversation_id]
    now = await desk.get(conversation_id)
    assert (now.status, now.snoozed_until, now.assignee_id) == (Status.OPEN, None, ann.id)


async def test_a_customer_who_writes_ends_the_snooze(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    await desk.work.say(conversation_id, ann, "We will know tomorrow.")
    await desk.work.snooze(conversation_id, ann, desk.now + timedelta(days=1))
    await desk.write("it just arrived!")

    now = await desk.get(conversation_id)
    assert (now.status, now.waiting_since) == (Status.OPEN, desk.now)


async def test_nobody_snoozes_into_the_past(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    with pytest.raises(ValueError, match="to come"):
        await desk.work.snooze(conversation_id, ann, desk.now)


# -- resolving


async def test_resolving_gives_one_outcome_and_keeps_the_summary(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    resolved = await desk.work.resolve(conversation_id, ann, "Sent a new tent.")

    assert (resolved.outcome, resolved.assignee_id) == (Outcome.RESOLVED_BY_AGENT, ann.id)
    with pytest.raises(AlreadyResolved):
        await desk.work.resolve(conversation_id, ann)
    transcript = await desk.transcripts.read(conversation_id, ann)
    event = next(one.event for one in transcript.entries if one.event and one.event.kind is EventKind.RESOLVED)
    assert event.details["summary"] == "Sent a new tent."


async def test_what_came_while_it_was_being_resolved_must_be_read_first(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    seen = (await desk.get(conversation_id)).last_seq
    await desk.write("one more thing")

    with pytest.raises(NewWords):
        await desk.work.resolve(conversation_id, ann, seen_seq=seen)
    await desk.work.resolve(conversation_id, ann, seen_seq=seen + 1)


async def test_what_came_in_the_moment_before_is_not_answered_by_the_assistant(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    await desk.write("one more thing")
    await desk.work.resolve(conversation_id, ann)

    assert await desk.turn(conversation_id, "I am the assistant") is None
    now = await desk.get(conversation_id)
    assert (now.status, now.outcome, now.reopened) == (Status.OPEN, None, 1)


async def test_an_agent_reopens_and_has_it(desk: Desk):
    ann, ben = await desk.agent("Ann"), await desk.agent("Ben")
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    await desk.work.resolve(conversation_id, ann)
    again = await desk.work.reopen(conversation_id, ben)

    assert (again.status, again.outcome, again.reopened, again.assignee_id) == (Status.OPEN, None, 1, ben.id)
    await desk.work.say(conversation_id, ben, "Hello again")


async def test_a_customer_who_is_in_another_conversation_is_not_torn_out_of_it(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.write()
    await desk.conversations.resolve(conversation_id, Outcome.RESOLVED_BY_ASSISTANT)
    other = await desk.write()

    with pytest.raises(InAnotherConversation) as refused:
        await desk.work.reopen(conversation_id, ann)
    assert refused.value.conversation_id == other
