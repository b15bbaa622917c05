"""An outside desk, if the settings name one: told from the queue, heard by its webhook."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from deskhand.channels.delivery.contracts import Connection
from deskhand.channels.delivery.sending import Later
from deskhand.channels.errors import MediaUnavailable
from deskhand.conversation.outside import Line
from deskhand.desks.errors import DeskUnavailable
from deskhand.desks.hearing import Hearing
from deskhand.desks.opening import open_desk
from deskhand.desks.port import Desk, File
from deskhand.desks.reporting import Reporter
from deskhand.settings import Settings
from deskhand.store.database import Database
from deskhand.store.desk.outside import Cases
from deskhand.store.media import Media
from deskhand.store.outgoing import READ_IN_PLACE
from deskhand.store.uploads import Uploads

log = logging.getLogger(__name__)


class OutsideDesk:
    """Of a process. Nothing is opened before it is needed."""

    def __init__(
        self,
        settings: Callable[[], Settings],
        database: Callable[[], Awaitable[Database]],
        connections: Mapping[str, Connection],
    ) -> None:
        self._settings = settings
        self._database = database
        self._connections = connections
        self._desk: Desk | None = None

    def get(self) -> Desk | None:
        """None when agents work at our own. Raises `SettingsError`."""
        if self._desk is None:
            self._desk = open_desk(self._settings())
        return self._desk

    async def hear(self, headers: Mapping[str, str], body: bytes, token: str | None) -> None:
        """Raises `WebhookRefused`, `NotSaid`, `DatabaseUnavailable`."""
        desk = self.get()
        if desk is None:
            return
        heard = desk.read(headers, body, token)
        if heard:
            await Hearing(await self._database(), desk.name).take(heard)

    def teller(self, database: Database) -> Callable[[UUID], Awaitable[None]] | None:
        """What brings the desk up to date with a conversation; raises `Later` when the desk asks for that."""
        desk = self.get()
        if desk is None:
            return None
        files = _Files(database, self._connections, self._settings().media_max_bytes)
        reporter = Reporter(Cases(database, desk.name), desk, files.read)

        async def tell(conversation_id: UUID) -> None:
            try:
                await reporter.report(conversation_id)
            except DeskUnavailable as exc:
                log.warning("The outside desk has to wait for conversation %s: %s", conversation_id, exc)
                if exc.after_seconds is not None:
                    raise Later(exc.after_seconds) from exc
                raise

        return tell

    async def close(self) -> None:
        desk, self._desk = self._desk, None
        if desk is not None:
            with contextlib.suppress(Exception):
                await desk.close()


class _Files:
    """What contacts sent beside words, wherever it is."""

    def __init__(self, database: Database, connections: Mapping[str, Connection], most_bytes: int) -> None:
        self._uploads = Uploads(database)
        self._media = Media(database)
        self._connections = connections
        self._most_bytes = most_bytes

    async def read(self, line: Line, place: int) -> File | None:
        attachment = line.attachments[place]
        if attachment.media_id is None or line.channel is None:
            return None
        content = await self._content(line, place)
        if content is None or len(content) > self._most_bytes:
            return None
        mime_type = (attachment.mime_type or "application/octet-stream").split(";")[0].strip()
        return File(attachment.file_name or attachment.kind.value, mime_type, content)

    async def _content(self, line: Line, place: int) -> bytes | None:
        attachment, channel = line.attachments[place], line.channel or ""
        if channel in READ_IN_PLACE:
            with contextlib.suppress(ValueError):
                found = await self._uploads.read(UUID(attachment.media_id or ""))
                return found[1] if found else None
            return None
        kept = await self._media.read(line.message_id, place)
        connection = self._connections.get(channel)
        if kept is not None or connection is None:
            return kept
        content = bytearray()
        try:
            async for chunk in connection.fetch(attachment):
                content += chunk
                if len(content) > self._most_bytes:
                    return None
        except MediaUnavailable as exc:
            log.info("A file on %s is not passed on: %s", channel, exc)
            return None
        return bytes(content)
