"""What open pages are told, and until when."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.desk.site import Client
from tests.patience import PATIENCE_SECONDS


class Heard:
    """A page's stream."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self) -> tuple[str, Any] | None:
        """The next event's name and data; None at the end."""
        name = ""
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in self._lines:
                if line.startswith("event: "):
                    name = line[7:]
                if line.startswith("data: "):
                    return name, json.loads(line[6:])
        return None

    async def until(self, name: str, **wanted: Any) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                event = await self.next()
                assert event is not None, "the stream ended"
                if event[0] == name and all(event[1][key] == value for key, value in wanted.items()):
                    return dict(event[1])


@asynccontextmanager
async def listening(client: Client, conversation: object = "") -> AsyncIterator[Heard]:
    address = f"/live?conversation={conversation}" if conversation else "/live"
    async with client.stream("GET", address) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        yield Heard(answer.aiter_lines())


async def test_numbers_come_at_once_and_whenever_they_change(site, talks):
    ann = await site.signed_in("Ann Arbor")
    async with listening(ann) as heard:
        assert (await heard.until("counts"))["waiting"] == 0
        talk = await talks.waiting()
        await heard.until("counts", waiting=1)
        ben = await site.signed_in("Ben Nevis")
        await ben.form(f"/conversations/{talk}/takeover")
        await heard.until("counts", waiting=0)


async def test_a_page_is_told_of_its_own_conversation_only(site, talks):
    ann = await site.signed_in("Ann Arbor")
    talk = await talks.waiting()
    async with listening(ann, talk) as heard:
        await heard.until("changed")
        await talks.waiting(contact="somebody else")
        await heard.until("counts", waiting=2)
        await talks.write("Are you there?")
        await heard.until("changed")


async def test_restricted_conversations_are_not_counted_for_others(site, talks):
    ann = await site.signed_in("Ann Arbor")
    ben = await site.signed_in("Ben Nevis", teams=["billing"])
    await talks.restrict("billing")
    await talks.put_into_team(await talks.waiting(), "billing")
    async with listening(ann) as to_ann, listening(ben) as to_ben:
        assert (await to_ann.until("counts"))["waiting"] == 0
        assert (await to_ben.until("counts"))["waiting"] == 1


async def test_a_stream_ends_with_its_session(site, talks, db):
    ann = await site.signed_in("Ann Arbor")
    talk = await talks.waiting()
    async with listening(ann, talk) as heard:
        await heard.until("changed")
        agent = await site.desk.agents.with_email("ann@fernway.example")
        await site.desk.agents.change(None, agent.id, active=False)
        await talks.write("a secret")
        while (event := await heard.next()) is not None:
            assert event[0] == "counts"  # of a look that had begun before
    assert (await ann.get("/live", headers={"accept": "text/event-stream"})).status_code == 401


async def test_it_says_whether_the_assistant_runs(site, talks):
    ann = await site.signed_in("Ann Arbor")
    async with listening(ann) as heard:
        await heard.until("counts", trouble=["assistant"])
        await talks.assistant_runs()
        await talks.waiting()
        await heard.until("counts", trouble=[])
