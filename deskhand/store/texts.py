"""Text as a database can keep it."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text with a replacement character for what PostgreSQL cannot hold: NUL and halves of surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
