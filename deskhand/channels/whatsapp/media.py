"""Customers' files: which are taken, and their bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from deskhand.channels.errors import MediaUnavailable
from deskhand.channels.file_types import check_type, checked, type_of
from deskhand.channels.whatsapp.api import Api, CallFailed
from deskhand.channels.whatsapp.json_values import number_at, text_at
from deskhand.channels.whatsapp.options import WhatsAppOptions
from deskhand.conversation.model import Attachment, AttachmentKind

_MB = 1024 * 1024
MOST_BYTES: Mapping[AttachmentKind, int] = {
    AttachmentKind.IMAGE: 5 * _MB,
    AttachmentKind.STICKER: 1 * _MB,
    AttachmentKind.AUDIO: 16 * _MB,
    AttachmentKind.VIDEO: 16 * _MB,
    AttachmentKind.DOCUMENT: 100 * _MB,
}
"""What WhatsApp itself lets pass."""


async def fetched(api: Api, options: WhatsAppOptions, attachment: Attachment) -> AsyncIterator[bytes]:
    """The bytes of a file that a customer sent. Raises `MediaUnavailable`, also in the middle."""
    if attachment.media_id is None or attachment.kind not in MOST_BYTES:
        raise MediaUnavailable(f"This attachment has no file: it is a {attachment.kind.value}.")
    try:
        found = await api.media(attachment.media_id)
        most = MOST_BYTES[attachment.kind]
        mime_type = type_of(text_at(found, "mime_type"), None)
        check(attachment.kind, mime_type, number_at(found, "file_size"))
        received = 0
        async with api.opened(_trusted(text_at(found, "url"), options)) as content:
            async for chunk in checked(content, mime_type):
                received += len(chunk)
                if received > most:
                    raise _too_large(attachment.kind)
                yield chunk
    except CallFailed as exc:
        raise MediaUnavailable(f"WhatsApp did not hand out the file (code {exc.code}): {exc}") from exc


def check(kind: AttachmentKind, mime_type: str, size: int | None) -> None:
    """Raises `MediaUnavailable` for what is not taken."""
    check_type(kind, mime_type)
    if size is not None and size > MOST_BYTES[kind]:
        raise _too_large(kind)


def _too_large(kind: AttachmentKind) -> MediaUnavailable:
    return MediaUnavailable(f"The file is larger than the {MOST_BYTES[kind] // _MB} MB that are taken as {kind.value}.")


def _trusted(url: str, options: WhatsAppOptions) -> str:
    """The access token goes with the request: only to Meta."""
    api, given = urlsplit(options.api_url), _split(url)
    own = (given.scheme, given.netloc) == (api.scheme, api.netloc)
    if own or (given.scheme == "https" and given.netloc in options.media_hosts):
        return url
    raise MediaUnavailable("The file is at a host that is not among media_hosts in credentials.yml.")


def _split(url: str) -> Any:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")
