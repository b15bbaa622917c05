"""Customers' files are there long after the channel has forgotten them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from deskhand.channels.errors import MediaUnavailable
from deskhand.conversation.model import Attachment, AttachmentKind, InboundDeletion
from deskhand.store.database import Database
from deskhand.store.media import Media
from tests.channels.delivery.conftest import World, inbound, world_on

PHOTO = Attachment(AttachmentKind.IMAGE, "photo", "image/jpeg")
VOICE = Attachment(AttachmentKind.AUDIO, "voice", "audio/ogg")
PLACE = Attachment(AttachmentKind.LOCATION, description="HQ")
NOTED = "SELECT place, content IS NOT NULL, problem, attempts FROM deskhand.kept_media ORDER BY place"


async def sent(world: World, *attachments: Attachment, **options: Any) -> UUID:
    (received,) = await world.inbox.take([inbound("", attachments=attachments, **options)])
    return received.message.id


async def noted(world: World) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await world.rows(NOTED)]


async def test_files_are_kept_beside_the_turn(world: World) -> None:
    world.channel.files = {"photo": b"\xff\xd8 a photo", "voice": b"OggS sound"}
    await world.start()
    message_id = await sent(world, PHOTO, PLACE, VOICE)
    await world.settled()
    media = Media(world.db)
    assert await media.read(message_id, 0) == b"\xff\xd8 a photo"
    assert await media.read(message_id, 2) == b"OggS sound"
    assert await media.read(message_id, 1) is None
    assert await media.wanted(message_id) == []
    assert len(world.channel.texts()) == 1  # and the customer is asked what it is about


async def test_a_message_that_comes_twice_is_fetched_once(world: World) -> None:
    world.channel.files = {"photo": b"\xff\xd8"}
    for _ in range(2):
        await sent(world, PHOTO, external_id="same")
    await world.start()
    await world.settled()
    assert world.channel.fetched == ["photo"]


@pytest.mark.parametrize("problem", [MediaUnavailable("Gone."), ValueError("a secret")])
async def test_what_cannot_be_had_is_noted_and_tried_again_later(world: World, problem: Exception) -> None:
    world.channel.files = {"photo": problem, "voice": b"OggS"}
    message_id = await sent(world, PHOTO, VOICE)
    keeper = world.keeper()
    pauses = []
    for _ in range(5):
        pauses.append(await world.pause_of(keeper.keep_all("whatsapp", message_id)))
    assert pauses == [30.0, 600.0, 7200.0, None, None]
    said = "Gone." if isinstance(problem, MediaUnavailable) else "ValueError"
    assert await noted(world) == [(0, False, said, 5), (1, True, None, 1)]
    assert world.channel.fetched.count("voice") == 1


async def test_what_is_too_large_stays_with_the_channel(db: Database) -> None:
    async with world_on(db, media_max_bytes=10) as world:
        world.channel.files = {"photo": bytes(11), "voice": bytes(10)}
        message_id = await sent(world, PHOTO, VOICE)
        assert await world.pause_of(world.keeper().keep_all("whatsapp", message_id)) == 30.0
        assert [(kept, (problem or "")[:24]) for _, kept, problem, _ in await noted(world)] == [
            (False, "The file is larger than "),
            (True, ""),
        ]


async def test_what_a_customer_takes_back_is_kept_no_longer(world: World) -> None:
    world.channel.files = {"photo": b"\xff\xd8"}
    message_id = await sent(world, PHOTO, external_id="m1")
    await world.keeper().keep_all("whatsapp", message_id)
    await world.inbox.take([InboundDeletion("whatsapp", "ann", "m1")])
    assert await noted(world) == []
    await Media(world.db).keep(message_id, 0, b"fetched meanwhile")
    assert await noted(world) == []
    assert await Media(world.db).wanted(message_id) == []


async def test_on_the_web_chat_files_are_there_already(world: World) -> None:
    await sent(world, PHOTO, channel="webchat")
    assert (
        await world.count("SELECT count(*) FROM deskhand_queue.procrastinate_jobs WHERE task_name LIKE '%media'") == 0
    )
