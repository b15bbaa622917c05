"""What the web chat refuses, and how it says so."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import jwt
import pytest
from pydantic import SecretStr

from deskhand.channels.errors import ChannelError
from deskhand.channels.webchat import sessions
from deskhand.channels.webchat.limits import RateLimit, spend
from deskhand.channels.webchat.options import WebChatOptions, options_from
from deskhand.settings import Settings, SettingsError

from .site import GENEROUS, PREFIX, serving


def error_of(response):
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    return response.status_code, body["error"]["code"]


ID = "7b0c3c1e-0f4d-4a53-8a30-0a51c3c6c001"


MALFORMED = [
    (b"", (400, "bad_message")),
    (b"{", (400, "not_json")),
    (b"[]", (400, "not_json")),
    (b"null", (400, "not_json")),
    (b'"text"', (400, "not_json")),
    (b"\xff\xfe{}", (400, "not_json")),
    (b"[" * 60_000, (400, "not_json")),
    (b'{"id": ' + b"9" * 60_000 + b"}", (400, "not_json")),
    (b'{"id": NaN, "text": "x"}', (400, "not_json")),
    (b'{"text": "no id"}', (400, "bad_message")),
    (b'{"id": "not-a-uuid", "text": "x"}', (400, "bad_message")),
    (b'{"id": 7, "text": "x"}', (400, "bad_message")),
    (b'{"id": null, "text": "x"}', (400, "bad_message")),
    (f'{{"id": "{ID}"}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "text": null}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "text": ["x"]}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "text": {{"a": 1}}}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "text": 3}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "text": "x", "button_id": "y"}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "files": ["{ID}"], "button_id": "y"}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "files": []}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "files": "{ID}"}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "files": [7]}}'.encode(), (400, "bad_message")),
    (json.dumps({"id": ID, "files": [ID] * 6}).encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "text": "x", "files": ["{ID}"]}}'.encode(), (409, "unknown_file")),
    (f'{{"id": "{ID}", "button_id": 3}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "button_id": ""}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "button_id": "{"y" * 65}"}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "button_id": "/restart"}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "button_id": "made-up"}}'.encode(), (409, "unknown_button")),
    (f'{{"id": "{ID}", "button_id": "\\u0000"}}'.encode(), (400, "bad_message")),
    (f'{{"id": "{ID}", "text": ""}}'.encode(), (400, "empty_message")),
    (f'{{"id": "{ID}", "text": "\\u0000 \\u200b"}}'.encode(), (400, "empty_message")),
    (json.dumps({"id": ID, "text": "x" * 4001}).encode(), (413, "message_too_long")),
    (json.dumps({"id": ID, "text": "x" * 70_000}).encode(), (413, "body_too_large")),
]


async def test_a_malformed_message_is_refused_clearly(site, browser):
    for body, expected in MALFORMED:
        response = await browser.post("messages", content=body, headers={"content-type": "application/json"})
        assert error_of(response) == expected, body
    assert site.turns.heard == []


async def test_a_large_body_without_a_declared_length_is_refused(site, browser):
    async def endless():
        for _ in range(100):
            yield b" " * 4096

    response = await browser.post("messages", content=endless(), headers={"content-type": "application/json"})
    assert error_of(response) == (413, "body_too_large")


async def test_only_json_is_read(browser):
    response = await browser.post("messages", content=b"{}", headers={"content-type": "text/plain"})
    assert error_of(response) == (415, "not_json")


async def test_odd_but_honest_text_works(browser):
    for text in ("\ud800 half", "🎉👩🏽‍🚀", "שלום", "a\u0000b", "\u202etxt.exe", "x" * 4000):
        body = json.dumps({"id": str(uuid4()), "text": text})
        response = await browser.post("messages", content=body, headers={"content-type": "application/json"})
        assert response.status_code == 202, text


async def test_a_typed_payload_reaches_the_assistant_as_words_and_the_page_as_typed(site, browser):
    told = await browser.say('/inform{"order_number": "FW-1"}')
    assert told["messages"][0]["text"] == '/inform{"order_number": "FW-1"}'
    await browser.say("  /restart")
    assert site.turns.words == ['inform{"order_number": "FW-1"}', "restart"]


async def test_another_contacts_message_id_gives_nothing_away(site, browser):
    message_id = str(uuid4())
    await browser.say("my postcode is LS6 2AB", message_id)
    async with site.browser() as other:
        await other.open()
        told = await other.say("hello", message_id)
    assert [m["text"] for m in told["messages"]] == ["hello", "You said: hello"]


async def test_a_wrong_cursor_is_refused(browser):
    for cursor in ("-1", "x", "1", f"{ID}.", f"{ID}.-1", f"{ID}.9999999999", f"{ID}.1\x00"):
        for name in ("after", "before"):
            assert error_of(await browser.get("messages", params={name: cursor})) == (400, "bad_query"), cursor


# -- sessions


async def test_without_a_session_nothing_is_read_or_written(site):
    async with site.browser() as stranger:
        message = {"id": str(uuid4()), "text": "hello"}
        for refused in (
            await stranger.get("messages"),
            await stranger.get("events"),
            await stranger.post("messages", json=message),
            await stranger.post("return", json={}),
            await stranger.post("uploads", content=b"x", headers={"content-type": "text/plain"}),
        ):
            assert error_of(refused) == (401, "no_session")


async def test_a_session_of_ones_own_making_is_not_taken(site, browser):
    claims = {"sub": "x", "site": "own", "aud": "deskhand.webchat", "iat": datetime.now(UTC)}
    claims["exp"] = claims["iat"] + timedelta(days=1)
    for forged in (
        "Bearer known-id",
        "Bearer",
        f"Bearer {jwt.encode(claims, 'k' * 40, algorithm='HS256')}",
        f"Bearer {jwt.encode(claims, None, algorithm='none')}",
        f"{browser.headers['authorization']}x",
        browser.headers["authorization"].replace("Bearer", "Basic"),
    ):
        async with site.browser(authorization=forged) as forger:
            assert error_of(await forger.get("messages")) == (401, "no_session")


def test_a_session_expires_and_belongs_to_this_purpose_and_this_site():
    now, key = datetime.now(UTC), "k" * 40
    token = sessions.sign(sessions.new_session("own", now), key)
    assert sessions.read(token, key, "own") is not None
    assert sessions.read(token, key, "https://www.example.com") is None
    assert sessions.read(token, "j" * 40, "own") is None
    old = sessions.Session("x", "own", now - sessions.SESSION_LASTS - timedelta(minutes=1))
    assert sessions.read(sessions.sign(old, key), key, "own") is None
    claims = {"sub": "x", "site": "own", "iat": now, "exp": now + timedelta(days=1), "aud": "other"}
    assert sessions.read(jwt.encode(claims, key, algorithm="HS256"), key, "own") is None


async def test_an_old_session_is_renewed_and_goes_on(site, browser):
    before = sessions.read(browser.headers["authorization"].split()[1], key_of(site), "own")
    aged = sessions.Session(before.id, "own", before.issued_at - timedelta(days=2))
    browser.headers["authorization"] = f"Bearer {sessions.sign(aged, key_of(site))}"
    told = await browser.open()
    after = sessions.read(told["token"], key_of(site), "own")
    assert (after.id, len(told["messages"])) == (before.id, 1)
    assert after.issued_at >= before.issued_at


async def test_no_cookie_is_set(site):
    async with site.browser() as visitor:
        assert "set-cookie" not in (await visitor.post("session", json={})).headers


def key_of(site):
    return site.settings.session_key.get_secret_value()


# -- origins


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "file://"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_another_sites_page_can_neither_send_nor_read(site, browser, headers):
    for path, body in (("session", {}), ("messages", {"id": ID, "text": "x"}), ("return", {})):
        assert error_of(await browser.post(path, json=body, headers=headers)) == (403, "wrong_origin")
    for path in ("messages", "events"):
        assert error_of(await browser.get(path, headers=headers)) == (403, "wrong_origin")


SHOP = "https://www.example.com"


async def test_own_and_allowed_origins_can_send(db):
    options = GENEROUS.model_copy(update={"allowed_origins": (SHOP,)})
    settings = Settings(public_url="https://chat.example.com/")
    async with serving(db, settings=settings, options=options) as site, site.browser() as visitor:
        for origin in (site.origin, SHOP, "https://chat.example.com"):
            assert (await visitor.post("session", json={}, headers={"origin": origin})).status_code == 200


async def test_a_session_works_on_the_site_that_it_was_given_to_only(db):
    options = GENEROUS.model_copy(update={"allowed_origins": (SHOP, "https://shop.example.com")})
    async with serving(db, options=options) as site, site.browser(origin=SHOP) as visitor:
        await visitor.open()
        await visitor.say("hello")
        for other in ({"origin": "https://shop.example.com"}, {"origin": site.origin}):
            assert error_of(await visitor.get("messages", headers=other)) == (401, "no_session")
        del visitor.headers["origin"]
        assert error_of(await visitor.get("messages")) == (401, "no_session")


async def test_browsers_that_ask_first_are_told_which_sites_may_send(db):
    options = GENEROUS.model_copy(update={"allowed_origins": (SHOP,)})
    asking = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    async with serving(db, options=options) as site, site.browser(**asking) as visitor:
        for path in ("session", "messages", "events", "uploads", "return"):
            allowed = await visitor.options(path, headers={"origin": SHOP})
            assert allowed.status_code == 204
            assert allowed.headers["access-control-allow-origin"] == SHOP
            assert "authorization" in allowed.headers["access-control-allow-headers"]
            assert "access-control-allow-credentials" not in allowed.headers
            refused = await visitor.options(path, headers={"origin": "https://evil.example"})
            assert "access-control-allow-origin" not in refused.headers
        answer = await visitor.post("session", json={}, headers={"origin": SHOP})
        assert answer.headers["access-control-allow-origin"] == SHOP
        assert answer.headers["vary"] == "Origin"
        refusal = await visitor.post("messages", json={}, headers={"origin": SHOP})
        assert (refusal.status_code, refusal.headers["access-control-allow-origin"]) == (401, SHOP)


@pytest.mark.parametrize("origin", ["https://www.example.com/", "*", "www.example.com", "https://*.example.com"])
def test_an_origin_that_no_browser_sends_is_a_mistake(origin):
    with pytest.raises(SettingsError, match="allowed_origins"):
        options_from({"allowed_origins": [origin]})


# -- limits


def test_a_limit_slides():
    now = [0.0]
    limit = RateLimit(2, clock=lambda: now[0])
    for _ in range(2):
        spend((limit, "a"))
    with pytest.raises(ChannelError) as refused:
        spend((limit, "a"))
    assert refused.value.retry_after_seconds == 60
    spend((limit, "b"))
    now[0] = 60.0
    spend((limit, "a"))


def test_a_refused_event_is_counted_nowhere():
    open_limit, closed = RateLimit(1), RateLimit(1)
    closed.count("k")
    with pytest.raises(ChannelError):
        spend((open_limit, "k"), (closed, "k"))
    assert open_limit.wait_seconds("k") == 0


def test_a_limit_keeps_its_memory_flat(monkeypatch):
    monkeypatch.setattr("deskhand.channels.webchat.limits.MAX_KEYS", 10)
    limit = RateLimit(1)
    for number in range(100):
        limit.count(str(number))
    assert len(limit._events) == 10


async def test_too_many_messages_are_refused_with_the_time_to_wait(db):
    async with (
        serving(db, options=GENEROUS.model_copy(update={"messages_per_minute_and_session": 2})) as site,
        site.browser() as visitor,
    ):
        await visitor.open()
        for _ in range(2):
            await visitor.say("hello")
        response = await visitor.post("messages", json={"id": str(uuid4()), "text": "hello"})
    assert error_of(response) == (429, "too_many_requests")
    assert 1 <= int(response.headers["retry-after"]) <= 60
    assert len(site.turns.heard) == 2


async def test_the_limit_of_an_address_counts_all_its_sessions(db):
    limits = {"messages_per_minute_and_address": 1, "sessions_per_minute_and_address": 2}
    options = GENEROUS.model_copy(update=limits)
    async with (
        serving(db, options=options) as site,
        site.browser() as one,
        site.browser() as two,
        site.browser() as three,
    ):
        await one.open()
        await two.open()
        assert error_of(await three.post("session", json={}))[0] == 429
        await one.say("hello")
        assert error_of(await two.post("messages", json={"id": ID, "text": "x"}))[0] == 429
        assert (await one.open())["conversation"]  # a known session is no new one


async def test_opening_a_known_session_counts_as_reading(db):
    options = WebChatOptions(reads_per_minute_and_session=2)
    async with serving(db, options=options) as site, site.browser() as visitor, site.browser() as other:
        for session in ("new", "known", "known"):
            answer = await visitor.post("session", json={})
            assert answer.status_code == 200, session
            visitor.headers["authorization"] = f"Bearer {answer.json()['token']}"
        response = await visitor.post("session", json={})
        assert error_of(response) == (429, "too_many_requests")
        assert 1 <= int(response.headers["retry-after"]) <= 60
        assert error_of(await visitor.get("messages")) == (429, "too_many_requests")
        assert (await other.post("session", json={})).status_code == 200


async def test_behind_a_trusted_proxy_the_customers_address_counts_and_cannot_be_invented(db):
    options = WebChatOptions(sessions_per_minute_and_address=1, trusted_proxies=1)
    async with serving(db, options=options) as site:

        async def visit(forwarded: str) -> int:
            async with site.browser(**{"x-forwarded-for": forwarded}) as visitor:
                return (await visitor.post("session", json={})).status_code

        assert await visit("203.0.113.5") == 200
        assert await visit("203.0.113.6") == 200
        assert await visit("198.51.100.1, 203.0.113.6") == 429


def test_a_mistyped_option_is_named():
    with pytest.raises(SettingsError, match="frame_ancestor"):
        options_from({"frame_ancestor": ["x"]})
    assert options_from(None) == WebChatOptions()


# -- the page and the rest


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
    from deskhand.channels.webchat.outside import StoringOutput
    from deskhand.conversation.model import HandoffPacket

    opened = await browser.open()
    conversation, greeting = opened["conversation"]["id"], opened["messages"][0]["cursor"]

    class Opened:
        async def get(self):
            return SimpleNamespace(conversations=site.store)

    output = StoringOutput(Opened())
    await output.send_response(conversation, {"text": "Your parcel has arrived."})
    assert [m["text"] for m in (await browser.read(greeting))["messages"]] == ["Your parcel has arrived."]
    await site.store.request_handoff(UUID(conversation), HandoffPacket("asked", "x"))
    await output.send_response(conversation, {"text": "not while a person answers"})
    assert len((await browser.read(greeting))["messages"]) == 1
