"""The chat in another site's page: one script tag, one element, a strict policy, no cookies."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from playwright.async_api import Browser, expect
from sanic import response

from deskhand.conversation.model import Reply
from tests.channels.page.conftest import greets
from tests.channels.page.visits import AXE, CHROMIUM, PHONE, Visit, fern, violations, visiting
from tests.channels.webchat.site import GENEROUS, PREFIX, Site, serving
from tests.sanic_servers import new_app, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]

PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>Fernway</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="shop.css">
<script src="{script}" defer></script></head>
<body><main><h1>Fernway outdoor</h1><p>Tents, stoves and lanterns.</p></main>
<deskhand-chat {attributes}></deskhand-chat></body></html>"""
SHOP_CSS = """
body { margin: 0; min-height: 100vh; background: linear-gradient(#cfe3d6, #f4efe4); font: 18px/1.6 Georgia, serif;
  color: #222; text-align: center; letter-spacing: .1em }
button { background: red !important; font-size: 40px }
"""


@asynccontextmanager
async def a_shop(chat: str, attributes: str = "", lang: str = "en") -> AsyncIterator[str]:
    """A site of its own origin (localhost, while the chat is at 127.0.0.1), as strict as a site can be."""
    app = new_app()
    policy = (
        f"default-src 'none'; script-src {chat}; connect-src {chat}; img-src {chat}; style-src 'self'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types lit-html"
    )
    html = PAGE.format(script=f"{chat}{PREFIX}/static/deskhand-chat.js", attributes=attributes, lang=lang)
    app.add_route(lambda _: response.html(html, headers={"content-security-policy": policy}), "/", name="page")
    app.add_route(lambda _: response.text(SHOP_CSS, content_type="text/css"), "/shop.css", name="style")
    app.add_route(lambda _: response.empty(), "/favicon.ico", name="icon")
    async with served(app) as address:
        yield address.replace("127.0.0.1", "localhost")


