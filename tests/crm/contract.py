"""What every CRM adapter must do.

An adapter's test module does `from tests.crm.contract import *` and gives a fixture `crm`, filled with
`contract_records()` and telling the time by `NOW`. See docs/crm-adapters.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from deskhand.crm.demo_catalogue import PLANS, SERVICES
from deskhand.crm.demo_characters import character_records
from deskhand.crm.protocol import Crm, NotAllowed, RecordNotFound
from deskhand.crm.records import CrmRecords
from deskhand.crm.types import Address, ConversationRecord, OrderStatus, Resolution, ReturnStatus, SubscriptionStatus

NOW = datetime(2026, 3, 4, 11, 30, tzinfo=UTC)
"""A Wednesday in winter, when London's time is UTC."""
TODAY = NOW.date()

JO, SAM, PRIYA, TOM, AISHA, LEO, GRACE, MARTA, BEN, CHLOE, RAJ, EMMA, NIA, OLU, HARRIET, DEV, KATE = (
    f"C-9000{number:02d}" for number in range(1, 18)
)
ELSEWHERE = Address("1 New Street", "Leeds", "LS1 1AA")
THURSDAY_AT_NINE = datetime(2026, 3, 5, 9, tzinfo=UTC)
FRIDAY_AT_NINE = datetime(2026, 3, 6, 9, tzinfo=UTC)


def contract_records() -> CrmRecords:
    """The demo's characters as of `TODAY`, with two technicians."""
    records = character_records(TODAY)
    records.services, records.plans, records.technicians = SERVICES, PLANS, ("Alex", "Robin")
    return records


async def refused(reason: str, call: object) -> None:
    with pytest.raises(NotAllowed) as caught:
        await call  # type: ignore[misc]
    assert caught.value.reason == reason


def split(results: Sequence[object]) -> tuple[list[object], list[str]]:
    """What succeeded, and the reasons of what was refused. Other errors are raised."""
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, NotAllowed):
            raise result
    reasons = [result.reason for result in results if isinstance(result, NotAllowed)]
    return [result for result in results if not isinstance(result, BaseException)], reasons


# Customers


@pytest.mark.parametrize(
    ("email", "facts"),
    [
        ("jo.bright@example.com", {"postcode": "LS6 2AB"}),
        (" Jo.Bright@Example.COM ", {"postcode": "ls62ab"}),
        ("jo.bright@example.com", {"order_number": "FW-200101"}),
        ("jo.bright@example.com", {"order_number": "fw 200101"}),
        ("jo.bright@example.com", {"postcode": "LS6-2AB", "order_number": "FW200101"}),
    ],
)
async def test_two_facts_find_a_customer_however_they_are_written(crm: Crm, email: str, facts: dict[str, str]) -> None:
    found = await crm.find_customer(email, **facts)
    assert found is not None
    assert found.id == JO


@pytest.mark.parametrize(
    ("email", "facts"),
    [
        ("jo.bright@example.com", {}),
        ("jo.bright@example.com", {"postcode": ""}),
        ("jo.bright@example.com", {"postcode": "LS6 2AC"}),
        ("jo.bright@example.com", {"order_number": "FW-200102"}),  # somebody else's
        ("jo.bright@example.com", {"postcode": "LS6 2AB", "order_number": "FW-200102"}),
        ("nobody@example.com", {"postcode": "LS6 2AB"}),
        ("", {"postcode": "LS6 2AB"}),
        ("%", {"postcode": "%"}),
    ],
)
async def test_facts_that_do_not_belong_together_find_nobody(crm: Crm, email: str, facts: dict[str, str]) -> None:
    assert await crm.find_customer(email, **facts) is None


async def test_an_email_on_file_is_found(crm: Crm) -> None:
    found = await crm.customer_by_email("SAM.okafor@example.com")
    assert found is not None
    assert found == await crm.customer(SAM)
    assert await crm.customer_by_email("nobody@example.com") is None


async def test_an_unknown_customer_is_not_found(crm: Crm) -> None:
    with pytest.raises(RecordNotFound):
        await crm.customer("C-0")


async def test_verifying_an_email_lasts_and_can_be_repeated(crm: Crm) -> None:
    assert not (await crm.customer(LEO)).email_verified
    await crm.verify_email(LEO)
    assert (await crm.verify_email(LEO)).email_verified
    assert (await crm.customer(LEO)).email_verified


