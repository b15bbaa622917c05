"""The inbox and the conversation in a real Chromium: live, by keyboard, small and large, and through restarts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect

from deskhand.conversation.model import Author, Status
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from tests.channels.page.visits import AXE, CHROMIUM, DESKTOP, PHONE, violations
from tests.desk.site import Site, serving
from tests.patience import PATIENCE_MS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]


class Visit:
    """An agent at the desk. `problems` are errors of scripts and of the page's own policy."""

    def __init__(self, page: Page, pictures) -> None:
        self.page = page
        self.problems: list[str] = []
        self._pictures = pictures
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message) -> None:
        # Of tests that cut the line, and of what the desk refuses.
        told_by_htmx = message.text.startswith(("htmx:", "Response Status Error Code 409"))
        expected = "Failed to load resource" in message.text or told_by_htmx
        if message.type == "error" and not expected:
            self.problems.append(message.text)

    async def picture(self, name: str) -> None:
        if self._pictures:
            self._pictures.mkdir(parents=True, exist_ok=True)
            await self.page.wait_for_timeout(300)
            await self.page.screenshot(path=self._pictures / f"{name}.png")

    async def take_over(self, site: Site, talk: UUID) -> None:
        await self.page.goto(f"{site.origin}/conversations/{talk}")
        await self.page.keyboard.press("t")
        await expect(self.page.get_by_label("Your words")).to_be_focused()

    async def type_reply(self, words: str) -> None:
        await self.page.get_by_label("Your words").fill(words)
        await self.page.keyboard.press("Enter")


async def held(page: Page, address: str) -> asyncio.Event:
    """Requests to this address wait until the event is set."""
    let_go = asyncio.Event()

    async def hold(route) -> None:
        await let_go.wait()
        await route.continue_()

    await page.route(address, hold)
    return let_go


async def visiting(chromium: Browser, pictures, site: Site, name: str = "Ann Arbor", **options) -> Visit:
    context = await chromium.new_context(**{**DESKTOP, **options})
    context.set_default_timeout(PATIENCE_MS)
    visit = Visit(await context.new_page(), pictures)
    await site.sign_in_browser(visit.page, name)
    return visit


@pytest.fixture
async def visit(chromium, pictures, site) -> AsyncIterator[Visit]:
    visit = await visiting(chromium, pictures, site)
    yield visit
    assert visit.problems == []


async def agents_words(db: Database, talk) -> list[str]:
    return [one.text for one in await Conversations(db).history(talk) if one.author is Author.AGENT]


async def test_the_inbox_is_live_and_worked_by_keyboard(visit, site, talks):
    page = visit.page
    await page.goto(f"{site.origin}/inbox/waiting")
    await expect(page.get_by_text("Nobody waits for an agent.")).to_be_visible()
    talk = await talks.waiting("Where is my tent?")
    await expect(page.locator("[data-row]")).to_have_count(1)
    await expect(page.locator("[data-count=waiting]")).to_have_text("1")
    await talks.waiting("And my lantern?", contact="second")
    await expect(page.locator("[data-row]")).to_have_count(2)
    await expect(page).to_have_title(re.compile(r"^\(2\) "))
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await expect(page.locator(f"#row-{talk}")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/conversations/{talk}")
    await page.keyboard.press("t")
    await expect(page.get_by_label("Your words")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("Your words")).not_to_be_focused()
    await page.keyboard.press("r")
    await expect(page.get_by_label("Your words")).to_be_focused()


async def test_a_conversation_is_watched_and_answered_live(visit, site, talks, db):
    talk, _ = await talks.write("Where is my tent?")
    await talks.answer(talk, "Which order is it?")
    page = visit.page
    await page.goto(f"{site.origin}/conversations/{talk}")
    await expect(page.get_by_text("The assistant answers here.")).to_be_visible()
    await expect(page.get_by_label("Your words")).to_be_disabled()
    await talks.write("FW-204518")
    await expect(page.locator("#log .entry.contact")).to_have_count(2)
    await page.get_by_role("button", name="Take over").click()
    await expect(page.get_by_label("Your words")).to_be_focused()
    await visit.type_reply("Hello, this is Ann.")
    await expect(page.locator("#log .entry.agent .text")).to_have_text(["Hello, this is Ann."])
    await expect(page.locator("#log .entry.agent .delivery")).to_have_text("On its way")
    assert await agents_words(db, talk) == ["Hello, this is Ann."]
    await page.get_by_text("Note for colleagues").click()
    await visit.type_reply("She is in a hurry.")
    await expect(page.locator("#log .entry.note .text")).to_have_text("She is in a hurry.")
    await page.get_by_role("button", name="Resolve…").click()
    await page.get_by_label("What was done").fill("Told her where it is.")
    await page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    await expect(page.locator(".status")).to_have_text("Resolved by an agent")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_who_takes_over_from_a_colleague_writes_next(visit, site, talks):
    talk = await talks.waiting()
    ben = await site.signed_in("Ben")
    await ben.form(f"/conversations/{talk}/takeover")
    page = visit.page
    await page.goto(f"{site.origin}/conversations/{talk}")
    await page.get_by_role("button", name="Take over").click()
    await page.get_by_role("dialog").get_by_role("button", name="Take over").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_label("Your words")).to_be_focused()


