"""An agent at the desk's real pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from playwright.async_api import Locator, Page, expect

from tests.channels.page.visits import DESKTOP
from tests.desk.e2e.customers import Customer
from tests.desk.e2e.running import Whole
from tests.desk.site import PASSWORD
from tests.patience import PATIENCE_MS

_signed_in: dict[tuple[str, str], Any] = {}
"""Cookies by desk and person: signing in is typed once."""


class AtDesk:
    def __init__(self, whole: Whole, page: Page) -> None:
        self.whole = whole
        self.page = page
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        # A refusal (409) is an answer that the page shows; what failed was cut by the test.
        expected = "409" in message.text or "ERR_FAILED" in message.text or message.text.startswith("htmx:")
        if message.type == "error" and not expected:
            self.problems.append(message.text)

    async def goto(self, path: str) -> None:
        answer = await self.page.goto(f"{self.whole.desk_url}{path}")
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    async def open(self, customer: Customer, queue: str = "waiting") -> UUID:
        """From the list, in which the conversation must be. Returns its id."""
        talk = (await customer.conversation()).id
        await self.goto(f"/inbox/{queue}")
        row = self.page.locator(f"#row-{talk}")
        await expect(row.locator(".who")).to_have_text(customer.name)
        await row.click()
        await self.page.wait_for_url(f"**/conversations/{talk}")
        return talk

    async def take(self, customer: Customer, queue: str = "waiting") -> UUID:
        talk = await self.open(customer, queue)
        await self.press("Take over")
        await expect(self.words).to_be_enabled()
        return talk

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def reply(self, words: str) -> None:
        await self.words.fill(words)
        await self.page.keyboard.press("Enter")
        await expect(self.log(".entry.agent .text").last).to_have_text(words)

    async def note(self, words: str) -> None:
        await self.page.get_by_text("Note for colleagues").click()
        await self.words.fill(words)
        await self.page.keyboard.press("Enter")
        await expect(self.log(".entry.note .text").last).to_have_text(words)
        await self.page.get_by_role("radio", name="Reply").check()

    async def resolve(self, summary: str) -> None:
        await self.press("Resolve…")
        await self.page.get_by_label("What was done").fill(summary)
        await self.confirm("Resolve")
        await expect(self.page.locator(".status")).to_have_text("Resolved by an agent")

    async def confirm(self, name: str) -> None:
        await self.page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()

    async def give_back(self) -> None:
        await self.press("Return to the assistant")
        await expect(self.page.locator(".status")).to_have_text("With the assistant")

    async def shows(self, selector: str, words: str) -> None:
        await expect(self.page.locator(selector)).to_contain_text(words)

    def log(self, selector: str) -> Locator:
        return self.page.locator(f"#log {selector}")

    @property
    def words(self) -> Locator:
        return self.page.get_by_label("Your words")


@asynccontextmanager
async def agent(whole: Whole, name: str = "Ann Archer", **options: Any) -> AsyncIterator[AtDesk]:
    """In a browser of their own. At the end nothing has gone wrong in it."""
    known = _signed_in.get((whole.desk_url, name))
    context = await whole.browser.new_context(**{**DESKTOP, "storage_state": known, **options})
    context.set_default_timeout(PATIENCE_MS)
    at_desk = AtDesk(whole, await context.new_page())
    try:
        if known is None:
            await _sign_in(at_desk, name)
            _signed_in[whole.desk_url, name] = await context.storage_state()
        yield at_desk
        assert at_desk.problems == [], at_desk.problems  # said whole: pytest explains only asserts in tests
    finally:
        await context.close()


async def _sign_in(at_desk: AtDesk, name: str) -> None:
    page = at_desk.page
    await at_desk.goto("/sign-in")
    await page.get_by_label("Email address").fill(f"{name.split()[0].lower()}@fernway.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda address: "/sign-in" not in address)
