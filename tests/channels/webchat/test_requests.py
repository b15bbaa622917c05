"""What the web chat refuses, and how it says so."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest

from deskhand.channels.webchat import sessions
from deskhand.channels.webchat.options import options_from
from deskhand.settings import Settings, SettingsError

from .site import GENEROUS, ID, error_of, serving

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
