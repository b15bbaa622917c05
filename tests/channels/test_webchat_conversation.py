from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from deskhand.channels import wording
from deskhand.channels.errors import TurnFailed
from deskhand.conversation.model import Button, Citation, HandoffPacket, InboundMessage, Outcome, Reply

PACKET = HandoffPacket(reason="asked_for_a_person", summary="Wants a person.")


def texts(view, author=None):
    return [m["text"] for m in view["messages"] if author in (None, m["author"])]


async def test_opening_the_page_greets_once(site, browser):
    again = await browser.open()
    assert texts(again) == ["Hi, I'm Fern, an AI assistant."]
    assert again["conversation"]["control"] == "assistant"


async def test_a_message_is_answered_and_kept(site, browser):
    told = await browser.say("where is my order?")
    assert texts(told) == ["where is my order?", "You said: where is my order?"]
    assert told["own_seq"] == 2
    assert texts(await browser.read(after=1)) == texts(told)
    assert (await browser.open())["messages"] == (await browser.read())["messages"]


async def test_the_same_message_id_gets_the_same_answer_without_a_second_turn(site, browser):
    message_id = str(uuid4())
    first = await browser.say("hello", message_id)
    assert await browser.say("hello", message_id) == first
    assert site.turns.words == ["hello"]


async def test_the_same_id_sent_at_once_from_two_tabs_is_one_message(site, browser):
    message_id = str(uuid4())
    views = await asyncio.gather(*(browser.say("hello", message_id) for _ in range(5)))
    assert all(view == views[0] for view in views)
    assert site.turns.words == ["hello"]


async def test_a_message_left_unanswered_by_a_crash_is_answered_on_retry(site, browser):
    message_id = uuid4()
    contact = site_contact(site, browser)
    await site.store.receive(InboundMessage("webchat", contact, f"{contact}:{message_id}", "hello?"))
    told = await browser.say("hello?", str(message_id))
    assert texts(told) == ["hello?", "You said: hello?"]
    assert site.turns.words == ["hello?"]


async def test_a_turn_taken_just_before_a_crash_is_not_taken_again(site, browser):
    message_id, contact = uuid4(), site_contact(site, browser)
    received = await site.store.receive(InboundMessage("webchat", contact, f"{contact}:{message_id}", "cancel it"))
    site.turns.taken[received.message.id] = [Reply("It is cancelled.")]
    assert texts(await browser.say("cancel it", str(message_id))) == ["cancel it", "It is cancelled."]
    assert site.turns.words == []


async def test_a_pressed_button_left_unanswered_by_a_crash_is_still_its_payload_on_retry(site, browser):
    button = (await browser.open())["messages"][0]["buttons"][0]
    message_id, contact = uuid4(), site_contact(site, browser)
    await site.store.receive(
        InboundMessage("webchat", contact, f"{contact}:{message_id}", button["title"], button["id"])
    )
    await browser.press(button["id"], str(message_id))
    assert site.turns.words == ["/order_status"]


async def test_turns_of_one_conversation_come_one_at_a_time_and_in_order(site, browser):
    running = 0

    async def slow(conversation_id: UUID, words: str) -> list[Reply]:
        nonlocal running
        running += 1
        assert running == 1
        await asyncio.sleep(0.01)
        running -= 1
        return [Reply(f"re {words}")]

    site.turns.answering = slow
    await asyncio.gather(*(browser.say(f"m{i}") for i in range(8)))
    seen = texts(await browser.read(after=1))
    assert sorted(seen[::2]) == [f"m{i}" for i in range(8)]
    assert seen[1::2] == [f"re {text}" for text in seen[::2]]


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
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "unknown_button"
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


async def test_citations_reach_the_page_and_payloads_do_not(site, browser):
    async def cites(conversation_id: UUID, words: str) -> list[Reply]:
        return [Reply("30 days.", (Button("Thanks", "/thank"),), (Citation("Returns", "https://fernway.example/r"),))]

    site.turns.answering = cites
    told = await browser.say("how long can I return?")
    assert told["messages"][1]["citations"] == [{"title": "Returns", "url": "https://fernway.example/r"}]
    assert "/thank" not in str(told)


async def test_while_a_person_has_control_messages_are_stored_and_no_turn_runs(site, browser):
    conversation = (await browser.open())["conversation"]["id"]
    await site.store.request_handoff(conversation, PACKET)
    first = await browser.say("are you there?")
    assert texts(first) == ["are you there?", wording.PERSON_ANSWERS]
    assert first["conversation"]["control"] == "person"
    assert texts(await browser.say("hello?")) == ["hello?"]
    assert site.turns.words == []


