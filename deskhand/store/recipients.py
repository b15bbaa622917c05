"""Where a contact is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store.tables import contact_identities, contacts

_IDENTITIES = (
    select(func.array_agg(aggregate_order_by(contact_identities.c.external_id, contact_identities.c.external_id)))
    .where(contact_identities.c.contact_id == contacts.c.id, contact_identities.c.channel == contacts.c.channel)
    .scalar_subquery()
)
_CONTACT = select(contacts, func.coalesce(_IDENTITIES, cast([], ARRAY(Text))).label("identities")).where(
    contacts.c.id == bindparam("id")
)
_LOCKED = _CONTACT.with_for_update(of=contacts, key_share=True)


@dataclass(frozen=True)
class Recipient:
    contact_id: UUID
    channel: str
    external_id: str
    aliases: tuple[str, ...]
    last_heard_at: datetime | None
    reachable: bool
    name: str | None = None
    """What they call themselves on the channel."""


async def recipient_of(connection: AsyncConnection, contact_id: UUID, *, lock: bool = False) -> Recipient:
    """`lock`: nobody queues anything for the contact until the transaction ends."""
    contact = (await connection.execute(_LOCKED if lock else _CONTACT, {"id": contact_id})).one()
    ids = list(contact.identities)
    # What a contact was first known by can have become somebody else's.
    external_id = contact.external_id if contact.external_id in ids or not ids else ids[0]
    return Recipient(
        contact_id=contact_id,
        channel=contact.channel,
        external_id=external_id,
        aliases=tuple(one for one in ids if one != external_id),
        last_heard_at=contact.last_heard_at,
        reachable=contact.unreachable_at is None,
        name=contact.name,
    )
