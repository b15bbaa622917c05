"""How much the web chat takes from one customer, and what options it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from deskhand.channels.errors import ChannelError
from deskhand.channels.webchat.limits import Limit, Limits
from deskhand.channels.webchat.options import WebChatOptions, options_from
from deskhand.settings import SettingsError
from deskhand.store.rate_counts import Spending

from .site import GENEROUS, ID, error_of, serving


class Counted:
    """Stands for the database: what it was asked, and until when it refuses."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.refuses_seconds: float | None = None

    async def spend(self, spendings: Sequence[Spending]) -> tuple[Spending, float] | None:
        self.asked.append([one.count for one in spendings])
        return (spendings[0], self.refuses_seconds) if self.refuses_seconds is not None else None

    async def forget_old(self) -> None:
        pass


def limits_on(counted: Counted, now: list[float]) -> Limits:
    async def counts() -> Any:
        return counted

    return Limits(counts, "key", clock=lambda: now[0])


async def test_reading_at_the_usual_pace_asks_nothing_of_the_database():
    counted, now = Counted(), [0.0]
    limits, reads = limits_on(counted, now), Limit("reads", 240)
    for _ in range(200):
        await limits.spend_often(reads, "session")
        now[0] += 2.6  # some 23 in a minute
    assert counted.asked == []


async def test_reading_much_is_counted_by_portions():
    counted, now = Counted(), [0.0]
    limits, reads = limits_on(counted, now), Limit("reads", 240)
    for _ in range(100):
        await limits.spend_often(reads, "session")
    assert counted.asked == [[24]] * 4
    counted.refuses_seconds = 5.0
    for _ in range(20):
        await limits.spend_often(reads, "session")
    with pytest.raises(ChannelError):
        await limits.spend_often(reads, "session")


async def test_whoever_is_refused_is_not_asked_about_again_until_it_is_time():
    counted, now = Counted(), [0.0]
    limits, messages = limits_on(counted, now), Limit("messages", 1)
    counted.refuses_seconds = 10.0
    for _ in range(50):
        with pytest.raises(ChannelError) as refused:
            await limits.spend((messages, "a"))
        assert refused.value.retry_after_seconds == 10
    assert len(counted.asked) == 1
    counted.refuses_seconds, now[0] = None, 10.0
    await limits.spend((messages, "a"))
    await limits.spend((messages, "b"))


async def test_a_limit_keeps_its_memory_flat(monkeypatch):
    monkeypatch.setattr("deskhand.channels.webchat.limits.MAX_KEYS", 10)
    counted = Counted()
    counted.refuses_seconds = 10.0
    limits = limits_on(counted, [0.0])
    for number in range(100):
        await limits.spend_often(Limit("reads", 100), str(number))
        with pytest.raises(ChannelError):
            await limits.spend((Limit("messages", 1), str(number)))
    assert (len(limits._closed), len(limits._portions)) == (10, 10)


async def test_several_assistants_hold_one_limit_together(db):
    options = GENEROUS.model_copy(update={"messages_per_minute_and_session": 3, "reads_per_minute_and_session": 8})
    async with serving(db, options=options) as one, serving(db, options=options) as two:
        settings = one.settings
        assert settings.session_key == two.settings.session_key
        async with one.browser() as here, two.browser() as there:
            there.headers["authorization"] = f"Bearer {(await here.good('POST', 'session', json={}))['token']}"
            here.headers["authorization"] = there.headers["authorization"]
            sent = [
                (await visitor.post("messages", json={"id": str(uuid4()), "text": "hello"})).status_code
                for visitor in (here, there, here, there, here)
            ]
            read = [(await visitor.get("messages")).status_code for visitor in (here, there) * 5]
    assert sent == [202, 202, 202, 429, 429]
    assert read.count(200) == 8


async def test_addresses_are_not_readable_in_the_database(db, site, browser):
    async with db.begin() as connection:
        keys = [row.key for row in await connection.execute(text("SELECT key FROM deskhand.rate_counts"))]
    assert keys
    assert all(len(key) == 16 and b"127.0.0.1" not in key for key in keys)


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
    assert 1 <= int(response.headers["retry-after"]) <= 120
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
        assert 1 <= int(response.headers["retry-after"]) <= 120
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
