"""From the store's recipients to the addresses that connections take."""

from __future__ import annotations

from deskhand.channels.delivery.contracts import Address
from deskhand.store.recipients import Recipient


def address_of(recipient: Recipient) -> Address:
    return Address(
        contact_id=recipient.contact_id,
        external_id=recipient.external_id,
        aliases=recipient.aliases,
        last_heard_at=recipient.last_heard_at,
    )
