"""What the page does, in a real Chromium against a real server and database; only the assistant's words are made up."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from playwright.async_api import expect

from deskhand.channels import wording
from deskhand.conversation.model import Button, Citation, HandoffPacket, Outcome, Reply
from tests.channels.page.visits import CHROMIUM, PHONE, Visit, visiting
from tests.channels.webchat.site import GENEROUS, PREFIX, serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]

PACKET = HandoffPacket(reason="asked_for_a_person", summary="Wants a person.")


@pytest.mark.parametrize(
    ("name", "options"),
    [("desktop", {}), ("phone", PHONE), ("phone-dark", {**PHONE, "color_scheme": "dark"})],
)
async def test_a_whole_conversation(chromium, pictures, shop, name, options):
    visit = await visiting(chromium, pictures, **options)
    await visit.open(shop)
    await expect(visit.said("assistant")).to_contain_text("AI assistant")
    await visit.picture(f"{name}-1-open")
    await visit.press("Track an order")
    await expect(visit.said("contact")).to_have_text(["Track an order"])
    await expect(visit.said("assistant").last.locator("ol li")).to_have_count(2)
    await expect(visit.said("assistant").last.locator("strong")).to_have_text("FW-204518")
    await visit.picture(f"{name}-2-choices")
    await visit.press("FW-204518")
    link = visit.said("assistant").nth(2).get_by_role("link").first
    await expect(link).to_have_attribute("href", "https://track.example.com/p/15501234567")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    await visit.say("How long do I have to return it?")
    await expect(visit.page.locator(".sources a")).to_have_text(["Returns and refunds", "Damaged items"])
    await expect(visit.page.locator("#choices")).to_be_hidden()
    await visit.picture(f"{name}-3-answer")
    assert shop.turns.words[:2] == ["/order_status", '/inform{"order_number": "FW-204518"}']
    assert visit.problems == []


async def test_history_is_there_after_a_reload_and_in_another_tab(visit, shop):
    await visit.open(shop)
    await visit.press("Track an order")
    await expect(visit.said("assistant")).to_have_count(2)
    before = await visit.page.locator("#log").inner_text()
    await visit.page.reload()
    await expect(visit.said("assistant")).to_have_count(2)
    assert await visit.page.locator("#log").inner_text() == before
    await expect(visit.page.locator("#choices button")).to_have_text(["FW-204518", "FW-204777"])
    other = Visit(await visit.page.context.new_page(), None)
    await other.open(shop)
    await expect(other.said("contact")).to_have_text(["Track an order"])


ATTACKS = [
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "[click](javascript:document.title='owned')",
    "[click](data:text/html,<script>alert(1)</script>)",
    "**<svg onload=document.title='owned'>**",
    "1. <iframe src=javascript:document.title='owned'>",
    "https://x.example/\"onmouseover=\"document.title='owned'",
]


async def test_hostile_text_is_only_text_from_either_side(visit, shop):
    async def echo(conversation_id: UUID, words: str) -> list[Reply]:
        return [Reply(words, (Button(words, "/x"),), (Citation(words, "javascript:document.title='owned'"),))]

    shop.turns.answering = echo
    await visit.open(shop)
    title = await visit.page.title()
    for number, attack in enumerate(ATTACKS, 2):
        await visit.say(attack)
        await expect(visit.said("assistant")).to_have_count(number)
        await expect(visit.said("contact").last).to_have_text(attack)
    hrefs = await visit.page.locator("#log a").evaluate_all("links => links.map(link => link.protocol)")
    assert set(hrefs) <= {"https:"}
    assert await visit.page.locator("#log :is(script, img, svg, iframe)").count() == 0
    await visit.picture("hostile")
    assert await visit.page.title() == title
    assert visit.problems == []


async def test_what_is_written_offline_is_sent_once_and_in_order_when_back(visit, shop):
    await visit.open(shop)
    await visit.page.context.set_offline(True)
    await visit.say("first")
    await visit.say("second")
    await expect(visit.page.get_by_role("status")).to_contain_text("offline")
    await expect(visit.page.locator(".pending")).to_have_count(2)
    await expect(visit.page.locator(".delivery").first).to_have_text("Waiting to be sent")
    await visit.picture("offline")
    await visit.page.context.set_offline(False)
    await expect(visit.said("assistant").last).to_have_text("You said: second")
    await expect(visit.said("contact")).to_have_text(["first", "second"])
    await expect(visit.page.get_by_role("status")).to_be_hidden()
    assert shop.turns.words == ["first", "second"]


async def test_a_lost_answer_is_asked_for_again_without_a_second_turn(visit, shop):
    await visit.open(shop)
    lost = 0

    async def lose_the_first_answer(route):
        nonlocal lost
        if route.request.method != "POST" or lost:
            return await route.continue_()
        lost += 1
        await route.fetch()
        return await route.abort("connectionreset")

    await visit.page.route("**/messages", lose_the_first_answer)
    await visit.say("hello")
    await expect(visit.said("assistant").last).to_have_text("You said: hello")
    await expect(visit.said("contact")).to_have_text(["hello"])
    assert lost == 1
    assert shop.turns.words == ["hello"]


async def test_a_waiting_message_survives_a_reload(visit, shop):
    await visit.open(shop)
    await visit.page.route("**/messages", lambda route: route.abort())
    await visit.say("do not lose me")
    await expect(visit.page.locator(".delivery")).to_be_visible()
    await visit.page.unroute("**/messages")
    await visit.page.reload()
    await expect(visit.said("assistant").last).to_have_text("You said: do not lose me")
    assert shop.turns.words == ["do not lose me"]


async def test_the_page_waits_for_a_server_that_is_not_there_yet(visit, shop):
    await visit.page.route("**/session", lambda route: route.fulfill(status=503, json={}))
    await visit.page.goto(f"{shop.origin}{PREFIX}/")
    await expect(visit.page.get_by_role("status")).to_contain_text("cannot be reached")
    await visit.picture("unreachable")
    await visit.page.unroute("**/session")
    await visit.page.get_by_role("button", name="Try again").click()
    await expect(visit.said("assistant")).to_have_count(1)
    await expect(visit.page.get_by_role("status")).to_be_hidden()


async def test_typing_is_shown_while_the_assistant_thinks(visit, shop):
    release = asyncio.Event()

    async def slow(conversation_id: UUID, words: str) -> list[Reply]:
        await release.wait()
        return [Reply("done")]

    shop.turns.answering = slow
    await visit.open(shop)
    await visit.say("think")
    await expect(visit.page.locator("#typing")).to_be_visible()
    await visit.picture("typing")
    release.set()
    await expect(visit.said("assistant").last).to_have_text("done")
    await expect(visit.page.locator("#typing")).to_be_hidden()


async def test_a_person_takes_over_answers_and_gives_back(chromium, pictures, shop):
    visit = await visiting(chromium, pictures, **PHONE)
    await visit.open(shop)
    conversation = await visit.conversation(shop)
    await shop.store.request_handoff(conversation, PACKET)
    await visit.say("The seam is torn, too.")
    await expect(visit.page.locator("#log .system")).to_have_text([wording.PERSON_ANSWERS])
    await expect(visit.page.locator("#subtitle")).to_have_text("A person answers here")
    await shop.store.add_system_line(conversation, "Priya joined.")
    await expect(visit.page.locator("#log .system").last).to_have_text("Priya joined.")
    await visit.picture("person")
    await visit.page.get_by_role("button", name="Back to the assistant").click()
    await expect(visit.page.locator("#person")).to_be_hidden()
    await visit.say("hello Fern")
    await expect(visit.said("assistant").last).to_have_text("You said: hello Fern")


async def test_a_failed_turn_offers_a_person(visit, shop):
    async def silent(conversation_id: UUID, words: str) -> list[Reply]:
        return []

    shop.turns.answering = silent
    await visit.open(shop)
    await visit.say("hello")
    await expect(visit.said("assistant").last).to_have_text(wording.TURN_FAILED)
    await visit.picture("failed-turn")
    await visit.press("Talk to a person")
    await expect(visit.page.locator("#person")).to_be_visible()


async def test_a_new_conversation_begins_below_the_old_one(visit, shop):
    await visit.open(shop)
    await visit.say("one")
    await expect(visit.said("assistant")).to_have_count(2)
    await shop.store.resolve(await visit.conversation(shop), Outcome.RESOLVED_BY_ASSISTANT)
    await visit.say("two")
    await expect(visit.said("assistant").last).to_have_text("You said: two")
    await expect(visit.page.locator(".divider")).to_have_text("New conversation")
    await expect(visit.said("contact")).to_have_text(["one", "two"])


async def test_start_over_asks_first_and_then_begins_afresh(visit, shop):
    await visit.open(shop)
    await visit.say("old words")
    await expect(visit.said("assistant")).to_have_count(2)
    await visit.page.get_by_role("button", name="Start over").click()
    await visit.picture("start-over")
    await visit.page.get_by_role("button", name="Keep this one").click()
    await expect(visit.said("contact")).to_have_count(1)
    await visit.page.get_by_role("button", name="Start over").click()
    await visit.page.get_by_role("dialog").get_by_role("button", name="Start over").click()
    await expect(visit.said("contact")).to_have_count(0)
    await expect(visit.said("assistant")).to_have_count(1)
    assert "old words" not in await visit.page.content()


async def test_too_many_messages_wait_and_are_sent_by_themselves(chromium, pictures, db):
    async with serving(db, options=GENEROUS.model_copy(update={"messages_per_minute_and_session": 2})) as site:
        visit = await visiting(chromium, pictures)
        await visit.open(site)
        for word in ("one", "two", "three"):
            await visit.say(word)
        await expect(visit.page.get_by_role("status")).to_contain_text("sent by itself")
        await expect(visit.page.locator(".pending")).to_have_count(1)
        await visit.picture("wait")
        # One turn or two: lines typed quickly are answered together.
        await expect(visit.said("assistant").last).to_contain_text("two")
        assert "\n".join(site.turns.words) == "one\ntwo"


async def test_the_development_mailbox(visit, shop):
    from datetime import UTC, datetime
    from types import SimpleNamespace

    shop.mailbox.mails = [
        SimpleNamespace(
            to="jo@example.com",
            subject="Your Fernway code",
            text="Your code is 492817.\n\nIt works for 10 minutes.",
            sent_at=datetime.now(UTC),
        )
    ]
    await visit.page.goto(f"{shop.origin}{PREFIX}/mailbox?key={shop.settings.mailbox_key.get_secret_value()}")
    await expect(visit.page.locator("pre")).to_contain_text("492817")
    await visit.picture("mailbox")
    assert visit.problems == []
