"""What Chatwoot tells: agents' words reach customers once, and whoever has the conversation there has it here."""

from __future__ import annotations

import asyncio
from uuid import UUID

from sqlalchemy import select, update

from deskhand.conversation.model import ContactReachable, Outcome, Status
from deskhand.store.desk.aftercare import Aftercare
from deskhand.store.desk.agents import Agents
from deskhand.store.desk_tables import teams
from deskhand.store.people_tables import agents
from deskhand.store.tables import conversations, messages
from tests.channels.delivery.conftest import CHANNEL, inbound
from tests.fakes.chatwoot import BOT, INBOX, MARIA, OMAR

from .conftest import PACKET, Both


async def names(both: Both, conversation_id: UUID) -> list[str | None]:
    """Under which agents' words were sent."""
    async with both.world.db.begin() as connection:
        found = await connection.execute(
            select(messages.c.author_name)
            .where(messages.c.conversation_id == conversation_id, messages.c.author == "agent")
            .order_by(messages.c.seq)
        )
        return list(found.scalars())


async def holder(both: Both, conversation_id: UUID) -> str | None:
    async with both.world.db.begin() as connection:
        return await connection.scalar(
            select(agents.c.name)
            .join(conversations, conversations.c.assignee_id == agents.c.id)
            .where(conversations.c.id == conversation_id)
        )


# -- words


async def test_an_agents_answer_goes_to_the_customer_under_the_agents_name(both: Both) -> None:
    conversation_id = await both.hand_over()
    answer = await both.chatwoot.agent_says("Let me look into it.")
    await both.settled()

    assert answer.status_code == 200
    assert both.world.channel.texts()[-1] == "Let me look into it."
    assert await names(both, conversation_id) == ["Maria"]
    assert (await both.get(conversation_id)).first_response_at is not None
    assert both.chatwoot.notes() == both.chatwoot.notes()[:1]  # and it is not told to those who wrote it


async def test_a_webhook_that_comes_three_times_is_said_once(both: Both) -> None:
    conversation_id = await both.hand_over()
    told = both.chatwoot.agents_message("Only once.")
    answers = await asyncio.gather(*(both.chatwoot.deliver(told) for _ in range(3)))
    await both.settled()
    await both.chatwoot.deliver(told)
    await both.settled()

    assert [one.status_code for one in answers] == [200, 200, 200]
    assert both.world.channel.texts().count("Only once.") == 1
    assert (await both.world.texts(conversation_id)).count("agent: Only once.") == 1


async def test_an_old_answer_that_comes_again_does_not_open_what_was_resolved(both: Both) -> None:
    conversation_id = await both.hand_over()
    told = both.chatwoot.agents_message("It is done.")
    await both.chatwoot.deliver(told)
    await both.chatwoot.agent_sets("resolved")
    await both.chatwoot.deliver(told)
    assert (await both.get(conversation_id)).status is Status.RESOLVED


async def test_notes_bots_automations_and_our_own_words_are_not_sent_to_the_customer(both: Both) -> None:
    await both.hand_over()
    await both.settled()
    before = both.world.channel.texts()
    await both.chatwoot.agent_says("between us", private=True)
    await both.chatwoot.agent_says("I am a bot", by=BOT)
    await both.chatwoot.agent_says("an automation", sender=None)
    await both.chatwoot.agent_says("a template", message_type="template")
    await both.chatwoot.agent_says("another inbox", inbox={"id": INBOX + 1})
    await both.chatwoot.agent_says("another account", account={"id": 99})
    await both.settled()
    assert both.world.channel.texts() == before


async def test_of_what_an_agent_attaches_the_customer_gets_the_address(both: Both) -> None:
    await both.hand_over()
    files = [
        {"file_type": "file", "data_url": "https://chatwoot.example/rails/label.pdf"},
        {"data_url": "javascript:x"},
    ]
    await both.chatwoot.agent_says("Your label", attachments=files)
    await both.settled()
    assert both.world.channel.texts()[-1] == "Your label\nhttps://chatwoot.example/rails/label.pdf"


