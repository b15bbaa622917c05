"""The web chat's page with its files and its policy, health, and the development mailbox."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from pydantic import SecretStr

from deskhand.channels.webchat.options import WebChatOptions
from deskhand.settings import Settings

from .site import PREFIX, error_of, serving


async def test_every_answer_carries_the_security_headers(browser):
    for path in ("", "static/deskhand-chat.js", "static/none.js", "health", "messages", "messages?after=x", "media/x"):
        headers = (await browser.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


async def test_the_pages_policy_allows_its_own_scripts_and_styles_only(browser):
    policy = (await browser.get("")).headers["content-security-policy"]
    for part in (
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
    ):
        assert part in policy.split("; ")


async def test_the_sites_that_may_frame_the_chat_can_be_chosen(db):
    options = WebChatOptions(frame_ancestors=("'self'", "https://www.example.com"))
    async with serving(db, options=options) as site, site.browser() as visitor:
        headers = (await visitor.get("")).headers
    assert "frame-ancestors 'self' https://www.example.com" in headers["content-security-policy"]
    assert "x-frame-options" not in headers


async def test_the_page_has_no_inline_script_or_style(site, browser):
    html = (await browser.get("")).text
    assert "Fern" in html
    assert "<style" not in html
    assert " style=" not in html
    assert " on" not in html.replace(" once", "").replace(" on ", " ").replace(" one", "").replace(" only", "")
    assert html.count("<script") == html.count("<script src=")


async def test_static_files_are_only_those_of_the_page(browser):
    response = await browser.get("static/deskhand-chat.js")
    assert response.headers["content-type"].startswith("text/javascript")
    again = await browser.get("static/deskhand-chat.js", headers={"if-none-match": response.headers["etag"]})
    assert again.status_code == 304
    for path in ("static/chat.html", "static/..%2Fchannel.py", "static/../channel.py", "static/.", "static/none"):
        assert (await browser.get(path)).status_code == 404


async def test_files_travel_compressed_to_whoever_can_take_them(browser):
    plain = await browser.get("static/deskhand-chat.js", headers={"accept-encoding": "identity"})
    async with browser.stream("GET", "static/deskhand-chat.js", headers={"accept-encoding": "br, gzip"}) as response:
        travelled = b"".join([chunk async for chunk in response.aiter_raw()])
    assert "content-encoding" not in plain.headers
    assert response.headers["content-encoding"] == "gzip"
    assert gzip.decompress(travelled) == plain.content
    assert len(travelled) < 60 * 1024


async def test_short_addresses_lead_to_the_page(site, browser):
    for path in ("/chat", PREFIX):
        response = await browser.get(site.origin + path)
        assert response.status_code == 302
        assert response.headers["location"] == f"{PREFIX}/"


async def test_health_says_what_is_missing(site, browser):
    assert (await browser.get("health")).json() == {"status": "ok", "assistant": True, "database": True}
    site.turns.is_ready = False
    response = await browser.get("health")
    assert (response.status_code, response.json()["assistant"]) == (503, False)


async def test_without_a_database_the_answer_is_calm_and_tells_nothing(caplog):
    async with serving(None) as site, site.browser() as visitor:
        assert (await visitor.get("health")).json()["database"] is False
        response = await visitor.post("session", json={})
    assert error_of(response) == (503, "unavailable")
    assert "10.0.0.5" not in response.text
    assert "my secret" not in caplog.text
    assert response.headers["retry-after"]


# -- the development mailbox


def a_mail(**changes):
    values = {
        "to": "jo@example.com",
        "subject": "Your code",
        "text": "Your code is 123456",
        "sent_at": datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
    }
    return SimpleNamespace(**{**values, **changes})


async def test_the_mailbox_shows_mail_escaped_to_whoever_has_the_key(site, browser):
    site.mailbox.mails = [a_mail(subject="<script>alert(1)</script>"), a_mail()]
    response = await browser.get("mailbox", params={"key": site.settings.mailbox_key.get_secret_value()})
    assert response.status_code == 200
    assert "123456" in response.text
    assert "<script" not in response.text
    assert "&lt;script&gt;" in response.text
    assert 'http-equiv="refresh"' in response.text


@pytest.mark.parametrize("query", ["", "?key=", "?key=wrong", "?key=%00%ff", "?key=é"])
async def test_the_mailbox_is_not_there_without_the_key(browser, query):
    assert error_of(await browser.get("mailbox" + query)) == (404, "not_found")


async def test_there_is_no_mailbox_when_real_mail_is_sent(db):
    settings = Settings(smtp_host="smtp.example.com", mailbox_key=SecretStr("known"))
    async with serving(db, settings=settings) as site, site.browser() as visitor:
        assert error_of(await visitor.get("mailbox?key=known")) == (404, "not_found")


async def test_messages_from_outside_a_turn_reach_the_conversation(site, browser):
    from deskhand.channels.webchat import WebChat
    from deskhand.conversation.model import HandoffPacket

    opened = await browser.open()
    conversation, greeting = opened["conversation"]["id"], opened["messages"][0]["cursor"]
    output = WebChat(settings=site.settings, delivery=site.delivery).get_output_channel()
    await output.send_response(conversation, {"text": "Your parcel has arrived."})
    assert [m["text"] for m in (await browser.read(greeting))["messages"]] == ["Your parcel has arrived."]
    await site.store.request_handoff(UUID(conversation), HandoffPacket("asked", "x"))
    await output.send_response(conversation, {"text": "not while a person answers"})
    assert len((await browser.read(greeting))["messages"]) == 1
