"""How much the web chat takes from one customer, and what options it has."""

from __future__ import annotations

from uuid import uuid4

import pytest

from deskhand.channels.errors import ChannelError
from deskhand.channels.webchat.limits import RateLimit, spend
from deskhand.channels.webchat.options import WebChatOptions, options_from
from deskhand.settings import SettingsError

from .site import GENEROUS, ID, error_of, serving


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
