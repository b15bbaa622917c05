"""How the page looks and who can use it: keyboards, small screens, right to left, assistive technology."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.channels.page.visits import AXE, CHROMIUM, DESKTOP, PHONE, violations, visiting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]


async def test_the_counter_shows_near_the_limit_and_too_much_cannot_be_sent(visit, shop):
    await visit.open(shop)
    field, counter, send = (visit.page.locator(name) for name in ("#text", "#counter", "#send"))
    await field.fill("x" * 3_000)
    await expect(counter).to_be_hidden()
    await field.fill("🎉" * 3_990)
    await expect(counter).to_have_text("10 characters left")
    await field.fill("x" * 4_012)
    await expect(counter).to_have_text("12 characters too many")
    await expect(send).to_be_disabled()
    await visit.picture("too-long")


async def test_everything_works_with_the_keyboard_alone(visit, shop):
    await visit.open(shop)
    keyboard = visit.page.keyboard
    for _ in range(4):  # sound, start over, the conversation, the first choice
        await keyboard.press("Tab")
    await keyboard.press("Enter")
    await expect(visit.said("contact")).to_have_text(["Track an order"])
    await expect(visit.page.locator("#text")).to_be_focused()
    await keyboard.type("line one")
    await keyboard.press("Shift+Enter")
    await keyboard.type("line two")
    await keyboard.press("Enter")
    await expect(visit.said("contact").last).to_have_text("line one\nline two")
    await expect(visit.page.locator("#text")).to_have_value("")
    await expect(visit.page.locator("#log")).to_have_attribute("aria-live", "polite")


async def test_the_field_stays_in_sight_above_a_phones_keyboard(chromium, pictures, shop):
    visit = await visiting(chromium, pictures, **PHONE)
    await visit.open(shop)
    await visit.say("How do returns work?")
    await expect(visit.page.locator(".sources")).to_be_visible()
    await visit.page.set_viewport_size({"width": 390, "height": 400})
    await visit.page.locator("#text").tap()
    box = await visit.page.locator("#composer").bounding_box()
    assert box["y"] + box["height"] <= 400
    await expect(visit.page.locator(".sources")).to_be_in_viewport()
    await visit.picture("phone-keyboard")
    width = await visit.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


async def test_right_to_left_and_long_words_keep_their_place(chromium, pictures, shop):
    visit = await visiting(chromium, pictures, **{**PHONE, "viewport": {"width": 320, "height": 640}})
    await visit.open(shop)
    await visit.say("שלום, איפה ההזמנה שלי FW-204518?")
    await visit.say("W" * 300)
    await expect(visit.said("assistant")).to_have_count(3)
    assert (
        await visit.page.evaluate(
            "document.querySelector('deskhand-chat').shadowRoot.querySelector('#scroller').scrollWidth"
        )
        <= 320
    )
    await visit.picture("narrow-rtl")


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm ci in web/")
@pytest.mark.parametrize("options", [DESKTOP, {**PHONE, "color_scheme": "dark"}], ids=["desktop", "phone-dark"])
async def test_axe_finds_no_violation(chromium, pictures, shop, options):
    visit = await visiting(chromium, pictures, **options)
    await visit.open(shop)
    await visit.press("Track an order")
    await visit.press("FW-204518")
    await visit.say("How do returns work?")
    await expect(visit.page.locator(".sources")).to_be_visible()
    assert await violations(visit.page) == []
    await visit.page.locator("#files").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"hello"})
    await expect(visit.page.locator(".chip")).to_contain_text("1 kB")
    await visit.page.context.set_offline(True)
    await visit.say("for later")
    await expect(visit.page.locator(".waiting")).to_be_visible()
    await visit.page.locator("#text").fill("x" * 4_012)
    assert await violations(visit.page) == []
    await visit.page.get_by_role("button", name="Start over").click()
    assert await violations(visit.page) == []
