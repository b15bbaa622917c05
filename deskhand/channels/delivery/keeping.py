"""Keeping customers' files: channels hand them out for some days only, and agents look at them later."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from uuid import UUID

from deskhand.channels.delivery.contracts import Connection
from deskhand.channels.delivery.sending import Later
from deskhand.channels.errors import MediaUnavailable
from deskhand.store.media import Media

log = logging.getLogger(__name__)

PAUSES_SECONDS = (30.0, 600.0, 7200.0)
"""Before the second, third and fourth try. Then it is left where it is."""


class MediaKeeper:
    def __init__(self, media: Media, connections: Mapping[str, Connection], most_bytes: int) -> None:
        """`most_bytes`: larger files stay with the channel."""
        self._media = media
        self._connections = connections
        self._most_bytes = most_bytes

    async def keep_all(self, channel: str, message_id: UUID) -> None:
        """Fetches and stores what is not kept yet. Raises `Later` while there is hope, and `DatabaseUnavailable`."""
        pause: float | None = None
        for place, attachment in await self._media.wanted(message_id):
            try:
                content = await self._read(self._connections[channel].fetch(attachment))
            except Exception as exc:  # whatever it is: it must not be tried for ever
                problem = str(exc) if isinstance(exc, MediaUnavailable) else type(exc).__name__
                tries = await self._media.note_problem(message_id, place, problem)
                log.info("A file on %s could not be kept (try %d): %s", channel, tries, problem)
                if 1 <= tries <= len(PAUSES_SECONDS):
                    pause = max(pause or 0.0, PAUSES_SECONDS[tries - 1])
            else:
                await self._media.keep(message_id, place, content)
        if pause is not None:
            raise Later(pause)

    async def _read(self, chunks: AsyncIterator[bytes]) -> bytes:
        content = bytearray()
        async for chunk in chunks:
            content += chunk
            if len(content) > self._most_bytes:
                raise MediaUnavailable(f"The file is larger than the {self._most_bytes} bytes that are kept.")
        return bytes(content)
