"""Waiting for something new in a conversation, whichever process stores it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

import psycopg

from deskhand.store.changes import CHANNEL
from deskhand.store.urls import libpq_url

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 1.0


MOST_REMEMBERED = 200
"""For somebody who does not come to look: beyond that, everything is to be looked at."""


class Following:
    """What changed since somebody looked last."""

    def __init__(self) -> None:
        self._changed: dict[UUID, None] = {}
        self._all = False
        self._event = asyncio.Event()

    async def next(self) -> frozenset[UUID] | None:
        """Waits for a change. The conversations that changed; None: any of them may have."""
        await self._event.wait()
        return self.take()

    def take(self) -> frozenset[UUID] | None:
        """What changed, without waiting."""
        changed = None if self._all else frozenset(self._changed)
        self._changed.clear()
        self._all = False
        self._event.clear()
        return changed

    def add(self, conversation_id: UUID) -> None:
        self._changed[conversation_id] = None
        self._all = self._all or len(self._changed) > MOST_REMEMBERED
        self._event.set()

    def add_all(self) -> None:
        self._all = True
        self._event.set()


class Changes:
    """One listening connection for all who wait in this process.

    With no connection, or after a gap in it, everybody is woken: a wake-up too many costs one look.
    """

    def __init__(self) -> None:
        self._waiting: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._followers: set[Following] = set()

    @contextlib.contextmanager
    def watch(self, conversation_id: UUID) -> Iterator[asyncio.Event]:
        """An event that is set at each change. Clear it, look, wait: in this order nothing is missed."""
        event = asyncio.Event()
        self._waiting[conversation_id].add(event)
        try:
            yield event
        finally:
            self._waiting[conversation_id].discard(event)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]

    @contextlib.contextmanager
    def watch_all(self) -> Iterator[Following]:
        """Changes of all conversations, to be waited for with `Following.next`."""
        following = Following()
        self._followers.add(following)
        try:
            yield following
        finally:
            self._followers.discard(following)

    async def listen(self, database_url: str) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._listen(libpq_url(database_url))
            except (psycopg.Error, OSError) as exc:
                log.warning("Not listening for changes (%s). Trying again.", type(exc).__name__)
            self._wake_all()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self, url: str) -> None:
        async with await psycopg.AsyncConnection.connect(
            url, autocommit=True, connect_timeout=5, application_name="deskhand changes"
        ) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self._wake_all()
            async for note in connection.notifies():
                self._wake(note.payload)

    def _wake(self, conversation_id: str) -> None:
        with contextlib.suppress(ValueError):
            changed = UUID(conversation_id)
            for event in self._waiting.get(changed, ()):
                event.set()
            for following in self._followers:
                following.add(changed)

    def _wake_all(self) -> None:
        for events in self._waiting.values():
            for event in events:
                event.set()
        for following in self._followers:
            following.add_all()