async def test_unlocking_is_for_locked_accounts(crm: Crm) -> None:
    assert not (await crm.unlock(AISHA)).locked
    await refused("not_locked", crm.unlock(AISHA))
    with pytest.raises(RecordNotFound):
        await crm.unlock("C-0")


async def test_each_password_link_is_another(crm: Crm) -> None:
    links = [await crm.create_password_reset(JO) for _ in range(3)]
    assert len(set(links)) == 3
    assert all(link.startswith("https://") for link in links)
    with pytest.raises(RecordNotFound):
        await crm.create_password_reset("C-0")


async def test_five_password_links_a_customer_and_hour(crm: Crm) -> None:
    made, reasons = split(
        await asyncio.gather(*(crm.create_password_reset(JO) for _ in range(8)), return_exceptions=True)
    )
    assert len(made) == 5
    assert reasons == ["too_many_links"] * 3
    await crm.create_password_reset(SAM)


# Orders


async def test_orders_come_newest_first_with_items_and_parcels(crm: Crm) -> None:
    assert [one.number for one in await crm.orders(GRACE)] == ["FW-200110", "FW-200109", "FW-200108"]
    [order] = await crm.orders(PRIYA)
    assert order == await crm.order(PRIYA, "fw200103")
    assert [item.label for item in order.items] == ["Tree hammock (blue)", "Zinc planter (grey)"]
    assert [parcel.item_ids for parcel in order.parcels] == [("1",), ("2",)]
    assert order.total == Decimal("97.00")
    assert await crm.orders(HARRIET) == []


async def test_another_customers_order_is_not_found(crm: Crm) -> None:
    for call in (
        crm.order(SAM, "FW-200101"),
        crm.cancel_order(JO, "FW-200102"),
        crm.change_delivery_address(JO, "FW-200102", ELSEWHERE),
        crm.start_return(SAM, "FW-200101", ["1"], "damaged", Resolution.REFUND),
    ):
        with pytest.raises(RecordNotFound):
            await call
    assert (await crm.order(SAM, "FW-200102")).status is OrderStatus.PACKING


async def test_an_order_can_be_cancelled_until_it_is_dispatched(crm: Crm) -> None:
    assert (await crm.cancel_order(SAM, "fw-200102")).status is OrderStatus.CANCELLED
    assert (await crm.order(SAM, "FW-200102")).status is OrderStatus.CANCELLED
    await refused("already_cancelled", crm.cancel_order(SAM, "FW-200102"))
    await refused("already_dispatched", crm.cancel_order(PRIYA, "FW-200103"))
    await refused("already_dispatched", crm.cancel_order(JO, "FW-200101"))


async def test_an_order_can_be_sent_elsewhere_until_it_is_dispatched(crm: Crm) -> None:
    changed = await crm.change_delivery_address(SAM, "FW-200102", ELSEWHERE)
    assert changed.address == ELSEWHERE
    assert (await crm.customer(SAM)).address != ELSEWHERE
    await refused("already_dispatched", crm.change_delivery_address(PRIYA, "FW-200103", ELSEWHERE))
    await refused("already_cancelled", crm.change_delivery_address(NIA, "FW-200113", ELSEWHERE))


async def test_concurrent_cancellations_of_an_order_succeed_once(crm: Crm) -> None:
    results = await asyncio.gather(*(crm.cancel_order(SAM, "FW-200102") for _ in range(20)), return_exceptions=True)
    done, reasons = split(results)
    assert len(done) == 1
    assert set(reasons) == {"already_cancelled"}


# Returns


async def test_a_return_of_an_item_names_its_refund_and_its_label(crm: Crm) -> None:
    made = await crm.start_return(OLU, "FW-200115", ["2", "2"], "damaged", Resolution.REFUND)
    assert made.item_ids == ("2",)
    assert made.refund_amount == Decimal("34.00")
    assert made.status is ReturnStatus.AWAITING_PARCEL
    assert made.created_at == NOW
    assert made.label_url.startswith("https://")
    order = await crm.order(OLU, "FW-200115")
    assert [item.returned for item in order.items] == [False, True, False]
    assert list(await crm.returns(OLU)) == [made]


async def test_an_exchange_refunds_nothing(crm: Crm) -> None:
    made = await crm.start_return(JO, "FW-200101", ["1", "2"], "wrong colour", Resolution.EXCHANGE)
    assert made.refund_amount == 0
    assert set(made.item_ids) == {"1", "2"}


