"""Which of the files that customers send are handed on: what an agent can look at, if it is what it says it is."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator, Mapping

from deskhand.channels.errors import MediaUnavailable
from deskhand.conversation.model import AttachmentKind

_IMAGES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/heic"})
_AUDIO = frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/ogg"})
_VIDEO = frozenset({"video/mp4", "video/3gpp", "video/quicktime", "video/webm"})
_OLD_OFFICE = frozenset({"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"})
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_NEW_OFFICE = frozenset(
    {
        f"{_OPEN_XML}.wordprocessingml.document",
        f"{_OPEN_XML}.spreadsheetml.sheet",
        f"{_OPEN_XML}.presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)
_WORDS = frozenset({"text/plain", "text/csv"})

TYPES: Mapping[AttachmentKind, frozenset[str]] = {
    AttachmentKind.IMAGE: _IMAGES,
    AttachmentKind.STICKER: frozenset({"image/webp", "video/webm"}),
    AttachmentKind.AUDIO: _AUDIO,
    AttachmentKind.VIDEO: _VIDEO | {"image/gif"},
    AttachmentKind.DOCUMENT: _IMAGES | _AUDIO | _VIDEO | _OLD_OFFICE | _NEW_OFFICE | _WORDS | {"application/pdf"},
}
"""Programs, scripts, pages and archives are not among it."""

_BOX = ((4, b"ftyp"),)
_BEGINNINGS: Mapping[str, tuple[tuple[int, bytes], ...]] = {
    "image/png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/gif": ((0, b"GIF87a"), (0, b"GIF89a")),
    "image/webp": ((8, b"WEBP"),),
    "image/heic": _BOX,
    "application/pdf": ((0, b"%PDF-"),),
    "audio/ogg": ((0, b"OggS"),),
    "audio/mpeg": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"), (0, b"\xff\xfa")),
    "audio/aac": ((0, b"\xff\xf1"), (0, b"\xff\xf9"), (0, b"ADIF"), *_BOX),
    "audio/amr": ((0, b"#!AMR"),),
    "audio/mp4": _BOX,
    "audio/x-m4a": _BOX,
    "video/mp4": _BOX,
    "video/3gpp": _BOX,
    "video/quicktime": (*_BOX, (4, b"moov"), (4, b"mdat"), (4, b"wide")),
    "video/webm": ((0, b"\x1a\x45\xdf\xa3"),),
    **dict.fromkeys(_OLD_OFFICE, ((0, b"\xd0\xcf\x11\xe0"),)),
    **dict.fromkeys(_NEW_OFFICE, ((0, b"PK\x03\x04"),)),
}
"""Where a file of the type has which bytes; one of the places will do."""


def type_of(declared: str | None, file_name: str | None) -> str:
    """The type without parameters, in small letters; by the file's name if none was told. May be empty."""
    told = (declared or "").split(";")[0].strip().lower()
    if told in ("", "application/octet-stream"):
        return mimetypes.guess_type(file_name or "")[0] or ""
    return told


def check_type(kind: AttachmentKind, mime_type: str) -> None:
    """Raises `MediaUnavailable` for a type that is not taken as that kind."""
    if mime_type not in TYPES.get(kind, frozenset()):
        raise MediaUnavailable(f"Files of this type are not taken as {kind.value}.")


def is_really(mime_type: str, beginning: bytes) -> bool:
    """Whether a file that begins so can be of the type. What somebody says that a file is, is not believed."""
    if mime_type in _WORDS:
        return b"\0" not in beginning
    return any(beginning[at : at + len(bytes_)] == bytes_ for at, bytes_ in _BEGINNINGS.get(mime_type, ()))


async def checked(chunks: AsyncIterator[bytes], mime_type: str) -> AsyncIterator[bytes]:
    """The same bytes. Raises `MediaUnavailable` before the first if they are something else than is said."""
    held, known = b"", False
    async for chunk in chunks:
        if known:
            yield chunk
            continue
        held += chunk
        if len(held) >= 16:
            _refuse_disguised(mime_type, held)
            known = True
            yield held
    if not known:
        _refuse_disguised(mime_type, held)
        yield held


def _refuse_disguised(mime_type: str, beginning: bytes) -> None:
    if not is_really(mime_type, beginning):
        raise MediaUnavailable(f"The file is not of the type that it says it is ({mime_type}).")
