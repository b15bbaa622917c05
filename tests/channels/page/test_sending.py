"""Nothing is lost and nothing comes twice: restarts, several tabs, streams that fail, files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from deskhand.conversation.model import HandoffPacket, Reply
from tests.channels.page.conftest import greets
from tests.channels.page.visits import CHROMIUM, PHONE, Visit, visiting
from tests.channels.webchat.site import serving
from tests.channels.webchat.test_conversation import agent_writes
from tests.patience import PATIENCE_SECONDS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]

PACKET = HandoffPacket(reason="asked_for_a_person", summary="Wants a person.")
PICTURE = Path(__file__).parents[3] / "docs" / "images" / "chat.png"


@pytest.mark.parametrize(("name", "options"), [("desktop", {}), ("phone", PHONE)])
async def test_a_reload_an_offline_spell_and_a_restarted_server_lose_and_repeat_nothing(
    chromium, pictures, db, name, options
):
    visit = await visiting(chromium, pictures, **options)
    async with serving(db) as site:
        greets(site)
        await visit.open(site)
        await visit.say("before")
        await expect(visit.said("assistant")).to_have_count(2)
        await visit.page.reload()
        await expect(visit.said("contact")).to_have_text(["before"])
        await visit.page.context.set_offline(True)
        await visit.say("while offline")
        await expect(visit.page.locator(".waiting")).to_have_count(1)
        await visit.picture(f"{name}-offline")
        await visit.page.context.set_offline(False)
        await expect(visit.said("assistant").last).to_have_text("You said: while offline")
        port, turns = int(site.origin.rsplit(":", 1)[1]), site.turns
    await visit.say("while it was away")
    await expect(visit.page.get_by_role("status")).to_be_visible()
    await visit.picture(f"{name}-server-away")
    async with serving(db, port=port, turns=turns):
        await expect(visit.said("assistant").last).to_have_text("You said: while it was away")
        await visit.say("after")
        await expect(visit.said("assistant").last).to_have_text("You said: after")
        await expect(visit.page.get_by_role("status")).to_be_hidden()
        said = ["before", "while offline", "while it was away", "after"]
        await expect(visit.said("contact")).to_have_text(said)
        await expect(visit.said("assistant")).to_have_count(5)
        assert turns.words == said
        await visit.picture(f"{name}-after-all")


SLOW_TO_END = """
const request = navigator.locks.request.bind(navigator.locks);
navigator.locks.request = async (name, work) => {
  const result = await request(name, work);
  await window.ending;
  return result;
};
"""


async def test_what_is_written_while_the_last_message_ends_being_sent_is_sent(visit, shop):
    await visit.page.add_init_script(SLOW_TO_END)
    await visit.open(shop)
    await visit.page.evaluate("() => { window.ending = new Promise((resolve) => (window.end = resolve)); }")
    await visit.say("one")
    await expect(visit.said("assistant").last).to_have_text("You said: one")
    await visit.say("two")
    await visit.page.evaluate("window.end()")
    await expect(visit.said("assistant").last).to_have_text("You said: two")
    assert shop.turns.words == ["one", "two"]


async def test_two_tabs_show_the_same_without_a_reload(visit, shop):
    await visit.open(shop)
    other = Visit(await visit.page.context.new_page(), None)
    await other.open(shop)
    await other.say("from the second tab")
    await expect(visit.said("contact")).to_have_text(["from the second tab"])
    await visit.say("from the first tab")
    await expect(other.said("contact")).to_have_text(["from the second tab", "from the first tab"])
    await expect(other.said("assistant")).to_have_count(3)
    assert shop.turns.words == ["from the second tab", "from the first tab"]


async def test_start_over_in_one_tab_is_start_over_in_all(visit, shop):
    await visit.open(shop)
    await visit.say("old words")
    other = Visit(await visit.page.context.new_page(), None)
    await other.open(shop)
    await expect(other.said("contact")).to_have_text(["old words"])
    await other.page.get_by_role("button", name="Start over").click()
    await other.page.get_by_role("dialog").get_by_role("button", name="Start over").click()
    await expect(other.said("contact")).to_have_count(0)
    await expect(visit.said("contact")).to_have_count(0)
    await expect(visit.said("assistant")).to_have_count(1)


async def test_where_no_stream_comes_through_the_page_asks(visit, shop):
    await visit.page.route("**/events", lambda route: route.fulfill(status=502, json={}))
    await visit.open(shop)
    await visit.say("hello")
    await expect(visit.said("assistant").last).to_have_text("You said: hello")
    await expect(visit.said("contact")).to_have_text(["hello"])


async def test_three_lines_at_once_keep_their_order(visit, shop):
    await visit.open(shop)
    for words in ("one", "two", "three"):
        await visit.say(words)
    await expect(visit.said("contact")).to_have_text(["one", "two", "three"])
    await expect(visit.said("assistant").last).to_contain_text("three")
    assert "\n".join(shop.turns.words) == "one\ntwo\nthree"


async def test_a_refused_message_says_why_and_the_next_one_is_sent(visit, shop):
    await visit.open(shop)
    refusal = {"error": {"code": "message_too_long", "message": "Too long."}}
    await visit.page.route("**/messages", lambda route: route.fulfill(status=413, json=refusal))
    await visit.say("refused")
    await expect(visit.page.locator(".failed .delivery")).to_have_text("Not sent. It is too long.")
    await visit.page.unroute("**/messages")
    await visit.say("taken")
    await expect(visit.said("assistant").last).to_have_text("You said: taken")
    await visit.picture("refused")
    assert shop.turns.words == ["taken"]


async def test_a_session_that_the_server_knows_no_more_is_replaced(visit, shop):
    await visit.open(shop)
    await visit.page.evaluate(
        "localStorage.setItem(Object.keys(localStorage).find(key => key.endsWith(':token')), 'x.eyJzdWIiOiJ4In0.x')"
    )
    await visit.page.reload()
    await expect(visit.said("assistant")).to_have_count(1)
    await visit.say("hello again")
    await expect(visit.said("assistant").last).to_have_text("You said: hello again")


async def test_a_picture_is_uploaded_shown_and_still_there_after_a_reload(visit, shop):
    await visit.open(shop)
    await visit.page.locator("#files").set_input_files(PICTURE)
    await expect(visit.page.locator(".chip")).to_contain_text("chat.png")
    await expect(visit.page.locator("#send")).to_be_enabled()
    await visit.picture("attached")
    await visit.say("it looks like this")
    picture = visit.page.locator("#log .picture")
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("image => image.naturalWidth") > 0
    await expect(visit.said("assistant").last).to_have_text("You said: it looks like this")
    await visit.picture("picture")
    await visit.page.reload()
    await expect(picture).to_be_visible()
    assert visit.problems == []


async def test_files_of_other_kinds_are_refused_with_a_reason(visit, shop, tmp_path):
    await visit.open(shop)
    (tmp_path / "tool.exe").write_bytes(b"MZ")
    await visit.page.locator("#files").set_input_files(tmp_path / "tool.exe")
    await expect(visit.page.get_by_role("alert")).to_contain_text("tool.exe cannot be sent")
    await expect(visit.page.locator("#send")).to_be_disabled()


async def test_the_agents_name_stands_where_the_assistants_stood(visit, shop, db):
    await visit.open(shop)
    conversation = await visit.conversation(shop)
    await shop.store.request_handoff(conversation, PACKET)
    await agent_writes(db, conversation, "Hello, Priya here. I have your order open.", "Priya")
    await visit.say("thank you")
    await expect(visit.page.locator("#speaker")).to_have_text("Priya")
    await expect(visit.page.locator("#person")).to_contain_text("You are talking to Priya")
    await visit.picture("agent")


async def test_long_histories_are_shown_piece_by_piece(visit, shop):
    await visit.open(shop)
    conversation = await visit.conversation(shop)
    for number in range(120):
        await shop.store.add_system_line(conversation, f"line {number}")
    await visit.page.reload()
    await expect(visit.page.locator("#log .system")).to_have_count(100)
    await visit.page.get_by_role("button", name="Show earlier messages").click()
    await expect(visit.page.locator("#log .system")).to_have_count(120)
    await expect(visit.page.get_by_role("button", name="Show earlier messages")).to_have_count(0)


async def test_who_reads_above_is_not_pulled_down_but_told(visit, shop):
    await visit.open(shop)
    conversation = await visit.conversation(shop)
    for number in range(60):
        await shop.store.add_system_line(conversation, f"line {number}")
    await expect(visit.page.locator("#log .system")).to_have_count(60)
    await visit.page.locator("#scroller").evaluate("scroller => scroller.scrollTop = 0")
    token = (await shop.store.get(conversation)).control_token
    await shop.store.add_replies(conversation, token, [Reply("News.")])
    newer = visit.page.get_by_role("button", name="New messages")
    await expect(newer).to_be_visible()
    assert await visit.page.locator("#scroller").evaluate("scroller => scroller.scrollTop") < 50
    await visit.picture("newer")
    await newer.click()
    await expect(visit.said("assistant").last).to_be_in_viewport()
    await expect(newer).to_have_count(0)


async def test_days_are_told_apart(visit, shop, db):
    from sqlalchemy import text

    await visit.open(shop)
    await visit.say("today")
    await expect(visit.said("assistant")).to_have_count(2)
    async with db.begin() as connection:
        await connection.execute(
            text("UPDATE deskhand.messages SET sent_at = sent_at - interval '1 day' WHERE seq = 1")
        )
    await visit.page.reload()
    await expect(visit.page.locator("#log .day")).to_have_text(["Yesterday", "Today"])


async def test_sound_is_off_until_it_is_turned_on_and_stays_so(visit, shop):
    await visit.open(shop)
    await visit.page.get_by_role("button", name="Turn sound on").click()
    await expect(visit.page.get_by_role("button", name="Turn sound off")).to_be_visible()
    await visit.page.reload()
    await expect(visit.page.get_by_role("button", name="Turn sound off")).to_be_visible()


async def test_a_page_that_is_gone_gives_its_stream_back(visit, shop):
    await visit.open(shop)
    await visit.page.goto("about:blank")

    async def watched() -> int:
        return sum(len(events) for events in shop.delivery.changes._waiting.values())

    async with asyncio.timeout(PATIENCE_SECONDS):
        while await watched():
            await asyncio.sleep(0.05)
