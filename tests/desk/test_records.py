"""The customer's records beside a conversation, and what an agent may do there."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID, uuid4

import pytest

from deskhand.crm.demo import seed
from deskhand.crm.sql import SqlCrm
from deskhand.crm.types import OrderStatus
from deskhand.mail import DevelopmentMailbox
from deskhand.store.database import Database
from deskhand.store.desk.audit import AuditLog
from deskhand.store.verifications import Verifications
from tests.desk.site import Client, Site
from tests.desk.talks import Talks

SURE = {"identified": "yes"}
JO, SAM, AISHA = "C-900001", "C-900002", "C-900005"


@pytest.fixture
async def crm(db: Database) -> SqlCrm:
    await seed(db, date.today())  # noqa: DTZ011 - as the demo's own day
    return SqlCrm(db)


async def talk_with(db: Database, talks: Talks, customer_id: str | None) -> UUID:
    talk = await talks.waiting()
    if customer_id:
        await Verifications(db).record_match(talk, customer_id)
    return talk


async def taken(site: Site, talk: UUID) -> Client:
    ann = await site.signed_in("Ann Arbor")
    await ann.form(f"/conversations/{talk}/takeover")
    return ann


async def actions(db: Database, talk: UUID) -> list[str]:
    return [entry.action for entry in await AuditLog(db).page(conversation_id=talk, kind="customer")]


async def test_the_records_of_who_was_recognised_are_there(site, talks, db, crm):
    talk = await talk_with(db, talks, JO)
    ann = await site.signed_in("Ann Arbor")
    part = (await ann.get(f"/conversations/{talk}/crm")).text
    for words in ("Jo Bright", "jo.bright@example.com", "FW-200101", "Skylark tent", "Two facts matched"):
        assert words in part


async def test_nobody_is_shown_when_nobody_was_recognised(site, talks, db, crm):
    talk = await talk_with(db, talks, None)
    ann = await site.signed_in("Ann Arbor")
    assert "has not recognised a customer" in (await ann.get(f"/conversations/{talk}/crm")).text


async def test_who_is_looked_up_is_not_taken_for_who_writes(site, talks, db, crm):
    talk = await talk_with(db, talks, None)
    ann = await taken(site, talk)
    found = (await ann.form(f"/conversations/{talk}/crm/find", email="SAM.okafor@example.com")).text
    assert "Sam Okafor" in found
    assert "It is not proven that this is who writes" in found
    assert "crm/cancel-order" not in found
    assert "No customer has" in (await ann.form(f"/conversations/{talk}/crm/find", email="no@example.com")).text
    assert await actions(db, talk) == ["customer.looked_up", "customer.looked_up"]
    refused = await ann.form(f"/conversations/{talk}/crm/cancel-order", **SURE, order="FW-200102")
    assert refused.status_code == 409


async def test_a_refund_says_what_it_comes_to_before_it_is_made(site, talks, db, crm):
    talk = await talk_with(db, talks, JO)
    ann = await taken(site, talk)
    order = await crm.order(JO, "FW-200101")
    item = order.items[1].id
    wanted = {"order": "FW-200101", "item": item, "reason": "does not light up", "resolution": "refund", **SURE}
    asked = (await ann.form(f"/conversations/{talk}/crm/return", **wanted)).text
    assert await crm.returns(JO) == []
    assert "£34.00 is refunded" in asked
    sure = re.search(r'name="sure" value="([^"]+)"', asked)[1]
    assert "is set up" in (await ann.form(f"/conversations/{talk}/crm/return", **wanted, sure=sure)).text
    (made,) = await crm.returns(JO)
    assert (made.item_ids, str(made.refund_amount)) == ((item,), "34.00")
    assert await actions(db, talk) == ["customer.return_started"]
    again = (await ann.form(f"/conversations/{talk}/crm/return", **wanted, sure=sure)).text
    assert "returned already" in again
    assert len(await crm.returns(JO)) == 1


async def test_an_amount_that_was_not_shown_is_not_refunded(site, talks, db, crm):
    talk = await talk_with(db, talks, JO)
    ann = await taken(site, talk)
    order = await crm.order(JO, "FW-200101")
    both = {
        "order": "FW-200101",
        "item": [one.id for one in order.items],
        "reason": "x",
        "resolution": "refund",
        **SURE,
    }
    asked = (await ann.form(f"/conversations/{talk}/crm/return", **both, sure="34.00")).text
    assert "£283.00 is refunded" in asked
    assert await crm.returns(JO) == []


async def test_the_rules_hold_for_agents_too(site, talks, db, crm):
    talk = await talk_with(db, talks, JO)
    ann = await taken(site, talk)
    assert "Too late" in (await ann.form(f"/conversations/{talk}/crm/cancel-order", **SURE, order="FW-200101")).text
    assert "not locked" in (await ann.form(f"/conversations/{talk}/crm/unlock", **SURE)).text
    others = await ann.form(f"/conversations/{talk}/crm/cancel-order", **SURE, order="FW-200102")
    assert others.status_code == 409
    assert (await crm.order(SAM, "FW-200102")).status is OrderStatus.PACKING
    assert await actions(db, talk) == []


async def test_without_a_code_the_agent_must_say_to_have_identified_the_customer(site, talks, db, crm):
    talk = await talk_with(db, talks, SAM)
    ann = await taken(site, talk)
    refused = await ann.form(f"/conversations/{talk}/crm/cancel-order", order="FW-200102")
    assert refused.status_code == 409
    assert "Send the customer a code first" in refused.text
    code = await Verifications(db).issue_code(talk, SAM)
    assert await Verifications(db).check_code(talk, code)
    await ann.form(f"/conversations/{talk}/crm/cancel-order", order="FW-200102")
    assert (await crm.order(SAM, "FW-200102")).status is OrderStatus.CANCELLED
    (entry,) = await AuditLog(db).page(conversation_id=talk, kind="customer")
    assert entry.details == {"order": "FW-200102"}


async def test_an_order_is_cancelled_and_an_account_unlocked(site, talks, db, crm):
    talk = await talk_with(db, talks, SAM)
    ann = await taken(site, talk)
    await ann.form(f"/conversations/{talk}/crm/cancel-order", **SURE, order="FW-200102")
    assert (await crm.order(SAM, "FW-200102")).status is OrderStatus.CANCELLED
    other, _ = await talks.write("I cannot sign in", contact="aisha")
    await Verifications(db).record_match(other, AISHA)
    await ann.form(f"/conversations/{other}/takeover")
    await ann.form(f"/conversations/{other}/crm/unlock", **SURE)
    assert not (await crm.customer(AISHA)).locked
    assert await actions(db, other) == ["customer.account_unlocked"]


async def test_a_code_goes_to_the_address_on_file_and_three_times_only(site, talks, db, crm):
    talk = await talk_with(db, talks, JO)
    ann = await taken(site, talk)
    for _ in range(3):
        assert "on its way" in (await ann.form(f"/conversations/{talk}/crm/code")).text
    assert "No more codes" in (await ann.form(f"/conversations/{talk}/crm/code")).text
    mails = await DevelopmentMailbox(db).latest()
    assert [mail.to for mail in mails] == ["jo.bright@example.com"] * 3
    page = (await ann.get(f"/conversations/{talk}/crm")).text
    assert not any(mail.subject[:6] in page for mail in mails)


async def test_only_who_has_the_conversation_changes_records(site, talks, db, crm):
    talk = await talk_with(db, talks, SAM)
    ann = await site.signed_in("Ann Arbor")
    for act in ("code", "unlock", "cancel-order", "return"):
        refused = await ann.form(f"/conversations/{talk}/crm/{act}", order="FW-200102", item="x", reason="x")
        assert refused.status_code == 409, act
        assert "Take the conversation over first" in refused.text
    assert (await crm.order(SAM, "FW-200102")).status is OrderStatus.PACKING
    assert (await ann.form(f"/conversations/{uuid4()}/crm/code")).status_code == 404
