from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from deskhand.store.uploads import UNWANTED_AFTER, Uploads

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def test_a_file_is_kept_once_a_message_has_it(db):
    kept = await Uploads(db, now=lambda: NOW).add("webchat", "ann", "tent.png", "image/png", b"bytes")
    wanted = await Uploads(db).keep("webchat", "ann", [kept.id])
    later = Uploads(db, now=lambda: NOW + UNWANTED_AFTER * 2)
    await later.add("webchat", "bob", "other.png", "image/png", b"x")
    assert wanted == [kept]
    assert await later.read(kept.id) == (kept, b"bytes")


async def test_a_file_that_no_message_has_goes_after_a_day(db):
    unwanted = await Uploads(db, now=lambda: NOW).add("webchat", "ann", "tent.png", "image/png", b"bytes")
    just_before = Uploads(db, now=lambda: NOW + UNWANTED_AFTER)
    await just_before.add("webchat", "ann", "second.png", "image/png", b"x")
    assert await just_before.read(unwanted.id) is not None
    after = Uploads(db, now=lambda: NOW + UNWANTED_AFTER + timedelta(seconds=1))
    await after.add("webchat", "ann", "third.png", "image/png", b"x")
    assert await after.read(unwanted.id) is None


async def test_only_its_contact_can_have_a_file_kept(db):
    store = Uploads(db)
    first = await store.add("webchat", "ann", "1.png", "image/png", b"1")
    second = await store.add("webchat", "ann", "2.png", "image/png", b"2")
    assert await store.keep("webchat", "ann", [second.id, first.id]) == [second, first]
    assert await store.keep("webchat", "bob", [first.id]) is None
    assert await store.keep("telegram", "ann", [first.id]) is None
    assert await store.keep("webchat", "ann", [first.id, uuid4()]) is None
    assert await store.keep("webchat", "ann", []) == []


async def test_a_name_that_no_database_can_hold_is_mended(db):
    kept = await Uploads(db).add("webchat", "ann", "a\0b\ud800.png", "image/png", b"1")
    assert kept.name == "a\ufffdb?.png"