async def test_what_comes_in_behind_an_open_dialog_is_not_taken_for_seen(visit, site, talks, db):
    talk = await talks.waiting()
    page = visit.page
    await visit.take_over(site, talk)
    await page.get_by_role("button", name="Resolve…").click()
    await page.get_by_label("What was done").fill("All is well.")
    await talks.write("Wait, it is urgent!")
    await expect(page.get_by_text("Wait, it is urgent!")).to_be_visible()
    await page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("has just written something")
    assert (await Conversations(db).get(talk)).status is Status.OPEN
    await page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    await expect(page.locator(".status")).to_have_text("Resolved by an agent")
    await page.get_by_role("button", name="Reopen").click()
    await page.get_by_role("button", name="Resolve…").click()
    await expect(page.get_by_label("What was done")).to_have_value("")


async def test_what_is_read_is_kept_in_place_while_the_page_changes(visit, site, talks):
    talk = await talks.waiting(slots={"order_number": "FW-204518"})
    page = visit.page
    await page.goto(f"{site.origin}/conversations/{talk}")
    await page.locator("#side-packet summary").click()
    await expect(page.get_by_text("FW-204518")).to_be_hidden()
    await page.get_by_text("Note for colleagues").click()
    await page.get_by_label("Your words").fill("half a sen")
    await talks.write("Are you there?")
    await expect(page.get_by_text("Are you there?")).to_be_visible()
    await expect(page.get_by_text("FW-204518")).to_be_hidden()
    await expect(page.get_by_label("Your words")).to_have_value("half a sen")
    await expect(page.get_by_label("Your words")).to_be_focused()


async def test_what_is_typed_outlives_the_page(visit, site, talks):
    talk = await talks.waiting()
    page = visit.page
    await visit.take_over(site, talk)
    await page.get_by_label("Your words").fill("I was about to say")
    await page.reload()
    await expect(page.get_by_label("Your words")).to_have_value("I was about to say")


async def test_a_reply_sent_while_the_desk_restarts_is_said_once(chromium, pictures, db, talks):
    talk = await talks.waiting()
    async with serving(db) as first:
        port = int(first.origin.rpartition(":")[2])
        visit = await visiting(chromium, pictures, first)
        page = visit.page
        await visit.take_over(first, talk)
    await visit.type_reply("Sent into the void.")
    await expect(page.locator("#outgoing")).to_contain_text("On its way to the desk")
    await expect(page.locator("#trouble")).to_contain_text("The desk does not answer")
    await visit.picture("desk-away")
    assert await agents_words(db, talk) == []
    async with serving(db, port=port):
        await expect(page.locator("#log .entry.agent .text")).to_have_text(["Sent into the void."])
        await expect(page.locator("#outgoing")).to_be_hidden()
        await expect(page.locator("#trouble")).not_to_contain_text("The desk does not answer")
        assert await agents_words(db, talk) == ["Sent into the void."]


async def test_a_reply_that_is_typed_while_another_is_on_its_way_follows_it(visit, site, talks, db):
    talk = await talks.waiting()
    page = visit.page
    await visit.take_over(site, talk)
    both_typed = await held(page, "**/messages")
    await visit.type_reply("One moment.")
    await expect(page.locator("#outgoing")).to_contain_text("One moment.")
    await visit.type_reply("Here it is.")
    await expect(page.locator("#outgoing")).to_contain_text("Here it is.")
    both_typed.set()
    await expect(page.locator("#log .entry.agent .text")).to_have_text(["One moment.", "Here it is."])
    assert await agents_words(db, talk) == ["One moment.", "Here it is."]


async def test_a_reply_whose_page_was_left_is_sent_from_the_inbox(visit, site, talks, db):
    talk = await talks.waiting()
    page = visit.page
    await visit.take_over(site, talk)
    await page.route("**/messages", lambda route: route.abort())
    await visit.type_reply("Left behind.")
    await expect(page.locator("#outgoing")).to_contain_text("Left behind.")
    await page.goto(f"{site.origin}/inbox/mine")
    async with page.expect_response("**/messages"):
        await page.unroute("**/messages")
    assert await agents_words(db, talk) == ["Left behind."]


async def test_a_refused_reply_is_given_back_with_the_reason(chromium, pictures, site, visit, talks, db):
    talk = await talks.waiting()
    page = visit.page
    await visit.take_over(site, talk)
    await page.context.set_offline(True)
    await visit.type_reply("Too late?")
    await expect(page.locator("#outgoing")).to_be_visible()
    ben = await site.signed_in("Ben Nevis")
    await ben.form(f"/conversations/{talk}/takeover", force="yes")
    await page.context.set_offline(False)
    await expect(page.locator("#composer-notice")).to_have_text("Ben Nevis has this conversation.")
    await expect(page.get_by_label("Your words")).to_have_value("Too late?")
    assert await agents_words(db, talk) == []


