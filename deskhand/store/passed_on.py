"""Ids that have become somebody else's: a telephone number that its owner gave up, and another customer got.

An id that comes beside a contact's main one shows that two contacts are one (`deskhand.store.identities`), unless the
other contact has an id that is not this customer's: then they are two, and the id has passed from one to the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store.rows import AnyRow
from deskhand.store.tables import contact_identities


async def let_go(connection: AsyncConnection, channel: str, ids: Sequence[str], found: Sequence[AnyRow]) -> bool:
    """Takes those ids from whoever had them before, and says whether there were any. The first id is the main one.

    `found` are the contacts (`id`) that are known by each of the ids (`identity`).
    """
    own = {row.id for row in found if row.identity == ids[0]}
    others = {row.id for row in found} - own
    if not others:
        return False
    known_otherwise = await connection.execute(
        select(contact_identities.c.contact_id)
        .where(contact_identities.c.contact_id.in_(others), contact_identities.c.external_id.not_in(ids))
        .distinct()
    )
    strangers = set(known_otherwise.scalars())
    if strangers:
        await connection.execute(
            delete(contact_identities).where(
                contact_identities.c.channel == channel,
                contact_identities.c.external_id.in_(ids),
                contact_identities.c.contact_id.in_(strangers),
            )
        )
    return bool(strangers)
