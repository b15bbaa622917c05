"""Whom a call of the API names."""

from __future__ import annotations

from deskhand.channels.delivery.contracts import Address
from deskhand.channels.whatsapp.identities import is_phone, is_user_id


def recipient(address: Address) -> dict[str, str]:
    """The telephone number where exactly one is known, as Meta asks for; otherwise the user id.

    Of several numbers some are old, and may be somebody else's by now.
    """
    ids = (address.external_id, *address.aliases)
    phones = [each for each in ids if is_phone(each)]
    users = [each for each in ids if is_user_id(each)]
    if len(phones) == 1 or (phones and not users):
        return {"recipient_type": "individual", "to": phones[0]}
    return {"recipient_type": "individual", "recipient": users[0] if users else address.external_id}
