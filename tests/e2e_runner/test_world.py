"""Reading and moving the database behind a conversation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from deskhand.conversation.model import InboundMessage
from deskhand.crm import demo
from deskhand.crm.sql import SqlCrm
from deskhand.crm.types import Resolution
from deskhand.e2e.world import World
from deskhand.mail import DevelopmentMailbox
from deskhand.store.conversations import Conversations
from deskhand.store.crm_tables import customers
from deskhand.store.tracker_events import TrackerEvents
from deskhand.store.verifications import Verifications

JO, JOS_ID = "jo.bright@example.com", "C-900001"


@pytest.fixture
async def world(db) -> World:
    await demo.seed(db)
    return World(db)


async def test_a_customer_is_put_back_to_how_they_were_seeded(db, world):
    before = await world.records_of(JO)
    await SqlCrm(db).start_return(JOS_ID, "FW-200101", ["2"], "too small", Resolution.REFUND)
    async with db.begin() as connection:
        await connection.execute(update(customers).where(customers.c.id == JOS_ID).values(locked=True, name="X"))
    assert await world.records_of(JO) != before

    assert await world.restore(JO)

    assert await world.records_of(JO) == before
    assert not await world.restore("nobody@example.com")


async def test_records_are_found_by_email_order_and_appointment(world):
    records = await world.records_of("FW-200101")

    assert records == await world.records_of(JO)
    assert ("order", "FW-200101") in {(one.kind, one.key) for one in records}
    assert {one.kind for one in await world.records_of("AP-90000002")} == {"customer", "appointment", "subscription"}
    assert await world.records_of("FW-999999") == []


async def test_time_passes_for_the_tracker_the_proof_and_the_codes(db, world):
    received = await Conversations(db).receive(InboundMessage("webchat", "someone", "m1", "hello"))
    conversation_id = str(received.conversation.id)
    now = datetime.now(UTC).timestamp()
    await TrackerEvents(db).append(conversation_id, [{"event": "user", "timestamp": now, "text": "hello"}])
    verifications = Verifications(db, key=b"k")
    await verifications.record_match(conversation_id, JOS_ID)
    code = await verifications.issue_code(conversation_id, JOS_ID)

    await world.elapse(conversation_id, timedelta(hours=25))

    (event,) = await world.events(conversation_id)
    assert event["timestamp"] == pytest.approx(now - 25 * 3600)
    record = await verifications.get(conversation_id)
    assert record.matched_at is not None
    assert datetime.now(UTC) - record.matched_at > timedelta(hours=24)
    assert not await verifications.check_code(conversation_id, code)


async def test_the_newest_code_of_the_tests_own_mail(db, world):
    mailbox = DevelopmentMailbox(db)
    await mailbox.send(JO, "111111 is your Fernway code", "…")
    first = await world.last_mail()
    assert await world.newest_code([JO], first) is None
    await mailbox.send(JO, "222222 is your Fernway code", "…")
    await mailbox.send(JO, "333333 is your Fernway code", "…")
    await mailbox.send("sam.okafor@example.com", "444444 is your Fernway code", "…")

    assert await world.newest_code([JO], first) == "333333"
    assert len(await world.mails_to(JO, first)) == 2


async def test_taking_a_time_leaves_nobody_free(db, world):
    crm = SqlCrm(db)
    now = datetime.now(UTC)
    slot = (await crm.free_slots("tent-repair", now, now + timedelta(days=14)))[0]

    assert await world.take(slot.starts_at, "abcdefgh-1") >= 1

    left = await crm.free_slots("tent-repair", slot.starts_at, slot.starts_at + timedelta(minutes=1))
    assert list(left) == []
