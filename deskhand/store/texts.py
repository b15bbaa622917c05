"""Text as a database can keep it."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text with a replacement character for what PostgreSQL cannot hold: NUL and halves of surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


LONGEST_NAME = 100
"""Characters of what somebody calls themselves."""


def storable_name(name: str | None) -> str | None:
    """On one line, and not longer than a heading holds; None if nothing is left."""
    return " ".join(storable(name or "").split())[:LONGEST_NAME] or None
