"""Agents take conversations over, answer, and let go of them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from deskhand.conversation.desk import EventKind
from deskhand.conversation.model import ContactReachable, Outcome, Reply, Status
from deskhand.conversation.people import Role
from deskhand.conversation.routing import Route
from deskhand.store.desk.audit import AuditLog
from deskhand.store.desk.waking import wake_due
from deskhand.store.errors import (
    AlreadyResolved,
    CannotTake,
    ContactUnreachable,
    ControlChanged,
    ConversationNotFound,
    InAnotherConversation,
    NewWords,
    NotInControl,
    TakenBy,
)
from deskhand.store.turns import Turn
from tests.fakes.desk import PACKET, PERSON_ANSWERS, Desk


@pytest.fixture
def desk(db) -> Desk:
    return Desk(db)


async def restrict(db, team: str) -> None:
    from sqlalchemy import update

    from deskhand.store.desk_tables import teams

    async with db.begin() as connection:
        await connection.execute(update(teams).where(teams.c.name == team).values(restricted=True))


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


# -- restricted teams


async def test_what_an_agent_may_not_see_is_not_there(desk: Desk, db):
    ben, boss = await desk.agent("Ben"), await desk.agent("Boss", Role.ADMINISTRATOR)
    member = await desk.agent("Mia", teams=["accounts"])
    await restrict(db, "accounts")
    conversation_id = await desk.waiting(route=Route("accounts"))
    work = desk.work

    for act in (
        work.takeover(conversation_id, ben),
        work.say(conversation_id, ben, "Hello"),
        work.give_back(conversation_id, ben),
        work.assign(conversation_id, ben, to=ben.id),
        work.prioritise(conversation_id, ben, 1),
        work.snooze(conversation_id, ben, desk.now + timedelta(hours=1)),
        work.wake(conversation_id, ben),
        work.resolve(conversation_id, ben),
        work.reopen(conversation_id, ben),
        work.read(conversation_id, ben, 1),
        desk.notes.add(conversation_id, ben, "Hm"),
        desk.transcripts.read(conversation_id, ben),
    ):
        with pytest.raises(ConversationNotFound):
            await act
    for somebody in (member, boss):
        await desk.transcripts.read(conversation_id, somebody)
    await work.takeover(conversation_id, member)
