"""Files that customers sent, as the desk gets them from the assistant."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest

from deskhand.channels.errors import MediaUnavailable
from deskhand.conversation.model import Attachment, AttachmentKind, InboundDeletion
from deskhand.conversation.signing import is_signed, signature_of
from deskhand.settings import get_settings
from tests.channels.delivery.conftest import CHANNEL, World, inbound
from tests.channels.delivery.test_operations import server

__all__ = ["server"]

PICTURE = Attachment(AttachmentKind.IMAGE, media_id="m1", mime_type="image/png", file_name="tent.png")


@pytest.fixture
def bytes_of(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[bytes | Exception]]:
    """What the channel hands out, by media id."""
    kept: dict[str, list[bytes | Exception]] = {"m1": [b"first ", b"second"]}

    async def fetch(attachment: Attachment) -> AsyncIterator[bytes]:
        for part in kept[attachment.media_id or ""]:
            if isinstance(part, Exception):
                raise part
            yield part

    monkeypatch.setattr(world.channel, "fetch", fetch)
    return kept


async def sent(world: World) -> UUID:
    (received,) = await world.inbox.take([inbound("look", external_id="pic", attachments=(PICTURE,))])
    return received.message.id


def address(message_id: UUID, place: int = 0, *, at: int | None = None, key: str | None = None) -> str:
    at = int(time.time()) if at is None else at
    signature = signature_of(message_id, place, at, key or get_settings().session_key.get_secret_value())
    return f"/deskhand/files/{message_id}/{place}?at={at}&signature={signature}"


async def test_the_channels_bytes_are_handed_to_whoever_can_sign(server, world, bytes_of):
    answer = await server.get(address(await sent(world)))
    assert (answer.status_code, answer.content) == (200, b"first second")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_nobody_else_gets_them(server, world, bytes_of):
    message_id = await sent(world)
    for wrong in (
        address(message_id, key="another key"),
        address(message_id, at=int(time.time()) - 120),
        address(message_id).replace("/0?", "/1?"),
        address(message_id).replace(str(message_id), str(uuid4())),
        f"/deskhand/files/{message_id}/0",
        address(uuid4()),
        address(message_id, place=1),
    ):
        assert (await server.get(wrong)).status_code == 404


async def test_what_the_customer_took_back_is_not_handed_out(server, world, bytes_of):
    message_id = await sent(world)
    await world.inbox.take([InboundDeletion(CHANNEL, "ann", "pic")])
    assert (await server.get(address(message_id))).status_code == 404


async def test_a_file_that_cannot_be_had_is_said_to_be_so(server, world, bytes_of):
    bytes_of["m1"] = [MediaUnavailable("The file is too large.")]
    answer = await server.get(address(await sent(world)))
    assert (answer.status_code, answer.json()) == (502, {"message": "The file is too large."})


async def test_half_a_file_does_not_look_like_a_whole_one(server, world, bytes_of):
    bytes_of["m1"] = [b"first ", MediaUnavailable("It broke off.")]
    with pytest.raises(httpx.RemoteProtocolError):
        await server.get(address(await sent(world)))


@pytest.mark.parametrize("at", ["", "-1", "1e9", "9" * 40, "١٢٣"])
def test_an_odd_time_is_no_signature(at: str):
    assert not is_signed(uuid4(), 0, at, "0" * 64, "key", now=0.0)