async def test_a_long_answer_is_sent_in_pieces_once(both: Both) -> None:
    await both.hand_over()
    told = both.chatwoot.agents_message("word " * 1500)
    await both.chatwoot.deliver(told)
    await both.chatwoot.deliver(told)
    await both.settled()
    sent = [one for one in both.world.channel.texts() if one.startswith("word")]
    assert " ".join(sent).split() == ["word"] * 1500
    assert len(sent) == 2


async def test_two_agents_may_answer_in_one_conversation(both: Both) -> None:
    conversation_id = await both.hand_over()
    said = [both.chatwoot.agents_message(f"from {one['name']}", by=one) for one in (MARIA, OMAR)]
    answers = await asyncio.gather(*(both.chatwoot.deliver(one) for one in said))
    assert [one.status_code for one in answers] == [200, 200]
    assert sorted(await names(both, conversation_id), key=str) == ["Maria", "Omar"]


async def test_an_agent_is_told_when_the_customer_cannot_be_reached(both: Both) -> None:
    await both.hand_over()
    await both.world.inbox.take([ContactReachable(CHANNEL, "ann", False)])
    answer = await both.chatwoot.agent_says("Are you there?")
    assert (answer.status_code, answer.json()["message"]) == (
        422,
        "The customer cannot be reached on this channel now.",
    )


