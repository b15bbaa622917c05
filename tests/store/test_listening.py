"""Hearing of changes, of one conversation or of all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID, uuid4

from deskhand.conversation.model import ContactReachable, InboundMessage
from deskhand.store import changes
from deskhand.store.inbox import Inbox
from deskhand.store.listening import MOST_REMEMBERED, Changes, Following
from tests.patience import PATIENCE_SECONDS


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[Changes]:
    heard = Changes()
    task = asyncio.create_task(heard.listen(url))
    try:
        yield heard
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_who_follows_all_hears_which_conversations_changed(db):
    one, other = uuid4(), uuid4()
    async with listening(db.url) as heard, asyncio.timeout(PATIENCE_SECONDS):
        with heard.watch_all() as following:
            assert await following.next() is None  # it has begun to listen: anything may have changed
            async with db.begin() as connection:
                await changes.tell(connection, one)
                await changes.tell(connection, other)
            found: set[UUID] = set()
            while len(found) < 2:
                found |= await following.next() or set()

    assert found == {one, other}


async def test_a_customer_who_cannot_be_reached_any_more_is_news(db):
    """Also without a word of theirs: an open page says so at once."""
    (received,) = await Inbox(db).take([InboundMessage("telegram", "42", "in1", "hi")])
    async with listening(db.url) as heard, asyncio.timeout(PATIENCE_SECONDS):
        with heard.watch_all() as following:
            assert await following.next() is None
            await Inbox(db).take([ContactReachable("telegram", "42", reachable=False)])
            assert await following.next() == {received.conversation.id}


async def test_who_does_not_come_to_look_is_told_to_look_at_everything():
    following = Following()
    for _ in range(MOST_REMEMBERED + 1):
        following.add(uuid4())
    assert following.take() is None
    following.add(known := uuid4())
    assert following.take() == {known}
