"""What may come as text, and what libraries can bear."""

from __future__ import annotations


def encodable(text: str) -> str:
    """The text with `?` for each lone surrogate (half an emoji, from a careless client), and no character longer
    or shorter: tokenizers and spaCy raise on what is no UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