async def test_what_cannot_go_back_is_refused(crm: Crm) -> None:
    async def returning(customer_id: str, number: str, *item_ids: str) -> None:
        await crm.start_return(customer_id, number, item_ids, "damaged", Resolution.REFUND)

    await refused("return_window_closed", returning(TOM, "FW-200104", "1"))
    await refused("already_returned", returning(TOM, "FW-200105", "1", "2"))
    await refused("not_delivered", returning(SAM, "FW-200102", "1"))
    await refused("not_delivered", returning(DEV, "FW-200116", "2"))
    await refused("not_delivered", returning(NIA, "FW-200113", "1"))
    with pytest.raises(RecordNotFound):
        await returning(JO, "FW-200101", "9")
    await returning(DEV, "FW-200116", "1")  # the parcel with this item has come


async def test_a_refused_return_leaves_nothing_behind(crm: Crm) -> None:
    await refused(
        "already_returned",
        crm.start_return(TOM, "FW-200105", ["2", "1"], "damaged", Resolution.REFUND),
    )
    order = await crm.order(TOM, "FW-200105")
    assert [item.returned for item in order.items] == [True, False]
    assert len(await crm.returns(TOM)) == 1


async def test_concurrent_returns_of_an_item_succeed_once(crm: Crm) -> None:
    results = await asyncio.gather(
        *(
            crm.start_return(JO, "FW-200101", ["1"] if number % 2 else ["2", "1"], "damaged", Resolution.REFUND)
            for number in range(20)
        ),
        return_exceptions=True,
    )
    done, reasons = split(results)
    assert len(done) == 1
    assert set(reasons) == {"already_returned"}


# Appointments


async def test_services_have_names_and_prices(crm: Crm) -> None:
    services = {one.id: one for one in await crm.services()}
    assert services["tent-repair"].name == "Tent repair"
    assert services["tent-repair"].price_from == Decimal("35.00")


async def test_free_slots_are_those_of_opening_hours_still_to_come(crm: Crm) -> None:
    slots = await crm.free_slots("tent-repair", NOW - timedelta(days=3), NOW + timedelta(days=7))
    times = [slot.starts_at for slot in slots]
    assert times == sorted(set(times))
    assert times[0] == datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert {time.weekday() for time in times} == {0, 1, 2, 3, 4, 5}
    assert {time.hour for time in times} == set(range(9, 17))
    with pytest.raises(RecordNotFound):
        await crm.free_slots("haircut", NOW, NOW + timedelta(days=1))


async def test_opening_hours_are_local_in_summer_too(crm: Crm) -> None:
    monday = datetime(2026, 4, 6, tzinfo=UTC)
    slots = await crm.free_slots("tent-repair", monday, monday + timedelta(days=1))
    assert [slot.starts_at.hour for slot in slots] == list(range(8, 16))


async def test_a_booking_takes_its_slot(crm: Crm) -> None:
    made = await crm.book_appointment(JO, "tent-repair", THURSDAY_AT_NINE)
    assert made.service.name == "Tent repair"
    assert made.starts_at == THURSDAY_AT_NINE
    assert list(await crm.appointments(JO)) == [made]
    [slot] = await crm.free_slots("tent-repair", THURSDAY_AT_NINE, THURSDAY_AT_NINE + timedelta(minutes=1))
    assert slot.technician != made.technician


@pytest.mark.parametrize(
    ("starts_at", "reason"),
    [
        (NOW - timedelta(days=1, minutes=30), "in_the_past"),
        (NOW, "in_the_past"),
        (datetime(2026, 3, 8, 10, tzinfo=UTC), "slot_taken"),  # a Sunday
        (datetime(2026, 3, 5, 8, tzinfo=UTC), "slot_taken"),
        (datetime(2026, 3, 5, 17, tzinfo=UTC), "slot_taken"),
        (datetime(2026, 3, 5, 10, 30, tzinfo=UTC), "slot_taken"),
    ],
)
async def test_times_that_are_not_offered_are_refused(crm: Crm, starts_at: datetime, reason: str) -> None:
    await refused(reason, crm.book_appointment(JO, "tent-repair", starts_at))
    await refused(reason, crm.move_appointment(RAJ, "AP-90000001", starts_at))
    with pytest.raises(RecordNotFound):
        await crm.book_appointment(JO, "haircut", THURSDAY_AT_NINE)


