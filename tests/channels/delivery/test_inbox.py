"""What channels leave is stored whole and once, under the contact who wrote it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from deskhand.conversation.model import (
    Attachment,
    AttachmentKind,
    HandoffPacket,
    InboundDeletion,
    InboundEdit,
    InboundMessage,
    Outcome,
    Status,
)
from deskhand.store.database import Database
from deskhand.store.errors import DatabaseUnavailable, MessageIdTaken
from deskhand.store.inbox import Inbox
from deskhand.store.turns import Turn, Turns
from tests.channels.delivery.conftest import World, inbound

JOBS = "SELECT count(*) FROM deskhand_queue.procrastinate_jobs"
TEXTS = "SELECT text FROM deskhand.messages ORDER BY conversation_id, seq"


async def test_a_message_and_its_turn_are_stored_together(world: World) -> None:
    conversation_id = await world.write("hello")

    assert await world.texts(conversation_id) == ["contact: hello"]
    assert await world.rows("SELECT lock, queue_name FROM deskhand_queue.procrastinate_jobs") == [
        (f"turn {conversation_id}", "turns")
    ]


async def test_a_repeated_delivery_changes_nothing(world: World) -> None:
    await asyncio.gather(*(world.inbox.take([inbound("hello", external_id="m1")]) for _ in range(10)))
    await world.inbox.take([inbound("other words", external_id="m1")])

    assert await world.rows(TEXTS) == [("hello",)]
    assert await world.count(JOBS) == 1


async def test_the_next_message_of_a_known_contact_is_stored_as_the_first_one(world: World) -> None:
    conversation_id = await world.write("one")
    picture = Attachment(AttachmentKind.IMAGE, "media-1")
    next_one = inbound("two", external_id="m2", order=7, button_id="b1", attachments=(picture,))
    await asyncio.gather(*(world.inbox.take([next_one]) for _ in range(10)))
    (again,) = await world.inbox.take([next_one])

    assert (again.duplicate, again.message.text, again.conversation.id) == (True, "two", conversation_id)
    (row,) = await world.rows(
        "SELECT sort_order, button_id, awaits_turn, attachments->0->>'media_id' "
        "FROM deskhand.messages WHERE text = 'two'"
    )
    assert tuple(row) == (7, "b1", True, "media-1")


async def test_messages_of_a_known_contact_count_up_from_any_number_of_webhooks(world: World) -> None:
    conversation_id = await world.write("0")
    await asyncio.gather(*(world.write(f"{number}") for number in range(1, 20)))

    assert [one.seq for one in await world.conversations.history(conversation_id)] == list(range(1, 21))


async def test_a_contact_whose_conversation_is_resolved_begins_a_new_one(world: World) -> None:
    first = await world.write("one")
    await world.conversations.resolve(first, Outcome.RESOLVED_BY_ASSISTANT)

    assert await world.write("two") != first


async def test_of_a_batch_with_a_bad_half_nothing_is_stored(world: World) -> None:
    await world.write("mine", contact="ann", external_id="m1")
    with pytest.raises(MessageIdTaken):
        await world.inbox.take([inbound("good", contact="ben"), inbound("stolen id", contact="ben", external_id="m1")])

    assert await world.rows(TEXTS) == [("mine",)]
    assert await world.count(JOBS) == 1


async def test_batches_that_share_contacts_do_not_wait_for_each_other_for_ever(world: World) -> None:
    there = [inbound(f"{number}", contact=f"c{number}") for number in range(8)]
    back = [inbound(f"{number}", contact=f"c{number}") for number in reversed(range(8))]
    await asyncio.gather(*(world.inbox.take(batch) for batch in (there, back) * 5))

    assert await world.count("SELECT count(*) FROM deskhand.messages") == 16


async def test_a_database_that_is_away_is_said() -> None:
    with pytest.raises(DatabaseUnavailable):
        await Inbox(Database("postgresql://nobody@127.0.0.1:1/nothing")).take([inbound("hello")])


async def test_what_no_database_can_hold_is_stored_nevertheless(world: World) -> None:
    bad = "nul \0 and half \ud800"
    attachment = Attachment(AttachmentKind.DOCUMENT, media_id=bad, file_name=bad, description=bad)
    await world.inbox.take([InboundMessage("whatsapp", bad, bad, bad, button_id=bad, attachments=(attachment,))])

    assert await world.rows(TEXTS) == [("nul � and half ?",)]


async def test_attachments_are_kept_for_the_desk(world: World) -> None:
    await world.write("look", attachments=(Attachment(AttachmentKind.IMAGE, "media-1", "image/jpeg", size=7),))

    ((stored,),) = await world.rows("SELECT attachments FROM deskhand.messages")
    assert (stored[0]["kind"], stored[0]["media_id"], stored[0]["size"]) == ("image", "media-1", 7)


async def test_an_edit_changes_the_words_and_makes_no_turn(world: World) -> None:
    await world.write("hallo", external_id="m1")
    await world.inbox.take([InboundEdit("whatsapp", "ann", "m1", "hello")])
    await world.inbox.take([InboundEdit("whatsapp", "ben", "m1", "not yours")])

    assert await world.rows("SELECT text, edited_at IS NOT NULL FROM deskhand.messages") == [("hello", True)]
    assert await world.count(JOBS) == 1


async def test_what_was_taken_back_stays_so(world: World) -> None:
    await world.write("secret", external_id="m1", attachments=(Attachment(AttachmentKind.IMAGE, "media-1"),))
    await world.inbox.take([InboundDeletion("whatsapp", "ben", "m1")])
    assert await world.rows(TEXTS) == [("secret",)]
    await world.inbox.take([InboundDeletion("whatsapp", "ann", "m1")])
    await world.inbox.take([InboundEdit("whatsapp", "ann", "m1", "secret again")])

    assert await world.rows("SELECT text, attachments FROM deskhand.messages") == [("", [])]


# -- one contact under several ids


async def test_ids_that_come_together_are_one_contact(world: World) -> None:
    first = await world.write("hi", contact="GB.user", aliases=("4477",))
    by_phone = await world.write("it's me", contact="4477")
    by_user = await world.write("again", contact="GB.user")

    assert first == by_phone == by_user
    assert await world.count("SELECT count(*) FROM deskhand.contacts") == 1


async def test_the_same_id_on_two_channels_is_two_contacts(world: World) -> None:
    await world.write("hi", contact="4477")
    await world.write("hi", contact="4477", channel="telegram")

    assert await world.count("SELECT count(*) FROM deskhand.contacts") == 2


async def two_contacts(world: World) -> tuple[str, str]:
    """The same customer by phone (the older) and by user id, each with an unresolved conversation."""
    now = datetime.now(UTC)
    older = Inbox(world.db, now=lambda: now - timedelta(hours=1))
    (by_phone,) = await older.take([inbound("by phone", contact="4477")])
    by_user = await world.write("by user", contact="GB.user")
    return str(by_phone.conversation.id), str(by_user)


async def test_what_turns_out_to_be_one_contact_goes_on_in_the_older_conversation(world: World) -> None:
    older, newer = await two_contacts(world)
    merged = await world.write("both", contact="GB.user", aliases=("4477",))

    assert str(merged) == older
    ended = await world.conversations.get(newer)
    assert (ended.status, ended.outcome) == (Status.RESOLVED, Outcome.ABANDONED)
    # Nothing had been answered yet, so everything is answered in the one that goes on.
    await world.start()
    await world.settled()
    assert world.assistant.words == ["by phone\nby user\nboth"]
    assert world.channel.texts("4477") == ["re: by phone\nby user\nboth"]


async def test_the_conversation_that_an_agent_has_goes_on(world: World) -> None:
    older, newer = await two_contacts(world)
    await world.conversations.request_handoff(newer, HandoffPacket(reason="asked_for_person", summary="…"))
    merged = await world.write("both", contact="GB.user", aliases=("4477",))

    assert str(merged) == newer
    assert (await world.conversations.get(older)).outcome is Outcome.ABANDONED


async def test_a_turn_that_is_being_taken_in_the_ending_conversation_says_nothing(world: World) -> None:
    _, newer = await two_contacts(world)
    turn = await Turns(world.db).begin((await world.conversations.get(newer)).id, 0, "")
    assert isinstance(turn, Turn)
    await world.write("both", contact="GB.user", aliases=("4477",))

    assert await Turns(world.db).settle(turn, []) is None
    await world.start()
    await world.settled()
    assert world.assistant.words == ["by phone\nby user\nboth"]


async def test_contacts_that_merge_at_once_merge_once(world: World) -> None:
    await two_contacts(world)
    both = [inbound(f"{number}", contact="GB.user", aliases=("4477",)) for number in range(8)]
    await asyncio.gather(*(world.inbox.take([message]) for message in both))

    assert await world.count("SELECT count(DISTINCT contact_id) FROM deskhand.contact_identities") == 1
    assert await world.count("SELECT count(*) FROM deskhand.conversations WHERE status <> 'resolved'") == 1
    assert await world.count("SELECT count(*) FROM deskhand.messages WHERE awaits_turn") == 10
