"""Files in the chat: which may come in, and the addresses that they are shown from."""

from __future__ import annotations

import hashlib
import hmac
import time
import unicodedata
from base64 import urlsafe_b64encode
from urllib.parse import quote
from uuid import UUID

from deskhand.channels.errors import ChannelError
from deskhand.channels.file_types import is_really
from deskhand.conversation.model import AttachmentKind

TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain")
MAX_NAME = 120

_ADDRESS_LASTS_SECONDS = 6 * 3600


def checked_type(declared: str, content: bytes) -> str:
    """The file's type. Raises `ChannelError` (wrong_file_type, empty_file)."""
    if not content:
        raise ChannelError("empty_file", "The file is empty.")
    mime_type = declared.split(";")[0].strip().lower()
    if mime_type not in TYPES or not is_really(mime_type, content) or not _is_readable(mime_type, content):
        raise ChannelError("wrong_file_type", "Only pictures, PDF and text files can be sent.", status=415)
    return mime_type


def _is_readable(mime_type: str, content: bytes) -> bool:
    if mime_type != "text/plain":
        return True
    try:
        return bool(content.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def clean_name(name: str) -> str:
    """A file's name without folders and what no screen can show."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(one for one in name if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Cn")).strip(" .")
    if len(name) > MAX_NAME:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}" if dot and len(ending) <= 10 else name[:MAX_NAME]
    return name or "file"


def kind_of(mime_type: str) -> AttachmentKind:
    return AttachmentKind.IMAGE if mime_type.startswith("image/") else AttachmentKind.DOCUMENT


def address(upload_id: UUID, key: str, now: float | None = None) -> str:
    """Where the file is shown, for some hours, to whoever was given the address. Relative to the chat.

    It stays the same for hours, so that a page need not load a picture twice.
    """
    slots = int((time.time() if now is None else now) // _ADDRESS_LASTS_SECONDS) + 2
    until = slots * _ADDRESS_LASTS_SECONDS
    return f"media/{upload_id}?until={until}&key={_signature(upload_id, until, key)}"


def is_allowed(upload_id: UUID, until: str, given: str, key: str) -> bool:
    if not (until.isascii() and until.isdecimal() and len(until) <= 12) or int(until) < time.time():
        return False
    return hmac.compare_digest(_signature(upload_id, int(until), key).encode(), given.encode("utf-8", "replace"))


def headers(name: str, mime_type: str) -> dict[str, str]:
    """Pictures are shown, everything else is saved; and nothing in a file is ever run."""
    disposition = "inline" if mime_type.startswith("image/") else "attachment"
    return {
        "content-disposition": f"{disposition}; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "private, max-age=21600, immutable",
    }


def _signature(upload_id: UUID, until: int, key: str) -> str:
    digest = hmac.new(key.encode(), f"deskhand.media:{upload_id}:{until}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
