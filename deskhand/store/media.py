"""Keeping the files that come over channels with an API, and reading them again."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, delete, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Attachment, AttachmentKind, InboundMessage
from deskhand.store.database import Database
from deskhand.store.media_tables import kept_media
from deskhand.store.outgoing import READ_IN_PLACE
from deskhand.store.queue import queue_media
from deskhand.store.tables import messages
from deskhand.store.texts import storable


class Media:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def wanted(self, message_id: UUID) -> list[tuple[int, Attachment]]:
        """The message's files that are not kept yet, by their place."""
        async with self._db.begin() as connection:
            found = await connection.execute(
                select(messages.c.attachments).where(messages.c.id == message_id, messages.c.deleted_at.is_(None))
            )
            told = found.scalar_one_or_none() or []
            kept = await connection.execute(
                select(kept_media.c.place).where(
                    kept_media.c.message_id == message_id, kept_media.c.content.is_not(None)
                )
            )
            there = set(kept.scalars())
        attachments = [Attachment(**{**one, "kind": AttachmentKind(one["kind"])}) for one in told]
        return [(place, one) for place, one in enumerate(attachments) if one.media_id and place not in there]

    async def keep(self, message_id: UUID, place: int, content: bytes) -> None:
        """Not if the customer has taken the message back meanwhile."""
        await self._note(message_id, place, content, None)

    async def note_problem(self, message_id: UUID, place: int, problem: str) -> int:
        """The file could not be had. Returns how often that was."""
        return await self._note(message_id, place, None, storable(problem))

    async def read(self, message_id: UUID, place: int) -> bytes | None:
        """The file's bytes, if they are kept."""
        async with self._db.begin() as connection:
            content: bytes | None = await connection.scalar(
                select(kept_media.c.content).where(kept_media.c.message_id == message_id, kept_media.c.place == place)
            )
        return bytes(content) if content is not None else None

    async def _note(self, message_id: UUID, place: int, content: bytes | None, problem: str | None) -> int:
        its = select(
            messages.c.id,
            literal(place),
            bindparam("content", content, kept_media.c.content.type),
            bindparam("problem", problem, kept_media.c.problem.type),
            bindparam("at", datetime.now(UTC), kept_media.c.at.type),
        ).where(messages.c.id == bindparam("message_id", message_id, Uuid()), messages.c.deleted_at.is_(None))
        noted = upsert(kept_media).from_select(["message_id", "place", "content", "problem", "at"], its)
        async with self._db.begin() as connection:
            found = await connection.execute(
                noted.on_conflict_do_update(
                    index_elements=["message_id", "place"],
                    set_={
                        "content": noted.excluded.content,
                        "problem": noted.excluded.problem,
                        "attempts": kept_media.c.attempts + 1,
                        "at": noted.excluded.at,
                    },
                ).returning(kept_media.c.attempts)
            )
            return int(found.scalar_one_or_none() or 0)


async def queue_files(connection: AsyncConnection, inbound: InboundMessage, message_id: UUID) -> None:
    """Has the message's files fetched, if there are any that the channel keeps for a while only."""
    if inbound.channel not in READ_IN_PLACE and any(one.media_id for one in inbound.attachments):
        await queue_media(connection, inbound.channel, message_id)


async def forget_files(connection: AsyncConnection, message_id: UUID) -> None:
    await connection.execute(delete(kept_media).where(kept_media.c.message_id == message_id))
