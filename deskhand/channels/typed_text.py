"""What a customer types, made fit to store and harmless to Rasa. The only place that does either."""

from __future__ import annotations

import unicodedata

from deskhand.channels.errors import ChannelError

MAX_CHARACTERS = 4_000

_KEPT_CONTROLS = "\n\t"
_SLASHES = frozenset("/⁄∕⟋⧸／̸")
_SLASH_ONLY = "?"


def clean(text: str) -> str:
    """The text without what no database, model or screen can use: controls, lone surrogates, outer blanks.

    Raises `ChannelError` (empty_message, message_too_long).
    """
    text = tidied(text)
    if not text:
        raise ChannelError("empty_message", "Please type a message first.")
    if len(text) > MAX_CHARACTERS:
        raise ChannelError(
            "message_too_long",
            f"That message is too long: please keep it under {MAX_CHARACTERS:,} characters.",
            status=413,
        )
    return text


def tidied(text: str) -> str:
    """As `clean`, of any length, and nothing where there is nothing to read. For channels that have delivered already
    and cannot be told that something is wrong with a message."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(_storable(character) for character in text).strip()
    return text if _has_substance(text) else ""


def as_words(text: str) -> str:
    """The text as Rasa may see it: never a payload, whatever the customer typed.

    Rasa reads any message whose first character, after blanks, is "/" as an intent to obey: "/restart",
    "/ inform@1.0{…}". So a leading run that contains a slash is dropped, and "/human" becomes "human". Look-alike
    slashes and invisible characters count as well: a pipeline that normalises text must not bring a slash back.
    """
    end = next((i for i, character in enumerate(text) if not _may_lead_to_payload(character)), len(text))
    if not any(_is_slash(character) for character in text[:end]):
        return text
    return text[end:] or _SLASH_ONLY


def _may_lead_to_payload(character: str) -> bool:
    invisible = unicodedata.category(character) in ("Cc", "Cf", "Mn", "Me", "Cn", "Co", "Cs")
    return invisible or not unicodedata.normalize("NFKC", character).strip() or _is_slash(character)


def _is_slash(character: str) -> bool:
    return character in _SLASHES or unicodedata.normalize("NFKC", character) == "/"


def _storable(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    return "" if category == "Cc" and character not in _KEPT_CONTROLS else character


def _has_substance(text: str) -> bool:
    return any(unicodedata.category(character) not in ("Cf", "Zs", "Zl", "Zp", "Cc") for character in text)