@asynccontextmanager
async def chat_and_shop(db, attributes: str = "", lang: str = "en") -> AsyncIterator[tuple[Site, str]]:
    """The chat lets the shop in, whose address is known only once it runs: so the chat is told in between."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with a_shop(f"http://127.0.0.1:{port}", attributes, lang) as shop:
        options = GENEROUS.model_copy(update={"allowed_origins": (shop,)})
        async with serving(db, options=options, port=port) as site:
            greets(site)
            site.turns.answering = fern
            yield site, shop


async def at(shop: str, chromium: Browser, pictures, **options) -> Visit:
    visit = await visiting(chromium, pictures, **options)
    await visit.page.goto(shop)
    return visit


@pytest.mark.parametrize(
    ("name", "options"),
    [("desktop", {}), ("phone", PHONE), ("desktop-dark", {"color_scheme": "dark"})],
)
async def test_a_conversation_on_a_site_with_a_strict_policy(chromium, pictures, db, name, options):
    async with chat_and_shop(db) as (site, shop):
        visit = await at(shop, chromium, pictures, **options)
        launcher = visit.page.get_by_role("button", name="Chat with us")
        await expect(launcher).to_be_visible()
        await visit.picture(f"embedded-{name}-1-closed")
        await launcher.click()
        await expect(visit.said("assistant")).to_contain_text("AI assistant")
        await visit.press("Track an order")
        await expect(visit.said("assistant")).to_have_count(2)
        await visit.say("How do returns work?")
        await expect(visit.page.locator(".sources")).to_be_visible()
        await visit.picture(f"embedded-{name}-2-open")
        await visit.page.reload()
        if name == "phone":  # where an open chat would cover the next page
            await visit.page.get_by_role("button", name="Chat with us").click()
        await expect(visit.said("contact")).to_have_text(["Track an order", "How do returns work?"])
        assert site.turns.words == ["/order_status", "How do returns work?"]
        assert await visit.page.context.cookies() == []
        assert visit.problems == []


async def test_nothing_is_asked_of_the_server_before_the_chat_is_opened(chromium, pictures, db):
    async with chat_and_shop(db) as (_, shop):
        visit = await visiting(chromium, pictures)
        asked: list[str] = []
        visit.page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
        await visit.page.goto(shop)
        await expect(visit.page.get_by_role("button", name="Chat with us")).to_be_visible()
        assert set(asked) <= {"", "shop.css", "deskhand-chat.js", "favicon.ico"}


async def test_a_site_that_is_not_allowed_gets_no_conversation(chromium, pictures, db):
    async with serving(db) as site, a_shop(site.origin) as shop:
        visit = await at(shop, chromium, pictures)
        await visit.page.get_by_role("button", name="Chat with us").click()
        await expect(visit.page.get_by_role("status")).to_contain_text("cannot be reached")
        await expect(visit.said("assistant")).to_have_count(0)


async def test_what_came_while_it_was_closed_is_counted(chromium, pictures, db):
    async with chat_and_shop(db) as (site, shop):
        visit = await at(shop, chromium, pictures)
        await visit.page.get_by_role("button", name="Chat with us").click()
        await expect(visit.said("assistant")).to_have_count(1)
        await visit.page.keyboard.press("Escape")
        launcher = visit.page.locator("#launcher")
        await expect(launcher).to_be_focused()
        conversation = await visit.conversation(site)
        token = (await site.store.get(conversation)).control_token
        await site.store.add_replies(conversation, token, [Reply("Your parcel has arrived."), Reply("Anything else?")])
        await expect(launcher).to_have_accessible_name("Chat with us, 2 new messages")
        await visit.picture("embedded-unread")
        other = await visit.page.context.new_page()
        await other.goto(shop)
        await expect(other.locator("#launcher .badge")).to_have_text("2")
        await launcher.click()
        await expect(launcher).to_be_hidden()
        await visit.page.keyboard.press("Escape")
        await expect(launcher).to_have_accessible_name("Chat with us")


async def test_colours_words_and_corner_are_the_sites_own(chromium, pictures, db):
    attributes = """strings='{"open": "Ask Fernway"}' theme="light" """
    async with chat_and_shop(db, attributes) as (_, shop):
        visit = await at(shop, chromium, pictures)
        await visit.page.evaluate(
            "for (const [name, value] of"
            " Object.entries({accent: 'rgb(90, 30, 140)', 'accent-text': '#5a1e8c', radius: '6px'}))"
            "  document.querySelector('deskhand-chat').style.setProperty(`--deskhand-${name}`, value)"
        )
        launcher = visit.page.get_by_role("button", name="Ask Fernway")
        await expect(launcher).to_have_css("background-color", "rgb(90, 30, 140)")
        await launcher.click()
        await expect(visit.said("assistant")).to_have_count(1)
        await expect(visit.page.locator("#start-over")).not_to_have_css("font-size", "40px")
        await visit.picture("embedded-themed")


async def test_arabic_runs_from_right_to_left(chromium, pictures, db):
    async with chat_and_shop(db, lang="ar") as (site, shop):
        visit = await at(shop, chromium, pictures, **PHONE)
        await visit.page.get_by_role("button", name="تحدث معنا").click()
        await expect(visit.said("assistant")).to_have_count(1)
        await visit.page.get_by_label("رسالتك").fill("أين طلبي؟")
        await visit.page.keyboard.press("Enter")
        await expect(visit.said("assistant")).to_have_count(2)
        await visit.picture("embedded-arabic")
        bubble = await visit.said("contact").bounding_box()
        assert bubble["x"] < 100  # one's own words stand at the end of the line, which is on the left
        assert site.turns.words == ["أين طلبي؟"]


async def test_what_the_server_itself_says_is_said_in_the_pages_language(chromium, pictures, db):
    async with chat_and_shop(db, lang="de") as (site, shop):
        site.turns.answering = nothing
        visit = await at(shop, chromium, pictures)
        await visit.page.get_by_role("button", name="Chatten Sie mit uns").click()
        await visit.page.get_by_label("Ihre Nachricht").fill("Wo ist mein Paket?")
        await visit.page.keyboard.press("Enter")
        await expect(visit.said("assistant").last).to_contain_text("bei uns ist etwas schiefgegangen")
        await visit.press("Mit einem Menschen sprechen")
        await expect(visit.said("contact").last).to_have_text("Mit einem Menschen sprechen")
        await expect(visit.said("assistant").last).to_contain_text("an unser Team übergeben")
        await visit.page.get_by_label("Ihre Nachricht").fill("Danke")
        await visit.page.keyboard.press("Enter")
        await expect(visit.page.locator("#log .system")).to_contain_text("Ihre Nachricht ist bei unserem Team")
        await visit.picture("embedded-german")
        await visit.page.get_by_role("button", name="Zurück zum Assistenten").click()
        again = visit.page.locator("#log .system").last
        await expect(again).to_have_text("Sie sprechen wieder mit dem KI-Assistenten.")


async def nothing(conversation_id: UUID, words: str) -> list[Reply]:
    """As when the action server is down."""
    return []


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm ci in web/")
@pytest.mark.parametrize("options", [{}, PHONE, {"color_scheme": "dark"}], ids=["desktop", "phone", "dark"])
async def test_axe_finds_no_violation_closed_or_open(chromium, pictures, db, options):
    async with chat_and_shop(db) as (_, shop):
        visit = await at(shop, chromium, pictures, **options)
        assert await violations(visit.page) == []
        await visit.page.get_by_role("button", name="Chat with us").click()
        await visit.press("Track an order")
        await visit.say("How do returns work?")
        await expect(visit.page.locator(".sources")).to_be_visible()
        assert await violations(visit.page) == []
