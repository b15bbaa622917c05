"""What the page of a conversation shows."""

from __future__ import annotations

from deskhand.conversation.desk import Understanding
from deskhand.conversation.model import InboundDeletion, InboundEdit, InboundMessage
from deskhand.store.desk.canned import CannedReplies
from deskhand.store.desk.drafts import Drafts
from deskhand.store.tracker_events import TrackerEvents
from tests.fakes.desk import Desk


async def test_everything_is_in_the_order_in_which_it_happened(db):
    desk = Desk(db)
    ann = await desk.agent("Ann Archer")
    conversation_id = await desk.waiting()
    await desk.notes.add(conversation_id, ann, "Looks like a refund.")
    await desk.work.takeover(conversation_id, ann)
    await desk.work.say(conversation_id, ann, "Hello")
    await desk.work.give_back(conversation_id, ann)

    assert await desk.entries(conversation_id, ann) == [
        "contact: a person, please",
        "handoff by None",
        "assistant: A person will take over.",
        "note by Ann Archer: Looks like a refund.",
        "takeover by Ann Archer",
        "agent: Hello",
        "return by Ann Archer",
        "system: You are talking to the AI assistant again.",
    ]


async def test_long_ones_come_in_pages(db):
    desk = Desk(db)
    ann = await desk.agent()
    for number in range(7):
        conversation_id = await desk.write(f"{number}")
        if number == 1:
            await desk.notes.add(conversation_id, ann, "early")

    latest = await desk.transcripts.read(conversation_id, ann, limit=3)
    assert (latest.earlier, latest.first_seq, latest.last_seq, len(latest.entries)) == (True, 5, 7, 3)
    before = await desk.transcripts.read(conversation_id, ann, before_seq=latest.first_seq, limit=10)
    assert (before.earlier, len(before.entries)) == (False, 5)


async def test_changed_and_withdrawn_messages_are_shown_as_such(db):
    desk = Desk(db)
    ann = await desk.agent()
    for external_id in ("m1", "m2"):
        (received,) = await desk.inbox.take([InboundMessage("telegram", "u", external_id, "oops")])
    await desk.inbox.take([InboundEdit("telegram", "u", "m1", "better"), InboundDeletion("telegram", "u", "m2")])

    lines = [one.message for one in (await desk.transcripts.read(received.conversation.id, ann)).entries]
    assert [(one.message.text, one.edited, one.withdrawn) for one in lines if one] == [
        ("better", True, False),
        ("", False, True),
    ]


async def test_each_turn_shows_what_the_assistant_made_of_it(db):
    desk = Desk(db)
    ann = await desk.agent()
    conversation_id = await desk.write("where is FW-204518?")
    turn = await desk.turn(conversation_id, "On its way.")
    parsed = {
        "intent": {"name": "order_status", "confidence": 0.93},
        "entities": [{"entity": "order_number", "value": "FW-204518\0"}],
    }
    events = [
        {"event": "action", "timestamp": 1.0, "name": "action_listen"},
        {"event": "user", "timestamp": 2.0, "message_id": str(turn.id), "text": "nul\0", "parse_data": parsed},
        {"event": "action", "timestamp": 3.0, "name": "action_order_status"},
        {"event": "bot", "timestamp": 4.0, "text": "On its way."},
        {"event": "action", "timestamp": 5.0, "name": "action_listen"},
        {"event": "user", "timestamp": 6.0, "message_id": "another", "parse_data": {}},
        {"event": "action", "timestamp": 7.0, "name": "action_other"},
    ]
    await TrackerEvents(db).append(str(conversation_id), events)

    entry = (await desk.transcripts.read(conversation_id, ann)).entries[0]
    assert entry.message is not None
    assert entry.message.understanding == Understanding(
        turn.id, "order_status", 0.93, (("order_number", "FW-204518\0"),), ("action_order_status",)
    )


async def test_notes_mention_colleagues(db):
    desk = Desk(db)
    ann, ben, bea = await desk.agent("Ann Archer"), await desk.agent("Ben Bond"), await desk.agent("Ben Baker")
    conversation_id = await desk.write()
    note = await desk.notes.add(conversation_id, ann, "@ben bond, could you? Not @Benjamin or ann@archer.example.")
    assert note.mentions == (ben.id,)
    (mentioned,) = await desk.notes.mentioning(ben)
    assert mentioned == note
    assert await desk.notes.mentioning(bea) == []


async def test_what_an_agent_made_of_a_draft_is_kept(db):
    desk = Desk(db)
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.takeover(conversation_id, ann)
    draft = await Drafts(db).propose(conversation_id, ann, "how long?", "Two days.")
    message = await desk.work.say(conversation_id, ann, "Two to three days.", draft_id=draft.id)

    (kept,) = await Drafts(db).sent()
    assert (kept.proposed, kept.sent_text, kept.sent_message_id) == ("Two days.", "Two to three days.", message.id)


async def test_ready_made_replies_are_for_a_team_or_for_all(db):
    desk = Desk(db)
    boss, mia = await desk.agent("Boss"), await desk.agent("Mia", teams=["billing"])
    replies = CannedReplies(db)
    await replies.save(boss, "/Hello", "Hello", "Hello {{contact.name}}")
    billing = await replies.save(boss, "refund", "Refund", "It is on its way", team="billing")

    assert [one.shortcut for one in await replies.for_agent(boss)] == ["hello"]
    assert [one.shortcut for one in await replies.for_agent(mia)] == ["hello", "refund"]
    await replies.delete(boss, billing.id)
    assert [one.shortcut for one in await replies.for_agent(mia)] == ["hello"]
