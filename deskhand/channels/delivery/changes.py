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


class Changes:
    """One listening connection for all who wait in this process.

    With no connection, or after a gap in it, everybody is woken: a wake-up too many costs one look.
    """

    def __init__(self) -> None:
        self._waiting: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)

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
            for event in self._waiting.get(UUID(conversation_id), ()):
                event.set()

    def _wake_all(self) -> None:
        for events in self._waiting.values():
            for event in events:
                event.set()
