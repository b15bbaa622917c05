"""Telegram groups whose id changes. Their members are known by ids that hold the group's: "42@-1001234"."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store.database import Database
from deskhand.store.identities import contact_of, lock_identities
from deskhand.store.tables import contact_identities, contacts

_CHANNEL = "telegram"


async def move_group(db: Database, from_chat_id: int, to_chat_id: int) -> int:
    """Lets everybody who is known in the old group be known in the new one, with their conversation.

    Told again, changes nothing. Returns how many people it was. Raises `DatabaseUnavailable`.
    """
    async with db.begin() as connection:
        old = contact_identities.c.external_id
        found = await connection.execute(
            select(old).where(
                contact_identities.c.channel == _CHANNEL,
                or_(old.endswith(f"@{from_chat_id}"), old.contains(f"@{from_chat_id}/")),
            )
        )
        moves = {one: one.replace(f"@{from_chat_id}", f"@{to_chat_id}") for one in found.scalars()}
        await lock_identities(connection, [(_CHANNEL, one) for move in moves.items() for one in move])
        for before, after in moves.items():
            await _move(connection, before, after)
        return len(moves)


async def _move(connection: AsyncConnection, before: str, after: str) -> None:
    """Whoever wrote in the new group already was taken for somebody else: that contact is merged with the first."""
    await contact_of(connection, _CHANNEL, after, (before,), datetime.now(UTC))
    taken = select(contacts.c.id).where(contacts.c.channel == _CHANNEL, contacts.c.external_id == after)
    await connection.execute(
        update(contacts)
        .where(contacts.c.channel == _CHANNEL, contacts.c.external_id == before, ~taken.exists())
        .values(external_id=after)
    )
