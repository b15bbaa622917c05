"""What is hard to show, at both sizes, light and dark, in both directions: nothing is cut off or pushed out."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import expect

from deskhand.conversation.model import Button, Citation, Reply
from tests.channels.page.visits import AXE, CHROMIUM, DESKTOP, PHONE, violations, visiting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]

PICTURE = Path(__file__).parents[3] / "docs" / "images" / "chat.png"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
ADDRESS = f"https://shop.example/{'very-long-path/' * 8}order?number=FW-204518"
SIZES = {
    "desktop": DESKTOP,
    "desktop-dark": {**DESKTOP, "color_scheme": "dark"},
    "phone": PHONE,
    "phone-dark": {**PHONE, "color_scheme": "dark"},
}


async def everything(conversation_id: UUID, words: str) -> list[Reply]:
    titles = [
        "Yes",
        "No",
        "Talk to a person",
        LONG,
        "A choice that needs more than one line on any phone there is",
        "€",
    ]
    return [
        Reply(f"{LONG} {LONG}\n\n1. **{LONG}**\n2. {ADDRESS}\n\n- a list\n- of `two`"),
        Reply(
            "Choose one.",
            tuple(Button(title, "/x") for title in titles * 2),
            (Citation(LONG, ADDRESS), Citation("Returns", "https://shop.example/returns")),
        ),
    ]


@pytest.mark.parametrize("name", SIZES)
async def test_long_words_many_choices_sources_and_files_stay_inside(chromium, pictures, shop, name):
    shop.turns.answering = everything
    visit = await visiting(chromium, pictures, **SIZES[name])
    await visit.open(shop)
    await visit.page.locator("#files").set_input_files(
        [PICTURE, {"name": f"{LONG}.txt", "mimeType": "text/plain", "buffer": b"hello"}]
    )
    await expect(visit.page.locator("#send")).to_be_enabled()
    await visit.picture(f"hard-{name}-1-attached")
    await visit.say(f"{LONG} {'W' * 200}")
    await expect(visit.page.locator("#choices button")).to_have_count(12)
    await expect(visit.page.locator("#log .picture")).to_have_js_property("complete", True)
    await visit.picture(f"hard-{name}-2-choices")
    await visit.page.locator("#scroller").evaluate("it => it.scrollTop = it.scrollHeight / 3")
    await visit.picture(f"hard-{name}-3-middle")
    assert await overflowing(visit.page) == []
    if AXE.exists():
        assert await violations(visit.page) == []
    assert visit.problems == []


@pytest.mark.parametrize("name", ["desktop", "phone-dark"])
async def test_from_right_to_left_too(chromium, pictures, shop, name):
    shop.turns.answering = everything
    visit = await visiting(chromium, pictures, **SIZES[name])
    await visit.open(shop)
    await visit.page.evaluate("document.querySelector('deskhand-chat').setAttribute('lang', 'ar')")
    await expect(visit.page.locator(".app")).to_have_attribute("dir", "rtl")
    field = visit.page.get_by_label("رسالتك")
    await field.fill("مرحبًا، أين طلبي FW-204518؟")
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.locator("#choices button")).to_have_count(12)
    if name.startswith("phone"):
        await visit.page.set_viewport_size({"width": 390, "height": 480})  # the keyboard is up
        await field.tap()
        box = await visit.page.locator("#composer").bounding_box()
        assert box["y"] + box["height"] <= 480
    await visit.picture(f"hard-rtl-{name}")
    assert await overflowing(visit.page) == []


async def overflowing(page) -> list[str]:
    """What reaches out of the page, or out of the conversation, on either side."""
    found: list[str] = await page.evaluate(
        """() => {
            const root = document.querySelector("deskhand-chat").shadowRoot;
            const area = root.querySelector("#scroller").getBoundingClientRect();
            const out = [...root.querySelectorAll("#log *, #choices *, .foot *")].filter((one) => {
                const box = one.getBoundingClientRect();
                const shown = box.width > 1 && box.height > 1 && !one.closest(".chip-text, .unseen, svg");
                return shown && (box.left < area.left - 1 || box.right > area.right + 1);
            });
            const wide = document.documentElement.scrollWidth > innerWidth ? ["the page itself"] : [];
            return [...wide, ...out.map((one) => one.outerHTML.slice(0, 120))];
        }"""
    )
    return found