async def test_ready_made_replies_and_mentions_are_completed(visit, site, talks):
    talk = await talks.waiting(crm_context={"name": "Cara Lane"})
    page = visit.page
    agent = await site.desk.agents.with_email("ann@fernway.example")
    await talks.canned(agent, "thanks", "Thank you", "Thank you, {{contact.first_name}}!")
    await talks.canned(agent, "track", "Track it", "Follow it on our site.")
    await page.goto(f"{site.origin}/conversations/{talk}")
    await page.keyboard.press("t")
    field = page.get_by_label("Your words")
    await expect(field).to_be_enabled()
    await field.press_sequentially("/t")
    await expect(page.get_by_role("option")).to_have_count(2)
    await field.press_sequentially("h")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(field).to_have_value("Thank you, Cara!")
    await site.person("Ben Nevis")
    await page.get_by_text("Note for colleagues").click()
    await field.press_sequentially("@be")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Tab")
    await expect(field).to_have_value("@Ben Nevis ")


async def test_the_page_says_when_the_assistant_does_not_run(visit, site, talks, db):
    talk = await talks.waiting()
    page = visit.page
    await page.goto(f"{site.origin}/conversations/{talk}")
    await expect(page.locator("#trouble")).to_contain_text("The assistant does not run")
    await page.keyboard.press("t")
    await expect(page.get_by_label("Your words")).to_be_enabled()
    await visit.type_reply("A person is here.")
    await expect(page.locator("#log .entry.agent .text")).to_have_text(["A person is here."])
    await talks.assistant_runs()
    await talks.write("Thank you")
    await expect(page.locator("#trouble")).to_be_hidden()


async def test_who_is_signed_out_elsewhere_is_told_and_loses_nothing(visit, site, talks, db):
    talk = await talks.waiting()
    page = visit.page
    await visit.take_over(site, talk)
    # The page looks for news at any time, and would leave for the sign-in while the reply is still being typed.
    refused = await held(page, "**/updates")
    await page.context.clear_cookies()
    async with page.expect_response("**/messages"):
        await visit.type_reply("Am I still here?")
    refused.set()
    await page.wait_for_url("**/sign-in*")
    assert await agents_words(db, talk) == []
    await site.sign_in_browser(page, "Ann Arbor")
    await page.goto(f"{site.origin}/conversations/{talk}")
    await expect(page.get_by_label("Your words")).to_have_value("Am I still here?")


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm ci in web/")
@pytest.mark.parametrize("options", [DESKTOP, {**PHONE, "color_scheme": "dark"}], ids=["desktop", "phone-dark"])
async def test_axe_finds_no_violation(chromium, pictures, site, talks, options):
    kind = "phone" if "is_mobile" in options else "desktop"
    visit = await visiting(chromium, pictures, site, **options)
    page = visit.page
    await talks.assistant_runs()
    talk = await talks.waiting(
        "Where is my tent? <b>Urgent</b>",
        reason="anger",
        slots={"order_number": "FW-204518"},
        crm_context={"name": "Cara Lane", "since": "2021-04-01", "orders": "FW-204518 dispatched"},
        suggested_resolution="Tell the customer where the parcel is, and apologise.",
        tried=("told where the order is",),
    )
    await talks.waiting("My lantern does not light up", contact="dan")
    await talks.waiting("I want my money back", contact="eve", reason="refund_above_threshold")
    await page.goto(f"{site.origin}/inbox/waiting")
    await expect(page.locator("[data-row]")).to_have_count(3)
    await visit.picture(f"inbox-{kind}")
    assert await violations(page) == []
    await page.locator("[data-opens=help]").click()
    await visit.picture(f"help-{kind}")
    assert await violations(page) == []
    await page.goto(f"{site.origin}/conversations/{talk}")
    await expect(page.locator("#crm")).to_contain_text("not recognised")
    await visit.picture(f"watching-{kind}")
    assert await violations(page) == []
    await page.get_by_role("button", name="Take over").click()
    await expect(page.get_by_label("Your words")).to_be_enabled()
    await visit.type_reply("Hello Cara, let me look that up.")
    await expect(page.locator("#log .entry.agent")).to_have_count(1)
    await page.get_by_text("Note for colleagues").click()
    await visit.type_reply("She is in a hurry.")
    await expect(page.locator("#log .entry.note")).to_have_count(1)
    await visit.picture(f"conversation-{kind}")
    assert await violations(page) == []
    for button in ("Resolve…", "Snooze…", "Assign…"):
        await page.get_by_role("button", name=button).click()
        await visit.picture(f"{button.lower().rstrip('…')}-{kind}")
        assert await violations(page) == []
        await page.keyboard.press("Escape")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert visit.problems == []