async def test_nobody_comes_twice_at_one_time(crm: Crm) -> None:
    await crm.book_appointment(JO, "tent-repair", THURSDAY_AT_NINE)
    await refused("slot_taken", crm.book_appointment(JO, "stove-service", THURSDAY_AT_NINE))


async def test_fifty_concurrent_bookings_of_the_last_free_slot_succeed_once(crm: Crm) -> None:
    await crm.book_appointment(JO, "tent-repair", THURSDAY_AT_NINE)  # the other technician is busy
    others = [f"C-9000{number:02d}" for number in range(2, 18)]
    results = await asyncio.gather(
        *(
            crm.book_appointment(others[number % len(others)], "knife-sharpening", THURSDAY_AT_NINE)
            for number in range(50)
        ),
        return_exceptions=True,
    )
    done, reasons = split(results)
    assert len(done) == 1
    assert reasons == ["slot_taken"] * 49
    assert await crm.free_slots("tent-repair", THURSDAY_AT_NINE, THURSDAY_AT_NINE + timedelta(minutes=1)) == []


async def test_an_appointment_moves_and_frees_its_old_time(crm: Crm) -> None:
    [before] = await crm.appointments(RAJ)
    moved = await crm.move_appointment(RAJ, before.id, FRIDAY_AT_NINE)
    assert moved.id == before.id
    assert list(await crm.appointments(RAJ)) == [moved]
    assert moved == await crm.move_appointment(RAJ, before.id, FRIDAY_AT_NINE)
    again = await crm.book_appointment(JO, "tent-repair", before.starts_at)
    assert again.starts_at == before.starts_at


async def test_appointments_that_trade_places_do_not_block_each_other(crm: Crm) -> None:
    for customer_id in (JO, SAM):
        await crm.book_appointment(customer_id, "tent-repair", THURSDAY_AT_NINE)
    for customer_id in (PRIYA, TOM):
        await crm.book_appointment(customer_id, "tent-repair", FRIDAY_AT_NINE)

    async def move(customer_id: str, to: datetime) -> object:
        [appointment] = await crm.appointments(customer_id)
        return await crm.move_appointment(customer_id, appointment.id, to)

    results = await asyncio.gather(
        move(JO, FRIDAY_AT_NINE),
        move(PRIYA, THURSDAY_AT_NINE),
        move(SAM, FRIDAY_AT_NINE),
        move(TOM, THURSDAY_AT_NINE),
        return_exceptions=True,
    )
    _, reasons = split(results)
    assert set(reasons) <= {"slot_taken"}
    booked = [one.starts_at for who in (JO, SAM, PRIYA, TOM) for one in await crm.appointments(who)]
    assert len(booked) == 4
    assert booked.count(THURSDAY_AT_NINE) <= 2
    assert booked.count(FRIDAY_AT_NINE) <= 2


async def test_an_appointment_is_cancelled_once(crm: Crm) -> None:
    results = await asyncio.gather(
        *(crm.cancel_appointment(RAJ, "AP-90000001") for _ in range(10)), return_exceptions=True
    )
    done, reasons = split(results)
    assert len(done) == 1
    assert set(reasons) == {"already_cancelled"}
    assert await crm.appointments(RAJ) == []
    await refused("already_cancelled", crm.move_appointment(RAJ, "AP-90000001", FRIDAY_AT_NINE))


async def test_another_customers_appointment_is_not_found(crm: Crm) -> None:
    with pytest.raises(RecordNotFound):
        await crm.cancel_appointment(JO, "AP-90000001")
    with pytest.raises(RecordNotFound):
        await crm.move_appointment(JO, "AP-90000001", FRIDAY_AT_NINE)
    assert len(await crm.appointments(RAJ)) == 1


# Subscriptions


async def test_plans_come_cheapest_first(crm: Crm) -> None:
    assert [plan.id for plan in await crm.plans()] == ["light", "standard", "family"]


async def test_whoever_never_subscribed_has_no_subscription(crm: Crm) -> None:
    assert await crm.subscription(HARRIET) is None
    for call in (
        crm.pause_subscription(HARRIET, 1),
        crm.change_plan(HARRIET, "light"),
        crm.cancel_subscription(HARRIET),
    ):
        await refused("not_active", call)
    with pytest.raises(RecordNotFound):
        await crm.subscription("C-0")


