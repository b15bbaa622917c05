"""What Chatwoot is told: everything that an agent needs, in order, each thing once, however it behaves."""

from __future__ import annotations

import asyncio

from deskhand.conversation.model import Attachment, AttachmentKind, Outcome, Reply, Status
from deskhand.desks.chatwoot.desk import OURS
from deskhand.store.desk.work import Work
from tests.fakes.chatwoot import Answer
from tests.fakes.desk import agent
from tests.patience import PATIENCE_SECONDS

from .conftest import PACKET, Both


async def test_a_handed_over_conversation_is_open_at_chatwoot_with_packet_and_transcript(both: Both) -> None:
    conversation_id = await both.hand_over("you charged me *twice*")

    one = both.chatwoot.one()
    (note,) = both.chatwoot.notes()
    assert (one["status"], one["priority"]) == ("open", "medium")
    assert one["additional_attributes"] == {OURS: str(conversation_id), "channel": "whatsapp"}
    assert [contact["name"] for contact in both.chatwoot.contacts.values()] == ["Priya Nair"]
    assert "**Handed over: billing dispute**" in note
    assert "The customer wants to dispute a charge." in note
    assert "- order number: FW-204518" in note
    assert "**Customer:** you charged me \\*twice\\*" in note
    assert note.index("you charged me") < note.index("**Fern (assistant):** re: you charged me")


async def test_what_the_assistant_alone_deals_with_is_not_told(both: Both) -> None:
    await both.world.write("hello")
    await both.settled()
    assert both.chatwoot.calls == []


async def test_what_the_customer_writes_to_the_person_arrives_once_and_in_order(both: Both) -> None:
    await both.hand_over()
    for number in range(5):
        await both.world.write(f"line {number}")
    await both.settled()

    assert both.chatwoot.said() == [f"line {number}" for number in range(5)]
    assert "note: **Automatic:** " in "\n".join(both.chatwoot.shown())  # that a person will answer


async def test_while_chatwoot_is_down_customers_are_served_and_nothing_is_lost(both: Both) -> None:
    conversation_id = await both.hand_over()
    both.chatwoot.is_down = True
    for number in range(5):
        await both.world.write(f"line {number}")
    await both.until(lambda: len(both.chatwoot.calls) > 6)  # it has been tried
    assert both.chatwoot.said() == []
    await both.world.write("another customer's question", "ben")
    await both.until(lambda: "re: another customer's question" in both.world.channel.texts("ben"))
    both.chatwoot.is_down = False
    await both.settled()

    assert both.chatwoot.said() == [f"line {number}" for number in range(5)]
    assert len([one for one in await both.world.texts(conversation_id) if one.startswith("contact: line")]) == 5


async def test_a_handoff_while_chatwoot_is_down_is_made_up_for(both: Both) -> None:
    both.chatwoot.is_down = True
    conversation_id = await both.world.write("a person, please")
    await both.until(lambda: "re: a person, please" in both.world.channel.texts())
    await both.world.conversations.request_handoff(conversation_id, PACKET)
    await both.until(lambda: bool(both.chatwoot.calls))
    await both.world.write("are you there?")
    both.chatwoot.is_down = False
    await both.settled()

    assert len(both.chatwoot.conversations) == 1
    assert "a person, please" in both.chatwoot.notes()[0]
    assert "are you there?" in "\n".join(both.chatwoot.shown())


async def test_an_answer_that_got_lost_does_not_make_a_message_twice(both: Both) -> None:
    await both.hand_over()
    both.chatwoot.answers += [Answer(500, done_first=True, path="/messages"), Answer(502)]
    await both.world.write("only once, please")
    await both.world.write("and then this")
    await both.settled()

    assert both.chatwoot.said() == ["only once, please", "and then this"]


async def test_an_answer_that_got_lost_makes_neither_a_second_conversation_nor_a_second_briefing(both: Both) -> None:
    both.chatwoot.answers += [
        Answer(500, done_first=True, path="contacts"),
        Answer(500, done_first=True, path="conversations"),
        Answer(500, done_first=True, path="/messages"),
    ]
    await both.hand_over()

    assert (len(both.chatwoot.contacts), len(both.chatwoot.conversations)) == (1, 1)
    assert len(both.chatwoot.notes()) == 1


async def test_it_waits_for_as_long_as_chatwoot_asks(both: Both) -> None:
    await both.hand_over()
    both.chatwoot.answers.append(Answer(429, {"retry-after": "2"}))
    begun = len(both.chatwoot.calls)
    await both.world.write("slowly")
    await both.until(lambda: len(both.chatwoot.calls) > begun)
    waits = await both.world.rows(
        "SELECT extract(epoch FROM scheduled_at - now()) AS seconds FROM deskhand_queue.procrastinate_jobs"
        " WHERE queue_name = 'desk' AND scheduled_at IS NOT NULL"
    )
    await both.settled()

    assert all(0 < float(one.seconds) <= 2 for one in waits)
    assert both.chatwoot.said() == ["slowly"]


