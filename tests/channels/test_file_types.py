"""Which of customers' files are handed on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from deskhand.channels.errors import MediaUnavailable
from deskhand.channels.file_types import TYPES, checked, is_really, type_of

BEGINNINGS = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/webp": b"RIFF\x00\x00\x00\x00WEBP",
    "audio/ogg": b"OggS\x00\x02",
    "video/mp4": b"\x00\x00\x00\x20ftypisom",
    "application/pdf": b"%PDF-1.7",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": b"PK\x03\x04",
    "text/plain": "grüße".encode(),
}


async def chunks(parts: Sequence[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.mark.parametrize("mime_type", BEGINNINGS)
def test_a_file_begins_as_its_type_does(mime_type: str) -> None:
    assert is_really(mime_type, BEGINNINGS[mime_type])
    assert not is_really(mime_type, b"MZ\x90\x00 a program")


def test_every_type_that_is_taken_can_be_told() -> None:
    for mime_type in set().union(*TYPES.values()):
        assert not is_really(mime_type, b"\x00\x00 something else \x00")


def test_the_type_is_what_was_said_or_what_the_name_says() -> None:
    assert type_of("Audio/OGG; codecs=opus", None) == "audio/ogg"
    assert type_of(None, "bill.PDF") == "application/pdf"
    assert type_of("application/octet-stream", "bill.pdf") == "application/pdf"
    assert type_of(None, None) == ""


async def test_the_beginning_is_looked_at_in_whatever_pieces_it_comes() -> None:
    whole = BEGINNINGS["image/webp"] + b"the rest of it"
    pieces = [whole[at : at + 3] for at in range(0, len(whole), 3)]
    assert b"".join([chunk async for chunk in checked(chunks(pieces), "image/webp")]) == whole
    with pytest.raises(MediaUnavailable, match="not of the type"):
        [chunk async for chunk in checked(chunks([b"M", b"Z"]), "image/webp")]
