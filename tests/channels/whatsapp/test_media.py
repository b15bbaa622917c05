"""Customers' files."""

from __future__ import annotations

import pytest

from deskhand.channels.errors import MediaUnavailable
from deskhand.channels.file_types import TYPES
from deskhand.channels.whatsapp import media
from deskhand.channels.whatsapp.connection import WhatsAppConnection
from deskhand.conversation.model import Attachment, AttachmentKind

from .cloud_api import Answer, CloudApi, error
from .conftest import options

JPEG = b"\xff\xd8\xff\xe0"
IMAGE = Attachment(AttachmentKind.IMAGE, "77", "image/jpeg")


async def bytes_of(connection: WhatsAppConnection, attachment: Attachment) -> bytes:
    return b"".join([chunk async for chunk in connection.fetch(attachment)])


async def test_a_file_is_fetched(cloud_api: CloudApi, connection: WhatsAppConnection) -> None:
    content = JPEG + bytes(range(256)) * 1000
    cloud_api.files["77"] = ("image/jpeg", content)
    assert await bytes_of(connection, IMAGE) == content


async def test_a_type_with_parameters_is_known(cloud_api: CloudApi, connection: WhatsAppConnection) -> None:
    cloud_api.files["8"] = ("audio/ogg; codecs=opus", b"OggS")
    assert await bytes_of(connection, Attachment(AttachmentKind.AUDIO, "8")) == b"OggS"


@pytest.mark.parametrize(
    ("kind", "mime_type"),
    [
        (AttachmentKind.IMAGE, "image/svg+xml"),
        (AttachmentKind.DOCUMENT, "text/html"),
        (AttachmentKind.DOCUMENT, "application/x-msdownload"),
        (AttachmentKind.DOCUMENT, "application/vnd.android.package-archive"),
        (AttachmentKind.VIDEO, "image/jpeg"),
        (AttachmentKind.AUDIO, ""),
    ],
)
async def test_other_types_are_not_fetched(
    cloud_api: CloudApi, connection: WhatsAppConnection, kind: AttachmentKind, mime_type: str
) -> None:
    cloud_api.files["9"] = (mime_type, b"x")
    with pytest.raises(MediaUnavailable, match="type"):
        await bytes_of(connection, Attachment(kind, "9"))


async def test_a_file_that_says_it_is_too_large_is_not_fetched(
    cloud_api: CloudApi, connection: WhatsAppConnection
) -> None:
    cloud_api.files["77"] = ("image/jpeg", b"x")
    cloud_api.claimed_size = 5 * 1024 * 1024 + 1
    with pytest.raises(MediaUnavailable, match="5 MB"):
        await bytes_of(connection, IMAGE)


async def test_a_file_that_is_larger_than_it_says_is_cut_off(
    cloud_api: CloudApi, connection: WhatsAppConnection
) -> None:
    cloud_api.files["77"] = ("image/jpeg", JPEG + bytes(media.MOST_BYTES[AttachmentKind.IMAGE]))
    cloud_api.claimed_size = 1
    with pytest.raises(MediaUnavailable, match="5 MB"):
        await bytes_of(connection, IMAGE)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/a",
        "http://lookaside.fbsbx.com/a",
        "https://lookaside.fbsbx.com.evil.example/a",
        "https://x@evil.example/a",
        "file:///etc/passwd",
        "http://127.0.0.1:1/a",
        "https://[",
        "",
    ],
)
async def test_the_token_goes_to_nobody_else(cloud_api: CloudApi, connection: WhatsAppConnection, url: str) -> None:
    cloud_api.files["77"] = ("image/jpeg", b"x")
    cloud_api.file_url = url or " "
    with pytest.raises(MediaUnavailable, match="media_hosts"):
        await bytes_of(connection, IMAGE)


@pytest.mark.parametrize("answer", [error(100, error_subcode=33), error(190, 401), Answer(500, b""), Answer(drop=True)])
async def test_a_file_that_is_gone_says_so(cloud_api: CloudApi, connection: WhatsAppConnection, answer: Answer) -> None:
    cloud_api.answers.append(answer)
    with pytest.raises(MediaUnavailable, match="did not hand out"):
        await bytes_of(connection, IMAGE)


@pytest.mark.parametrize(
    "attachment",
    [Attachment(AttachmentKind.LOCATION, description="HQ"), Attachment(AttachmentKind.UNSUPPORTED, "1")],
)
async def test_what_has_no_file_says_so(connection: WhatsAppConnection, attachment: Attachment) -> None:
    with pytest.raises(MediaUnavailable, match="no file"):
        await bytes_of(connection, attachment)


def test_every_kind_with_a_size_has_types() -> None:
    assert media.MOST_BYTES.keys() == TYPES.keys()


def test_meta_is_trusted_as_it_is() -> None:
    url = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&hash=x"
    assert media._trusted(url, options()) == url
