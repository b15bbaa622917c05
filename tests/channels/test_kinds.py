"""Which channels can be served without a model."""

from __future__ import annotations

import pytest

from deskhand.channels.kinds import all_store_first


@pytest.mark.parametrize(
    ("names", "they_do"),
    [
        (["deskhand.channels.webchat.WebChat"], True),
        (["deskhand.channels.webchat.WebChat", "deskhand.channels.whatsapp.WhatsApp"], True),
        (["deskhand.channels.webchat.WebChat", "rest"], False),
        (["my_shop.channels.Fax"], False),
        ([], False),
    ],
)
def test_only_our_channels_leave_messages_in_the_inbox(names: list[str], they_do: bool) -> None:
    assert all_store_first(names) is they_do