async def test_an_answer_silences_the_assistant_as_a_takeover_does(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.chatwoot.agent_sets("pending")
    await both.chatwoot.agent_says("I will stay with you.")
    await both.world.write("thank you")
    await both.settled()

    assert (await both.get(conversation_id)).status is Status.OPEN
    assert "thank you" not in both.world.assistant.words
    assert both.chatwoot.said()[-1] == "thank you"
    assert both.chatwoot.one()["status"] == "open"


async def test_an_answer_to_what_was_resolved_opens_it_again(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.chatwoot.agent_sets("resolved")
    await both.chatwoot.agent_says("One more thing.")
    await both.settled()
    assert (await both.get(conversation_id)).reopened == 1
    assert both.chatwoot.one()["status"] == "open"
    assert both.world.channel.texts()[-1] == "One more thing."


async def test_agents_of_restricted_teams_answer_whom_chatwoot_shows_them(both: Both) -> None:
    conversation_id = await both.hand_over()
    async with both.world.db.begin() as connection:
        await connection.execute(update(teams).where(teams.c.name == "billing").values(restricted=True))
        await connection.execute(update(conversations).values(team="billing"))
    assert (await both.chatwoot.agent_says("Hello")).status_code == 200
    assert await holder(both, conversation_id) == "Maria"


async def test_people_of_chatwoot_have_no_account_here(both: Both) -> None:
    await both.hand_over()
    await both.chatwoot.agent_says("Hello")
    people = Agents(both.world.db)
    assert await people.all() == []
    assert await people.verified("chatwoot-7@outside.invalid", "!") is None


# -- who has it


async def test_whom_it_is_assigned_to_has_it(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.chatwoot.agent_assigns(OMAR)
    assert await holder(both, conversation_id) == "Omar Haddad"
    await both.chatwoot.agent_assigns(MARIA)
    assert await holder(both, conversation_id) == "Maria Lopez"


async def test_resolved_there_it_is_resolved_by_an_agent(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.chatwoot.agent_says("Refunded.")
    await both.chatwoot.agent_sets("resolved")
    await both.settled()
    ended = await both.get(conversation_id)
    assert (ended.status, ended.outcome) == (Status.RESOLVED, Outcome.RESOLVED_BY_AGENT)
    assert both.chatwoot.one()["status"] == "resolved"


async def test_after_an_agents_help_the_customer_is_asked_for_a_rating(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.chatwoot.agent_says("Refunded.")
    await both.chatwoot.agent_sets("resolved")
    await Aftercare(both.world.db).ask_for_ratings()
    await both.settled()
    await both.world.write("5")
    await both.settled()

    ended = await both.get(conversation_id)
    assert (ended.rating, ended.status) == (5, Status.RESOLVED)
    assert both.chatwoot.one()["status"] == "resolved"


async def test_resolved_there_by_nobody_in_particular_it_is_resolved(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.chatwoot.agent_sets("resolved", by=None)
    assert (await both.get(conversation_id)).outcome is Outcome.RESOLVED_BY_AGENT


async def test_pending_there_the_assistant_answers_again_and_knows_what_was_said(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.chatwoot.agent_says("The bot will help you with the return.")
    await both.chatwoot.agent_sets("pending")
    await both.world.write("start a return")
    await both.settled()

    assert (await both.get(conversation_id)).status is Status.PENDING
    assert "start a return" in both.world.assistant.words
    assert ("agent", "The bot will help you with the return.") in both.world.assistant.told
    assert "start a return" not in both.chatwoot.said()


async def test_assigned_to_the_bot_the_assistant_has_it_and_it_is_pending_there(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.chatwoot.agent_assigns(BOT)
    await both.settled()
    assert (await both.get(conversation_id)).status is Status.PENDING
    assert both.chatwoot.one()["status"] == "pending"


async def test_opened_there_it_is_taken_from_the_assistant(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.chatwoot.agent_sets("pending")
    await both.chatwoot.agent_sets("open", by=OMAR)
    await both.settled()
    assert (await both.get(conversation_id)).status is Status.OPEN
    assert await holder(both, conversation_id) == "Omar Haddad"


async def test_a_customer_who_writes_after_the_end_is_with_the_agents_again(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.chatwoot.agent_says("Done.")
    await both.chatwoot.agent_sets("resolved")
    await both.settled()
    await both.world.write("it happened again")
    await both.settled()

    assert (await both.get(conversation_id)).reopened == 1
    assert both.chatwoot.one()["status"] == "open"
    assert both.chatwoot.said() == ["it happened again"]


async def test_what_the_agent_has_not_seen_keeps_the_conversation_open(both: Both) -> None:
    conversation_id = await both.hand_over()
    both.chatwoot.is_down = True
    await both.world.write("wait, one more thing")
    await both.chatwoot.agent_sets("resolved")
    assert (await both.get(conversation_id)).status is Status.OPEN
    both.chatwoot.is_down = False
    await both.settled()
    assert (both.chatwoot.one()["status"], both.chatwoot.said()) == ("open", ["wait, one more thing"])


async def test_an_event_that_comes_late_changes_nothing(both: Both) -> None:
    conversation_id = await both.hand_over()
    resolved = {
        **both.chatwoot.changed(both.chatwoot.one(), "conversation_status_changed", {"status": {}}),
        "status": "resolved",
    }
    await both.chatwoot.agent_sets("pending")
    await both.chatwoot.agent_sets("open")
    await both.chatwoot.deliver(resolved)
    assert (await both.get(conversation_id)).status is Status.OPEN


async def test_snoozed_there_the_agents_still_have_it(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.chatwoot.agent_sets("snoozed")
    assert (await both.get(conversation_id)).status is Status.OPEN


async def test_conversations_that_are_not_ours_are_left_alone(both: Both) -> None:
    await both.hand_over()
    told = both.chatwoot.agents_message("To somebody else")
    told["conversation"]["id"] = 999
    assert (await both.chatwoot.deliver(told)).status_code == 200
    await both.settled()
    assert "To somebody else" not in both.world.channel.texts()


async def test_the_next_conversation_of_a_contact_is_another_one_there(both: Both) -> None:
    first = await both.hand_over()
    await both.world.conversations.resolve(first, Outcome.ABANDONED)
    await both.settled()
    (received,) = await both.world.inbox.take([inbound("hello again")])
    second = received.conversation.id
    await both.world.settled()
    await both.world.conversations.request_handoff(second, PACKET)
    await both.settled()
    assert (len(both.chatwoot.contacts), len(both.chatwoot.conversations)) == (1, 2)
