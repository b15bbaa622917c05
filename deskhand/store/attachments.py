"""What customers sent beside words: where it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from deskhand.conversation.model import Attachment, AttachmentKind
from deskhand.store.database import Database
from deskhand.store.tables import messages


@dataclass(frozen=True)
class Kept:
    conversation_id: UUID
    channel: str
    """Which knows the bytes under the attachment's `media_id`."""
    attachment: Attachment


async def find_attachment(db: Database, message_id: UUID, place: int) -> Kept | None:
    """The message's attachment at this place, counted from 0; None if there is none, or it was taken back."""
    query = select(messages.c.conversation_id, messages.c.channel, messages.c.attachments).where(
        messages.c.id == message_id, messages.c.deleted_at.is_(None)
    )
    async with db.begin() as connection:
        row = (await connection.execute(query)).one_or_none()
    if row is None or row.channel is None or not 0 <= place < len(row.attachments):
        return None
    data = dict(row.attachments[place])
    return Kept(row.conversation_id, row.channel, Attachment(**{**data, "kind": AttachmentKind(data["kind"])}))
