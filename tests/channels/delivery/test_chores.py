"""What is done every minute: the CRM learns of conversations that have ended."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from deskhand.channels.delivery.chores import Chores
from deskhand.conversation.model import InboundMessage, Outcome
from deskhand.crm.demo_characters import character_records
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.inbox import Inbox
from deskhand.store.tables import verifications
from tests.fakes.memory_crm import FakeCrm

JO = "C-900001"


@pytest.fixture
def crm() -> FakeCrm:
    return FakeCrm(character_records(datetime.now(UTC).date()))


async def ended(db: Database, customer_id: str) -> UUID:
    """A conversation with somebody who has shown who they are."""
    message = InboundMessage("webchat", str(uuid4()), str(uuid4()), "thanks, bye")
    [received] = await Inbox(db).take([message])
    conversation_id = received.conversation.id
    async with db.begin() as connection:
        await connection.execute(
            insert(verifications).values(
                conversation_id=str(conversation_id), customer_id=customer_id, matched_at=datetime.now(UTC)
            )
        )
    await Conversations(db).resolve(conversation_id, Outcome.RESOLVED_BY_ASSISTANT)
    return conversation_id


async def test_the_crm_learns_what_became_of_a_conversation_once(db, crm):
    conversation_id = await ended(db, JO)
    chores = Chores(db, crm, abandon_hours=24)
    await chores.do()
    await chores.do()
    [record] = await crm.conversation_records(JO)
    assert (record.conversation_id, record.outcome) == (str(conversation_id), "resolved_by_assistant")
    assert crm.calls.count("record_conversation") == 1


async def test_a_crm_that_is_away_is_told_later(db, crm):
    await ended(db, JO)
    chores = Chores(db, crm, abandon_hours=24)
    crm.down = True
    await chores.do()
    crm.down = False
    await chores.do()
    assert len(await crm.conversation_records(JO)) == 1


async def test_a_customer_whom_the_crm_has_forgotten_holds_up_nobody(db, crm):
    await ended(db, "C-000000")
    await ended(db, JO)
    await Chores(db, crm, abandon_hours=24).do()
    assert len(await crm.conversation_records(JO)) == 1
