"""Where a contact is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store.tables import contact_identities, contacts


@dataclass(frozen=True)
class Recipient:
    contact_id: UUID
    channel: str
    external_id: str
    aliases: tuple[str, ...]
    last_heard_at: datetime | None
    reachable: bool


async def recipient_of(connection: AsyncConnection, contact_id: UUID, *, lock: bool = False) -> Recipient:
    """`lock`: nobody queues anything for the contact until the transaction ends."""
    query = select(contacts).where(contacts.c.id == contact_id)
    contact = (await connection.execute(query.with_for_update() if lock else query)).one()
    known = await connection.execute(
        select(contact_identities.c.external_id)
        .where(contact_identities.c.contact_id == contact_id, contact_identities.c.channel == contact.channel)
        .order_by(contact_identities.c.external_id)
    )
    return Recipient(
        contact_id=contact_id,
        channel=contact.channel,
        external_id=contact.external_id,
        aliases=tuple(one for one in known.scalars() if one != contact.external_id),
        last_heard_at=contact.last_heard_at,
        reachable=contact.unreachable_at is None,
    )
