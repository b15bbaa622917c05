"""Every page with the demo's customers in it, as in the pictures of docs/, which `SCREENSHOTS=docs/images` makes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.channels.page.visits import CHROMIUM, DESKTOP, PHONE
from tests.desk import fernway
from tests.desk.site import Site
from tests.desk.test_conversation_page import Visit, visiting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]

WIDE = {**DESKTOP, "viewport": {"width": 1280, "height": 860}, "timezone_id": "Europe/London"}
SMALL = {**PHONE, "device_scale_factor": 1.5, "timezone_id": "Europe/London"}


async def keep(visit: Visit, name: str) -> None:
    """Sees that nothing sticks out, nor that anything is amiss, and keeps the picture."""
    await expect(visit.page.locator("h1")).to_be_visible()
    assert await visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    await expect(visit.page.locator("#trouble")).to_be_empty()
    await visit.picture(f"desk-{name}")


async def in_jos_conversation(page: Page) -> None:
    await expect(page.locator("#crm")).to_contain_text("14 Moor Road")
    await expect(page.locator("#log")).to_contain_text("one of the poles is bent")


async def test_an_agents_pages(chromium, pictures: Path | None, site: Site, db):
    talks = await fernway.begin(db)
    visit = await visiting(chromium, pictures, site, "Ann Archer", **WIDE)
    page = visit.page
    await page.goto(f"{site.origin}/inbox/waiting")
    await expect(page.locator("[data-row]")).to_have_count(6)
    await keep(visit, "inbox")
    await page.goto(f"{site.origin}/search?q=tent")
    await keep(visit, "search")
    await page.goto(f"{site.origin}/conversations/{talks['jo']}")
    await in_jos_conversation(page)
    await page.get_by_role("button", name="Take over").click()
    await expect(page.get_by_label("Your words")).to_be_enabled()
    await visit.type_reply("Hello Jo, Ann here. That tent was recalled: you get all of your £249 back.")
    await expect(page.locator("#log .entry.agent")).to_have_count(1)
    await keep(visit, "conversation")
    await page.get_by_role("button", name="Resolve…").click()
    await page.get_by_label("What was done").fill("Refunded the recalled tent in full.")
    await keep(visit, "resolve")
    await page.keyboard.press("Escape")
    for name in ("callbacks", "questions", "overview", "canned", "account"):
        await page.goto(f"{site.origin}/{name}")
        await keep(visit, name)
    await page.goto(f"{site.origin}/conversations/{talks['jo']}")
    await page.get_by_role("link", name="All conversations of this contact").click()
    await keep(visit, "contact")
    assert visit.problems == []


async def test_an_administrators_pages(chromium, pictures: Path | None, site: Site, db):
    await fernway.begin(db)
    visit = await visiting(chromium, pictures, site, "Ada Lovell", **WIDE)
    for name, address in {"people": "people", "teams": "teams", "team": "teams/billing", "log": "audit"}.items():
        await visit.page.goto(f"{site.origin}/{address}")
        await keep(visit, name)
    assert visit.problems == []


async def test_on_a_phone_in_the_dark(chromium, pictures: Path | None, site: Site, db):
    talks = await fernway.begin(db)
    visit = await visiting(chromium, pictures, site, "Ann Archer", **SMALL, color_scheme="dark")
    await visit.page.goto(f"{site.origin}/inbox/waiting")
    await expect(visit.page.locator("[data-row]")).to_have_count(6)
    await keep(visit, "inbox-phone-dark")
    await visit.page.goto(f"{site.origin}/conversations/{talks['jo']}")
    await in_jos_conversation(visit.page)
    await keep(visit, "conversation-phone-dark")
    assert visit.problems == []


async def test_the_door(chromium, pictures: Path | None, site: Site):
    context = await chromium.new_context(**WIDE)
    visit = Visit(await context.new_page(), pictures)
    await visit.page.goto(f"{site.origin}/sign-in")
    await keep(visit, "sign-in")
