"""Hearing what is new over Server-Sent Events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from deskhand.channels.webchat import sessions
from deskhand.conversation.model import HandoffPacket, Outcome, Reply
from tests.channels.webchat.site import GENEROUS, Browser, serving
from tests.patience import PATIENCE_SECONDS

ID = "7b0c3c1e-0f4d-4a53-8a30-0a51c3c6c001"
PACKET = HandoffPacket(reason="asked_for_a_person", summary="Wants a person.")


class Hearing:
    """An open stream, read event by event."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self, kind: str | None = None) -> dict:
        """The next event, of the kind if one is given: {"id", "event", "data"}."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                event = await self._event()
                if event and kind in (None, event["event"]):
                    return event

    async def texts(self, count: int) -> list[str]:
        return [(await self.next("message"))["data"]["text"] for _ in range(count)]

    async def situation(self, **expected: object) -> dict:
        """The first situation that is as expected."""
        while True:
            data = (await self.next("situation"))["data"]
            flat = {**data, **(data["conversation"] or {})}
            if all(flat[name] == value for name, value in expected.items()):
                return data

    async def ended(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for _ in self._lines:
                pass

    async def _event(self) -> dict:
        event: dict = {}
        async for line in self._lines:
            if not line:
                return event
            name, _, value = line.partition(": ")
            if name:
                event[name] = json.loads(value) if name == "data" else value
        raise EOFError


@asynccontextmanager
async def hearing(browser: Browser, after: str | None = None) -> AsyncIterator[Hearing]:
    headers = {"last-event-id": after} if after else {}
    async with browser.stream("GET", "events", headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Hearing(response.aiter_lines())


async def test_everything_that_was_said_and_what_is_said_later_is_heard_in_order(browser):
    async with hearing(browser) as stream:
        assert await stream.texts(1) == ["Hi, I'm Fern, an AI assistant."]
        await browser.post_message(text="one")
        assert await stream.texts(2) == ["one", "You said: one"]
        await browser.post_message(text="two")
        assert await stream.texts(2) == ["two", "You said: two"]


async def test_a_stream_goes_on_after_the_last_event_heard(browser):
    async with hearing(browser) as stream:
        heard = (await stream.next("message"))["id"]
    await browser.say("one")
    async with hearing(browser, heard) as stream:
        message = await stream.next("message")
        assert (message["data"]["text"], message["id"]) == ("one", message["data"]["cursor"])
    async with hearing(browser, message["id"]) as stream:
        assert await stream.texts(1) == ["You said: one"]


@pytest.mark.parametrize("strange", ["x", "0", f"{ID}.1", f"{ID}.x"])
async def test_a_strange_last_event_id_begins_with_the_latest(browser, strange):
    async with hearing(browser, strange) as stream:
        assert await stream.texts(1) == ["Hi, I'm Fern, an AI assistant."]


async def test_thinking_and_who_has_control_are_told(site, browser):
    release = asyncio.Event()

    async def slow(conversation_id: UUID, words: str) -> list[Reply]:
        await release.wait()
        return [Reply("done")]

    site.turns.answering = slow
    async with hearing(browser) as stream:
        conversation = (await stream.situation(thinking=False, control="assistant"))["conversation"]["id"]
        await browser.post_message(text="think")
        await stream.situation(thinking=True)
        release.set()
        await stream.situation(thinking=False)
        await site.store.request_handoff(UUID(conversation), PACKET)
        await stream.situation(control="person")


async def test_what_another_process_stores_is_heard(site, db, browser):
    async with serving(db) as second:
        other = Browser(base_url=second.browser().base_url, headers=browser.headers, timeout=PATIENCE_SECONDS)
        async with other, hearing(other) as stream:
            await stream.situation(thinking=False)
            await browser.post_message(text="over there")
            assert "over there" in await stream.texts(1)


async def test_a_new_conversation_is_heard_on_the_stream_of_the_old_one(site, browser):
    first = (await browser.open())["conversation"]["id"]
    async with hearing(browser) as stream:
        await stream.situation(thinking=False)
        await site.store.resolve(first, Outcome.RESOLVED_BY_ASSISTANT)
        await stream.situation(control="nobody")
        await browser.post_message(text="one more thing")
        assert await stream.texts(2) == ["one more thing", "You said: one more thing"]


async def test_nobody_hears_anothers_conversation(site, browser):
    async with site.browser() as other:
        await other.open()
        async with hearing(other) as stream:
            await stream.situation(thinking=False)
            await browser.say("private")
            await other.post_message(text="mine")
            assert await stream.texts(2) == ["mine", "You said: mine"]


async def test_streams_end_when_the_server_stops(site, browser):
    async with hearing(browser) as stream:
        await stream.situation(thinking=False)
        stopping = asyncio.create_task(site.stop())
        await stream.ended()
        await stopping


async def test_an_old_session_is_renewed_over_the_stream(site, browser):
    key = site.settings.session_key.get_secret_value()
    session = sessions.read(browser.headers["authorization"].split()[1], key, "own")
    aged = sessions.Session(session.id, "own", session.issued_at - timedelta(days=2))
    browser.headers["authorization"] = f"Bearer {sessions.sign(aged, key)}"
    async with hearing(browser) as stream:
        token = (await stream.next("token"))["data"]["token"]
    assert sessions.read(token, key, "own").id == session.id


async def test_one_customer_has_so_many_streams_and_gets_their_places_back(db):
    options = GENEROUS.model_copy(update={"streams_per_session": 1})
    async with serving(db, options=options) as site, site.browser() as visitor:
        await visitor.open()
        async with hearing(visitor) as stream:
            await stream.situation(thinking=False)
            refused = await visitor.get("events")
            assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_streams")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await is_refused(visitor):
                await asyncio.sleep(0.05)


async def is_refused(visitor: Browser) -> bool:
    async with visitor.stream("GET", "events") as response:
        return response.status_code == 429
