from __future__ import annotations

from uuid import uuid4

import pytest

from deskhand.conversation.model import InboundMessage, Outcome, Reply
from deskhand.store.conversations import Conversations
from deskhand.store.inbox import Inbox
from deskhand.store.timeline import Cursor, Timelines, cursor_from

SOME = "495b3e38-514a-4f91-b7b5-2be8c03f07db"


@pytest.mark.parametrize("text", ["", "x", "1", SOME, f"{SOME}.", f"{SOME}.-1", f"{SOME}.1.2", "\0"])
def test_only_what_was_a_cursor_is_one(text):
    assert cursor_from(text) is None
    cursor = Cursor(uuid4(), 7)
    assert cursor_from(str(cursor)) == cursor


async def test_all_conversations_of_a_contact_are_one_run(db):
    inbox, store, timelines = Inbox(db), Conversations(db), Timelines(db)
    for number in range(3):
        (received,) = await inbox.take([InboundMessage("webchat", "ann", f"m{number}", f"hello {number}")])
        conversation = received.conversation
        await store.add_replies(conversation.id, conversation.control_token, [Reply(f"hi {number}")])
        await store.resolve(conversation.id, Outcome.RESOLVED_BY_ASSISTANT)
    seen = await timelines.latest("webchat", "ann", 10)
    said = [line.message.text for line in seen.lines]
    assert said == ["hello 0", "hi 0", "hello 1", "hi 1", "hello 2", "hi 2"]
    assert (seen.earlier, seen.later) == (False, False)
    middle = seen.lines[2].cursor
    after = await timelines.after("webchat", "ann", middle, 2)
    assert ([line.message.text for line in after.lines], after.later) == (["hi 1", "hello 2"], True)
    before = await timelines.before("webchat", "ann", middle, 1)
    assert ([line.message.text for line in before.lines], before.earlier) == (["hi 0"], True)


async def test_a_contact_sees_nothing_of_anothers(db):
    inbox, timelines = Inbox(db), Timelines(db)
    (received,) = await inbox.take([InboundMessage("webchat", "ann", "m1", "private")])
    await inbox.take([InboundMessage("webchat", "bob", "m2", "mine")])
    theirs = Cursor(received.conversation.id, 1)
    for seen in (
        await timelines.latest("webchat", "bob", 10),
        await timelines.after("webchat", "bob", Cursor(theirs.conversation_id, 0), 10),
        await timelines.before("webchat", "bob", Cursor(theirs.conversation_id, 9), 10),
    ):
        assert [line.message.text for line in seen.lines] == ["mine"]
    assert (await timelines.latest("webchat", "nobody", 10)).conversation is None


async def test_the_assistant_thinks_until_everything_is_answered(db):
    inbox, timelines = Inbox(db), Timelines(db)
    await inbox.open("webchat", "ann")
    assert (await timelines.latest("webchat", "ann", 10)).thinking  # of its greeting
    (received,) = await inbox.take([InboundMessage("webchat", "ann", "m1", "hello")])
    assert (await timelines.latest("webchat", "ann", 10)).thinking
    await Conversations(db).resolve(received.conversation.id, Outcome.ABANDONED)
    assert not (await timelines.latest("webchat", "ann", 10)).thinking
