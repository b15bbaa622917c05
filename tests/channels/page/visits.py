"""A person at the page, and what the assistant answers."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import jwt
from playwright.async_api import Browser, BrowserContext, Page, expect

from deskhand.conversation.model import Button, Citation, Reply
from tests.channels.webchat.site import PREFIX, Site
from tests.patience import PATIENCE_MS

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=PATIENCE_MS)
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


async def fern(conversation_id: UUID, words: str) -> list[Reply]:
    """Answers that show everything a reply can hold."""
    if words == "/order_status":
        return [
            Reply(
                "Happy to look that up. Which order is it?\n\n"
                "1. **FW-204518** · Alpine 2 tent\n2. FW-204777 · Storm lantern",
                (Button("FW-204518", '/inform{"order_number": "FW-204518"}'), Button("FW-204777", "/x")),
            )
        ]
    if words.startswith("/inform"):
        return [
            Reply(
                "Order **FW-204518** left our warehouse on Thursday with DPD.\n"
                "Follow it at https://track.example.com/p/15501234567, or write to help@fernway.example."
            ),
            Reply(
                "Anything else I can do?", (Button("Start a return", "/start_return"), Button("No, thanks", "/deny"))
            ),
        ]
    if "return" in words:
        return [
            Reply(
                "You have 30 days from delivery to return an item, unused and in its packaging. "
                "We pay the return postage when it arrived damaged.",
                citations=(
                    Citation("Returns and refunds", "https://fernway.example/help/returns"),
                    Citation("Damaged items", "https://fernway.example/help/damaged"),
                ),
            )
        ]
    return [Reply(f"You said: {words}")]


class Visit:
    """One person at the page."""

    def __init__(self, page: Page, pictures: Path | None) -> None:
        self.page = page
        self.problems: list[str] = []
        self._pictures = pictures
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.problems.append(message.text))

    async def open(self, site: Site) -> None:
        await self.page.goto(f"{site.origin}{PREFIX}/")
        await expect(self.said("assistant").first).to_be_visible()

    async def say(self, text: str) -> None:
        await self.page.get_by_label("Your message").fill(text)
        await self.page.keyboard.press("Enter")

    async def conversation(self, site: Site) -> UUID:
        """The conversation that this browser's session is in."""
        token = await self.page.evaluate(
            "localStorage.getItem(Object.keys(localStorage).find(key => key.endsWith(':token')))"
        )
        claims = jwt.decode(token, options={"verify_signature": False})
        conversation = await site.store.find("webchat", claims["sub"])
        assert conversation is not None
        return conversation.id

    async def press(self, title: str) -> None:
        await self.page.locator("#choices").get_by_role("button", name=title, exact=True).click()

    def said(self, author: str):
        return self.page.locator(f"#log .message.{author} .bubble")

    async def picture(self, name: str) -> None:
        if self._pictures:
            await self.page.wait_for_timeout(150)
            self._pictures.mkdir(parents=True, exist_ok=True)
            await self.page.screenshot(path=self._pictures / f"{name}.png")


async def visiting(chromium: Browser, pictures: Path | None, **options) -> Visit:
    context: BrowserContext = await chromium.new_context(**{**DESKTOP, **options})
    context.set_default_timeout(PATIENCE_MS)
    return Visit(await context.new_page(), pictures)


async def violations(page: Page) -> list[str]:
    """What axe-core finds, in the widget's shadow tree too."""
    # Not as a script tag: the page's policy would refuse it.
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run().then(result => result.violations)")
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]