async def test_back_to_the_assistant_and_to_a_person_again_says_so_each_time(site, browser):
    conversation = (await browser.open())["conversation"]["id"]
    await site.store.request_handoff(conversation, PACKET)
    await browser.say("one")
    back = (await browser.post("return", json={})).json()
    assert back["conversation"]["control"] == "assistant"
    assert texts(back)[-1] == wording.BACK_WITH_ASSISTANT
    assert texts(await browser.say("two")) == ["two", "You said: two"]
    await site.store.request_handoff(conversation, PACKET)
    assert texts(await browser.say("three")) == ["three", wording.PERSON_ANSWERS]


async def test_a_turn_that_hands_over_still_says_so(site, browser):
    async def hands_over(conversation_id: UUID, words: str) -> list[Reply]:
        await site.store.request_handoff(conversation_id, PACKET)
        return [Reply("A colleague will take over.")]

    site.turns.answering = hands_over
    told = await browser.say("I want a person")
    assert texts(told) == ["I want a person", "A colleague will take over."]
    assert told["conversation"]["control"] == "person"


async def test_after_a_takeover_in_the_middle_of_a_turn_the_assistant_is_silent(site, browser):
    async def taken_over(conversation_id: UUID, words: str) -> list[Reply]:
        await site.store.request_handoff(conversation_id, PACKET)
        await site.store.return_to_assistant(conversation_id)
        await site.store.request_handoff(conversation_id, PACKET)
        return [Reply("must not be seen")]

    site.turns.answering = taken_over
    assert texts(await browser.say("hello")) == ["hello"]


async def test_a_turn_that_raises_gives_one_calm_sentence_and_a_way_to_a_person(site, browser, caplog):
    async def broken(conversation_id: UUID, words: str) -> list[Reply]:
        raise TurnFailed("The turn raised ValueError.")

    site.turns.answering = broken
    told = await browser.say("my secret words")
    assert texts(told, "assistant") == [wording.TURN_FAILED]
    assert [button["title"] for button in told["messages"][1]["buttons"]] == ["Talk to a person"]
    assert "my secret words" not in caplog.text


async def test_a_turn_without_a_word_counts_as_failed(site, browser):
    async def silent(conversation_id: UUID, words: str) -> list[Reply]:
        return []

    site.turns.answering = silent
    assert texts(await browser.say("hello"), "assistant") == [wording.TURN_FAILED]


async def test_a_second_failure_in_a_row_hands_over(site, browser):
    async def silent(conversation_id: UUID, words: str) -> list[Reply]:
        return []

    site.turns.answering = silent
    failed = await browser.say("hello")
    told = await browser.press(failed["messages"][1]["buttons"][0]["id"])
    assert texts(told, "assistant") == [wording.PASSED_ON]
    assert told["conversation"]["control"] == "person"
    (handoff,) = await site.store.handoffs()
    assert handoff.packet.reason == "technical_failure"


async def test_a_failed_greeting_still_says_that_this_is_an_ai(site):
    site.turns.greeting = []
    async with site.browser() as visitor:
        (greeting,) = texts(await visitor.open())
    assert "AI assistant" in greeting


async def test_a_turn_is_finished_when_the_browser_goes_away(site, browser):
    started, release = asyncio.Event(), asyncio.Event()

    async def slow(conversation_id: UUID, words: str) -> list[Reply]:
        started.set()
        await release.wait()
        return [Reply("finished all the same")]

    site.turns.answering = slow
    message_id = str(uuid4())
    leaving = asyncio.create_task(browser.say("hello", message_id))
    await started.wait()
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    release.set()
    assert texts(await browser.say("hello", message_id)) == ["hello", "finished all the same"]
    assert site.turns.words == ["hello"]


async def test_a_message_after_the_end_opens_a_new_conversation(site, browser):
    first = (await browser.open())["conversation"]["id"]
    await site.store.resolve(first, Outcome.RESOLVED_BY_ASSISTANT)
    assert (await browser.read())["conversation"] == {"id": first, "control": "nobody"}
    told = await browser.say("one more thing")
    assert told["conversation"]["id"] != first
    assert told["own_seq"] == 1


async def test_messages_of_agents_appear_when_read(site, browser):
    conversation = (await browser.open())["conversation"]["id"]
    await site.store.add_system_line(UUID(conversation), "Somebody is here.")
    assert texts(await browser.read(after=1)) == ["Somebody is here."]


async def test_start_over_is_another_conversation_and_the_old_one_cannot_be_read(site, browser):
    await browser.say("private")
    fresh = await browser.open(new=True)
    assert texts(fresh) == ["Hi, I'm Fern, an AI assistant."]
    assert "private" not in str(await browser.read())


def site_contact(site, browser) -> str:
    from deskhand.channels.webchat import sessions

    session = sessions.read(browser.cookies[sessions.COOKIE], site.settings.session_key.get_secret_value())
    assert session is not None
    return session.id
