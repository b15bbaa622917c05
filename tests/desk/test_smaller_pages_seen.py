"""The smaller pages in a real browser: for keyboards, phones, dark rooms and assistive technology."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from deskhand.conversation.desk import CallbackWay
from deskhand.conversation.model import Outcome
from deskhand.conversation.people import Role
from deskhand.store.conversations import Conversations
from deskhand.store.desk.callbacks import Callbacks
from deskhand.store.questions import Questions
from tests.channels.page.visits import AXE, CHROMIUM, DESKTOP, PHONE, Visit, violations, visiting
from tests.desk.test_pages import contact_of, handed_over

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]

LOOKS = {
    "desktop": {**DESKTOP, "viewport": {"width": 1280, "height": 800}},
    "phone-dark": {**PHONE, "color_scheme": "dark"},
}


async def busy(site, db) -> dict[str, str]:
    """A desk that has something on each page. Gives pages by the names of their pictures."""
    store = Conversations(db)
    talk, done = await handed_over(db), await handed_over(db, name="Tom Baker", reason="safety")
    await store.resolve(done, Outcome.RESOLVED_BY_AGENT)
    await store.rate(done, 4)
    await Callbacks(db).arrange(
        talk, datetime.now(UTC) - timedelta(minutes=5), CallbackWay.PHONE, "+44 20 7946 0018", "The tent's refund"
    )
    for text in ("Do you ship to Norway?", "Do you ship to Norway?", "Is the wax vegan?"):
        await Questions(db).record(text, answered=False)
    await site.person("Ann Archer", teams=["billing", "orders"])
    return {
        "overview": "/overview",
        "callbacks": "/callbacks",
        "questions": "/questions",
        "canned": "/canned",
        "contact": f"/contacts/{await contact_of(db, done)}",
        "people": "/people",
        "teams": "/teams",
        "team": "/teams/billing",
        "log": "/audit",
        "account": "/account",
        "password": "/password",
    }


async def shown(site, visit: Visit, address: str) -> None:
    """Opens the page, and sees that it fits and that nobody is shut out."""
    answer = await visit.page.goto(f"{site.origin}{address}")
    assert answer.ok, address
    await expect(visit.page.locator("h1")).to_be_visible()
    assert await visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert await violations(visit.page) == [], address


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm ci in web/")
@pytest.mark.parametrize("look", LOOKS)
async def test_every_page_fits_and_shuts_nobody_out(site, db, chromium, pictures, look):
    visit = await visiting(chromium, pictures, **LOOKS[look])
    await shown(site, visit, "/sign-in")
    await visit.picture(f"desk-sign-in-{look}")
    pages = await busy(site, db)
    await site.sign_in_browser(visit.page, "Ada Admin", Role.ADMINISTRATOR)
    for name, address in pages.items():
        await shown(site, visit, address)
        # No assistant runs, which each page says in words.
        await expect(visit.page.locator("#trouble")).to_contain_text("The assistant does not run")
        await visit.picture(f"desk-{name}-{look}")
    await visit.page.goto(f"{site.origin}/nothing")
    assert await violations(visit.page) == []
    assert [one for one in visit.problems if "404" not in one] == []


async def test_a_phones_menu_unfolds(site, chromium, pictures):
    visit = await visiting(chromium, pictures, **PHONE)
    await site.sign_in_browser(visit.page, "Sue", Role.SUPERVISOR)
    await visit.page.goto(f"{site.origin}/overview")
    link = visit.page.get_by_role("link", name="Teams")
    await expect(link).to_be_hidden()
    await visit.page.get_by_role("button", name="Menu").click()
    await visit.picture("desk-menu-phone")
    await link.click()
    await expect(visit.page.locator("h1")).to_have_text("Teams")


async def test_the_first_way_of_an_administrator(site, chromium, pictures):
    """A one-time password, a password of one's own, and a colleague who is added."""
    await site.person("Ada", Role.ADMINISTRATOR, must_change_password=True)
    visit = await visiting(chromium, pictures, **DESKTOP)
    page = visit.page
    await site.sign_in_browser(page, "Ada")
    await expect(page.locator("h1")).to_have_text("Choose a password of your own")
    await visit.picture("desk-first-password")
    await page.get_by_label("Present password").fill("correct horse battery staple")
    await page.get_by_label("New password", exact=True).fill("three unrelated words")
    await page.get_by_label("New password again").fill("three unrelated words")
    await page.get_by_role("button", name="Change password").click()
    await page.get_by_role("link", name="People").click()
    await page.get_by_label("Email address").fill("bob@fernway.example")
    await page.get_by_label("Name, as customers see it").fill("Bob")
    await page.get_by_label("Billing").check()
    await page.get_by_role("button", name="Add").click()
    await expect(page.locator(".once")).to_be_visible()
    await visit.picture("desk-person-added")
    assert visit.problems == []


async def test_colours_and_language_follow_the_agent(site, chromium, pictures):
    visit = await visiting(chromium, pictures, **DESKTOP)
    page = visit.page
    await site.sign_in_browser(page)
    await page.goto(f"{site.origin}/account")
    await page.get_by_label("Colours").select_option("dark")
    await page.get_by_label("Language").select_option("de")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await expect(page.locator("h1")).to_have_text("Mein Konto")
    await visit.picture("desk-account-german-dark")


async def test_everything_is_reached_by_keyboard_and_the_menu_can_be_skipped(site, chromium, pictures):
    visit = await visiting(chromium, pictures, **DESKTOP)
    page = visit.page
    await site.sign_in_browser(page)
    await page.goto(f"{site.origin}/overview")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="1 day")).to_be_focused()