async def test_what_it_refuses_does_not_hold_up_the_rest(both: Both) -> None:
    await both.hand_over()
    both.chatwoot.answers += [Answer(422, path="/messages")]
    await both.world.write("refused")
    await both.settled()
    await both.world.write("taken")
    await both.settled()

    assert both.chatwoot.said() == ["taken"]


async def test_a_conversation_that_was_deleted_there_is_begun_anew(both: Both) -> None:
    await both.hand_over()
    both.chatwoot.conversations.clear()
    await both.world.write("still here")
    await both.settled()

    assert "still here" in both.chatwoot.notes()[0]
    assert both.chatwoot.one()["status"] == "open"


async def test_files_go_along(both: Both) -> None:
    both.world.channel.files = {"m1": b"a picture"}
    picture = Attachment(AttachmentKind.IMAGE, "m1", "image/jpeg", "tent.jpg", 9)
    place = Attachment(AttachmentKind.LOCATION, description="Camp 4, 37.74, -119.60")
    await both.hand_over()
    await both.world.write("look", attachments=(picture, place))
    await both.settled()

    assert "incoming: look\n[location: Camp 4, 37.74, -119.60] <tent.jpg 9>" in both.chatwoot.shown()


async def test_a_file_that_it_refuses_is_described(both: Both) -> None:
    both.world.channel.files = {"m1": b"a picture"}
    picture = Attachment(AttachmentKind.IMAGE, "m1", "image/jpeg", "tent.jpg", 9)
    await both.hand_over()
    both.chatwoot.answers += [Answer(413, path="/messages")]
    await both.world.write("look", attachments=(picture,))
    await both.settled()

    assert both.chatwoot.said() == ["look\n[image: tent.jpg]"]


async def test_a_customer_who_goes_back_to_the_assistant_is_pending_there(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.world.write("go back to the bot")
    await both.settled()

    assert (await both.get(conversation_id)).status is Status.PENDING
    assert both.chatwoot.one()["status"] == "pending"


async def test_the_second_handoff_of_a_conversation_tells_what_was_said_meanwhile(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.world.conversations.return_to_assistant(conversation_id)
    await both.settled()
    await both.world.write("between you and me")
    await both.settled()
    assert both.chatwoot.said() == []
    await both.world.conversations.request_handoff(conversation_id, PACKET)
    await both.settled()

    assert both.chatwoot.one()["status"] == "open"
    assert len(both.chatwoot.notes()) == 2
    assert "between you and me" in both.chatwoot.notes()[1]
    assert "you charged me twice" not in both.chatwoot.notes()[1]


async def test_what_ended_here_is_resolved_there(both: Both) -> None:
    conversation_id = await both.hand_over()
    await both.world.conversations.resolve(conversation_id, Outcome.ABANDONED)
    await both.settled()
    assert both.chatwoot.one()["status"] == "resolved"
    assert (await both.get(conversation_id)).outcome is Outcome.ABANDONED


async def test_what_an_agent_of_our_own_desk_says_is_shown_as_theirs(both: Both) -> None:
    conversation_id = await both.hand_over()
    ann = await agent(both.world.db)
    await Work(both.world.db).takeover(conversation_id, ann)
    await Work(both.world.db).say(conversation_id, ann, "I am here")
    await both.settled()
    assert both.chatwoot.notes()[-1] == "**Ann Archer (agent):** I am here"


async def test_a_bot_at_the_inbox_does_not_keep_the_conversation_from_the_agents(both: Both) -> None:
    both.chatwoot.has_bot = True
    conversation_id = await both.hand_over()
    assert both.chatwoot.one()["status"] == "open"
    assert (await both.get(conversation_id)).status is Status.OPEN


async def test_agents_are_called_when_the_assistant_has_said_that_they_are(both: Both) -> None:
    """Chatwoot may assign a conversation at once, which silences the assistant."""
    goes_on = asyncio.Event()

    async def hands_over(words: str) -> list[Reply]:
        conversation_id = both.world.assistant.heard[-1][0]
        await both.world.conversations.request_handoff(conversation_id, PACKET)
        await goes_on.wait()
        return [Reply("A colleague will take over.")]

    both.world.assistant.answering = hands_over
    await both.world.write("a person, please")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await both.world.count(
            "SELECT count(*) FROM deskhand_queue.procrastinate_jobs WHERE queue_name = 'desk' AND status = 'doing'"
        ):
            await asyncio.sleep(0.02)
    assert both.chatwoot.calls == []
    goes_on.set()
    await both.settled()

    assert "A colleague will take over." in both.chatwoot.notes()[0]
    assert both.world.channel.texts()[-1] == "A colleague will take over."
