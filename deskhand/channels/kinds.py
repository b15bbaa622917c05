"""Which channels leave what they receive in the inbox, and so need no model where they are served."""

from __future__ import annotations

from collections.abc import Iterable

OURS = "deskhand.channels."


def all_store_first(names: Iterable[str]) -> bool:
    """Whether all channels that credentials.yml names do. Rasa's own and other people's take turns in the webhook."""
    listed = list(names)
    return bool(listed) and all(name.startswith(OURS) for name in listed)
