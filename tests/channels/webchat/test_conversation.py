"""What is said and heard over the web chat's own requests."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import insert

from deskhand.channels import wording
from deskhand.conversation.lines import BACK_WITH_ASSISTANT
from deskhand.conversation.model import Author, Button, Citation, HandoffPacket, Outcome, Reply
from deskhand.store import rows
from deskhand.store.tables import messages
from tests.patience import PATIENCE_SECONDS

PACKET = HandoffPacket(reason="asked_for_a_person", summary="Wants a person.")


def texts(view, author=None):
    return [m["text"] for m in view["messages"] if author in (None, m["author"])]


async def test_opening_the_chat_greets_once(browser):
    again = await browser.open()
    assert texts(again) == ["Hi, I'm Fern, an AI assistant."]
    assert again["conversation"]["control"] == "assistant"


async def test_a_message_is_answered_and_kept(browser):
    told = await browser.say("where is my order?")
    assert texts(told) == ["where is my order?", "You said: where is my order?"]
    assert texts(await browser.open()) == ["Hi, I'm Fern, an AI assistant.", *texts(told)]


async def test_the_same_message_id_is_one_message_and_one_turn(site, browser):
    message_id = str(uuid4())
    first = await browser.say("hello", message_id)
    assert await browser.say("hello", message_id) == first
    assert first["messages"][0]["client_id"] == message_id
    assert site.turns.words == ["hello"]


async def test_the_same_id_sent_at_once_from_two_tabs_is_one_message(site, browser):
    message_id = str(uuid4())
    views = await asyncio.gather(*(browser.say("hello", message_id) for _ in range(5)))
    assert all(view["messages"][0] == views[0]["messages"][0] for view in views)
    assert site.turns.words == ["hello"]


async def test_a_message_is_taken_before_its_answer_is_thought_of(site, browser):
    release = asyncio.Event()

    async def slow(conversation_id: UUID, words: str) -> list[Reply]:
        await release.wait()
        return [Reply("done")]

    site.turns.answering = slow
    stored = await browser.post_message(text="take your time")
    told = await browser.read(stored["cursor"])
    assert told["thinking"] is True
    assert told["messages"] == []
    release.set()
    assert texts(await browser.settled(stored["cursor"])) == ["done"]


async def test_other_conversations_do_not_wait(site, browser):
    release = asyncio.Event()

    async def held(conversation_id: UUID, words: str) -> list[Reply]:
        if words == "slow":
            await release.wait()
        return [Reply("done")]

    site.turns.answering = held
    slow = asyncio.create_task(browser.say("slow"))
    async with site.browser() as other:
        await other.open()
        assert texts(await other.say("fast")) == ["fast", "done"]
    release.set()
    await slow


async def test_a_button_is_known_by_an_opaque_id_and_sent_as_its_payload(site, browser):
    button = (await browser.open())["messages"][0]["buttons"][0]
    assert set(button) == {"id", "title"}
    told = await browser.press(button["id"])
    assert texts(told)[0] == "Track an order"
    assert site.turns.words == ["/order_status"]


async def test_a_button_from_before_the_last_message_is_refused(site, browser):
    button = (await browser.open())["messages"][0]["buttons"][0]
    await browser.say("something else")
    response = await browser.post("messages", json={"id": str(uuid4()), "button_id": button["id"]})
    assert (response.status_code, response.json()["error"]["code"]) == (409, "unknown_button")
    assert site.turns.words == ["something else"]


async def test_a_button_of_another_conversation_is_refused(site, browser):
    button = (await browser.open())["messages"][0]["buttons"][0]
    async with site.browser() as other:
        await other.open()
        response = await other.post("messages", json={"id": str(uuid4()), "button_id": button["id"]})
    assert response.status_code == 409


async def test_a_pressed_button_sent_twice_is_one_turn(site, browser):
    button = (await browser.open())["messages"][0]["buttons"][0]
    message_id = str(uuid4())
    first = await browser.press(button["id"], message_id)
    assert await browser.press(button["id"], message_id) == first
    assert site.turns.words == ["/order_status"]


async def test_a_pressed_button_sent_twice_at_once_is_one_turn(site, browser):
    button = (await browser.open())["messages"][0]["buttons"][0]
    message_id = str(uuid4())
    stored = await asyncio.gather(*(browser.post_message(id=message_id, button_id=button["id"]) for _ in range(5)))
    assert all(one == stored[0] for one in stored)
    await browser.settled()
    assert site.turns.words == ["/order_status"]


async def test_citations_and_pictures_reach_the_page_and_payloads_do_not(site, browser):
    async def cites(conversation_id: UUID, words: str) -> list[Reply]:
        citation = Citation("Returns", "https://fernway.example/r")
        return [Reply("30 days.", (Button("Thanks", "/thank"),), (citation,), "https://fernway.example/tent.jpg")]

    site.turns.answering = cites
    told = await browser.say("how long can I return?")
    assert told["messages"][1]["citations"] == [{"title": "Returns", "url": "https://fernway.example/r"}]
    assert told["messages"][1]["image"] == "https://fernway.example/tent.jpg"
    assert "/thank" not in str(told)


async def test_while_a_person_has_control_messages_are_stored_and_no_turn_runs(site, browser):
    conversation = (await browser.open())["conversation"]["id"]
    await site.store.request_handoff(conversation, PACKET)
    stored = await browser.post_message(text="are you there?")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (told := await browser.read(stored["cursor"]))["messages"]:
            await asyncio.sleep(0.02)
    assert texts(told) == [wording.PERSON_ANSWERS]
    assert told["conversation"] == {"id": conversation, "control": "person", "agent": None}
    assert site.turns.words == []


async def test_the_agents_name_is_told_while_the_agent_has_control(site, db, browser):
    conversation = (await browser.open())["conversation"]["id"]
    await site.store.request_handoff(conversation, PACKET)
    await agent_writes(db, UUID(conversation), "Hello, Priya here.", "Priya")
    told = await browser.read()
    assert told["conversation"]["agent"] == "Priya"
    assert told["messages"][-1]["name"] == "Priya"
    back = (await browser.post("return", json={})).json()
    assert back["conversation"] == {"id": conversation, "control": "assistant", "agent": None}


async def test_back_to_the_assistant_says_so_and_answers_again(site, browser):
    conversation = (await browser.open())["conversation"]["id"]
    await site.store.request_handoff(conversation, PACKET)
    back = (await browser.post("return", json={})).json()
    assert back["conversation"]["control"] == "assistant"
    assert texts(back)[-1] == BACK_WITH_ASSISTANT
    assert texts(await browser.say("two")) == ["two", "You said: two"]


async def test_a_message_after_the_end_opens_a_new_conversation_below_the_old_one(site, browser):
    first = (await browser.open())["conversation"]["id"]
    await site.store.resolve(first, Outcome.RESOLVED_BY_ASSISTANT)
    assert (await browser.read())["conversation"]["control"] == "nobody"
    told = await browser.say("one more thing")
    assert told["conversation"]["id"] != first
    everything = await browser.read()
    assert [m["conversation"] for m in everything["messages"]] == [first, *[told["conversation"]["id"]] * 2]


async def test_start_over_is_another_conversation_and_the_old_one_cannot_be_read(browser):
    await browser.say("private")
    fresh = await browser.open(new=True)
    assert texts(fresh) == ["Hi, I'm Fern, an AI assistant."]
    assert "private" not in str(await browser.read())


async def test_long_histories_are_read_in_pieces_both_ways(site, browser):
    conversation = (await browser.open())["conversation"]["id"]
    for number in range(230):
        await site.store.add_system_line(UUID(conversation), f"line {number}")
    latest = await browser.read()
    assert (len(latest["messages"]), latest["earlier"], latest["later"]) == (100, True, False)
    seen = latest["messages"]
    while True:
        told = await browser.good("GET", "messages", params={"before": seen[0]["cursor"]})
        seen = told["messages"] + seen
        if not told["earlier"]:
            break
    assert [m["text"] for m in seen[1:]] == [f"line {number}" for number in range(230)]
    onwards = await browser.read(seen[0]["cursor"])
    assert (onwards["messages"], onwards["later"]) == (seen[1:101], True)


async def test_another_contacts_cursor_shows_nothing_of_theirs(site, browser):
    theirs = (await browser.say("private"))["messages"][0]["cursor"]
    async with site.browser() as other:
        await other.open()
        told = await other.read(theirs)
        assert "private" not in str(told)
        assert texts(told) == ["Hi, I'm Fern, an AI assistant."]


async def agent_writes(db, conversation_id: UUID, text: str, name: str) -> None:
    async with db.begin() as connection:
        await connection.execute(
            insert(messages).values(
                id=uuid4(),
                conversation_id=conversation_id,
                seq=await rows.next_seq(connection, conversation_id, 1),
                author=Author.AGENT,
                author_name=name,
                text=text,
                sent_at=datetime.now(UTC),
            )
        )