async def test_a_pause_moves_the_next_charge_and_going_on_takes_it_back(crm: Crm) -> None:
    before = await crm.subscription(MARTA)
    assert before is not None
    assert before.next_charge_on == date(2026, 3, 13)
    paused = await crm.pause_subscription(MARTA, 2)
    assert paused.status is SubscriptionStatus.PAUSED
    assert paused.paused_until == paused.next_charge_on == date(2026, 5, 13)
    await refused("not_active", crm.pause_subscription(MARTA, 1))
    await refused("not_active", crm.change_plan(MARTA, "family"))
    assert await crm.resume_subscription(MARTA) == before
    await refused("not_paused", crm.resume_subscription(MARTA))


async def test_going_on_after_the_paid_time_charges_at_once(crm: Crm) -> None:
    resumed = await crm.resume_subscription(BEN)
    assert resumed.status is SubscriptionStatus.ACTIVE
    assert resumed.next_charge_on == TODAY


async def test_going_on_can_be_put_off_to_a_day(crm: Crm) -> None:
    later = await crm.resume_subscription(BEN, TODAY + timedelta(days=10))
    assert later.status is SubscriptionStatus.PAUSED
    assert later.paused_until == later.next_charge_on == TODAY + timedelta(days=10)


async def test_a_pause_is_three_months_at_most(crm: Crm) -> None:
    await refused("too_long", crm.pause_subscription(MARTA, 4))
    await crm.pause_subscription(MARTA, 3)


async def test_another_plan_counts_from_the_next_charge_and_can_be_taken_back(crm: Crm) -> None:
    await refused("same_plan", crm.change_plan(MARTA, "standard"))
    changed = await crm.change_plan(MARTA, "light")
    assert changed.plan.id == "standard"
    assert changed.next_plan is not None
    assert changed.next_plan.id == "light"
    await refused("same_plan", crm.change_plan(MARTA, "light"))
    assert (await crm.change_plan(MARTA, "standard")).next_plan is None
    with pytest.raises(RecordNotFound):
        await crm.change_plan(MARTA, "gold")


async def test_cancelling_keeps_what_is_paid_for(crm: Crm) -> None:
    cancelled = await crm.cancel_subscription(MARTA)
    assert cancelled.status is SubscriptionStatus.CANCELLED
    assert cancelled.ends_on == date(2026, 3, 12)
    assert cancelled.next_charge_on is None
    assert await crm.subscription(MARTA) == cancelled
    await refused("already_cancelled", crm.cancel_subscription(MARTA))
    await refused("already_cancelled", crm.cancel_subscription(CHLOE))


async def test_a_paused_subscription_can_be_cancelled(crm: Crm) -> None:
    assert (await crm.cancel_subscription(BEN)).ends_on == TODAY


async def test_concurrent_pauses_pause_once(crm: Crm) -> None:
    results = await asyncio.gather(*(crm.pause_subscription(MARTA, 1) for _ in range(10)), return_exceptions=True)
    done, reasons = split(results)
    assert len(done) == 1
    assert set(reasons) == {"not_active"}


# Conversations


def _record(conversation_id: str, **values: object) -> ConversationRecord:
    usual = {"customer_id": JO, "ended_at": NOW, "channel": "webchat", "outcome": "resolved_by_agent", "summary": "?"}
    return ConversationRecord(conversation_id, **{**usual, **values})  # type: ignore[arg-type]


async def test_what_became_of_a_conversation_is_kept(crm: Crm) -> None:
    record = _record("k1", summary="The zip was replaced.", rating=5)
    await crm.record_conversation(record)
    assert list(await crm.conversation_records(JO)) == [record]
    assert list(await crm.conversation_records(SAM)) == []


async def test_the_last_word_on_a_conversation_counts(crm: Crm) -> None:
    await crm.record_conversation(_record("k1", outcome="abandoned"))
    again = _record("k1", ended_at=NOW + timedelta(hours=1))
    await crm.record_conversation(again)
    older = _record("k0", ended_at=NOW - timedelta(days=1))
    await crm.record_conversation(older)
    assert list(await crm.conversation_records(JO)) == [again, older]


async def test_nothing_is_kept_of_customers_that_there_are_not(crm: Crm) -> None:
    with pytest.raises(RecordNotFound):
        await crm.record_conversation(_record("k1", customer_id="C-000000"))
    with pytest.raises(RecordNotFound):
        await crm.conversation_records("C-000000")
