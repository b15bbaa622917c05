"""Keeping the files that customers upload."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update

from deskhand.store.database import Database
from deskhand.store.texts import storable
from deskhand.store.upload_tables import uploads

UNWANTED_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Upload:
    id: UUID
    name: str
    mime_type: str
    size: int
    """In bytes."""


class Uploads:
    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def add(self, channel: str, contact_external_id: str, name: str, mime_type: str, content: bytes) -> Upload:
        """Keeps a file for a day; for good, once `keep` is told that a message has it."""
        upload = Upload(uuid4(), storable(name), mime_type, len(content))
        async with self._db.begin() as connection:
            await connection.execute(
                delete(uploads).where(~uploads.c.kept, uploads.c.created_at < self._now() - UNWANTED_AFTER)
            )
            await connection.execute(
                insert(uploads).values(
                    id=upload.id,
                    channel=channel,
                    contact_external_id=contact_external_id,
                    name=upload.name,
                    mime_type=mime_type,
                    size=upload.size,
                    content=content,
                    created_at=self._now(),
                )
            )
        return upload

    async def keep(self, channel: str, contact_external_id: str, ids: Sequence[UUID]) -> list[Upload] | None:
        """The contact's files, in this order, kept from now on. None if one of them is not there or not theirs."""
        if not ids:
            return []
        async with self._db.begin() as connection:
            found = await connection.execute(
                update(uploads)
                .where(
                    uploads.c.id.in_(ids),
                    uploads.c.channel == channel,
                    uploads.c.contact_external_id == contact_external_id,
                )
                .values(kept=True)
                .returning(uploads.c.id, uploads.c.name, uploads.c.mime_type, uploads.c.size)
            )
            theirs = {row.id: Upload(row.id, row.name, row.mime_type, row.size) for row in found}
        return [theirs[one] for one in ids] if len(theirs) == len(set(ids)) else None

    async def read(self, upload_id: UUID) -> tuple[Upload, bytes] | None:
        async with self._db.begin() as connection:
            found = await connection.execute(select(uploads).where(uploads.c.id == upload_id))
            row = found.one_or_none()
        if row is None:
            return None
        return Upload(row.id, row.name, row.mime_type, row.size), bytes(row.content)
