"""A CRM in memory, by the same rules as the real one. For tests of actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from deskhand.crm import rules
from deskhand.crm.keys import email_key, order_number_key, postcode_key
from deskhand.crm.protocol import CrmUnavailable, NotAllowed, RecordNotFound
from deskhand.crm.records import CrmRecords
from deskhand.crm.types import (
    Address,
    Appointment,
    AppointmentStatus,
    ConversationRecord,
    Customer,
    FreeSlot,
    Order,
    OrderStatus,
    Plan,
    Resolution,
    Return,
    ReturnStatus,
    Service,
    Subscription,
)


class FakeCrm:
    """Set `down` to have every call raise `CrmUnavailable`; `calls` lists the methods that were called."""

    def __init__(self, records: CrmRecords, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.down = False
        self.calls: list[str] = []
        self._now = now
        self._timezone = ZoneInfo("Europe/London")
        self._customers = {one.id: one for one in records.customers}
        returned = {(one.order_number, item_id) for one in records.returns for item_id in one.item_ids}
        self._orders = {one.number: _with_returned(one, returned) for one in records.orders}
        self._returns = list(records.returns)
        self._appointments = {one.id: one for one in records.appointments}
        self._subscriptions = {one.customer_id: one for one in records.subscriptions}
        self._services = {one.id: one for one in records.services}
        self._plans = list(records.plans)
        self._technicians = list(records.technicians)
        self._records_of_conversations: dict[str, ConversationRecord] = {}
        self._password_resets: list[tuple[str, datetime]] = []

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.down:
            raise CrmUnavailable("The CRM cannot be reached.")

    @property
    def _today(self) -> date:
        return self._now().astimezone(self._timezone).date()

    async def find_customer(
        self, email: str, *, postcode: str | None = None, order_number: str | None = None
    ) -> Customer | None:
        self._called("find_customer")
        customer = self._by_email(email)
        if customer is None or not (postcode or order_number):
            return None
        if postcode and postcode_key(postcode) != postcode_key(customer.address.postcode):
            return None
        if order_number and not any(
            order_number_key(one.number) == order_number_key(order_number)
            for one in self._orders.values()
            if one.customer_id == customer.id
        ):
            return None
        return customer

    async def customer_by_email(self, email: str) -> Customer | None:
        self._called("customer_by_email")
        return self._by_email(email)

    def _by_email(self, email: str) -> Customer | None:
        keys = {email_key(one.email): one for one in self._customers.values()}
        return keys.get(email_key(email))

    async def customer(self, customer_id: str) -> Customer:
        self._called("customer")
        return self._customer(customer_id)

    def _customer(self, customer_id: str) -> Customer:
        if customer_id not in self._customers:
            raise RecordNotFound("There is no such customer.")
        return self._customers[customer_id]

    async def orders(self, customer_id: str) -> Sequence[Order]:
        self._called("orders")
        mine = [one for one in self._orders.values() if one.customer_id == customer_id]
        return sorted(mine, key=lambda one: (one.placed_at, one.number), reverse=True)

    async def order(self, customer_id: str, number: str) -> Order:
        self._called("order")
        return self._order(customer_id, number)

    def _order(self, customer_id: str, number: str) -> Order:
        for one in self._orders.values():
            if order_number_key(one.number) == order_number_key(number) and one.customer_id == customer_id:
                return one
        raise RecordNotFound("There is no such order.")

    async def cancel_order(self, customer_id: str, number: str) -> Order:
        self._called("cancel_order")
        order = self._order(customer_id, number)
        rules.check_changeable(order)
        return self._keep(replace(order, status=OrderStatus.CANCELLED))

    async def change_delivery_address(self, customer_id: str, number: str, address: Address) -> Order:
        self._called("change_delivery_address")
        order = self._order(customer_id, number)
        rules.check_changeable(order)
        return self._keep(replace(order, address=address))

    def _keep(self, order: Order) -> Order:
        self._orders[order.number] = order
        return order

    async def start_return(
        self, customer_id: str, number: str, item_ids: Sequence[str], reason: str, resolution: Resolution
    ) -> Return:
        self._called("start_return")
        order = self._order(customer_id, number)
        rules.check_returnable(order, item_ids, self._now(), self._timezone)
        wanted = tuple(dict.fromkeys(item_ids))
        self._keep(_with_returned(order, {(order.number, item_id) for item_id in wanted}))
        return_id = f"RT-{len(self._returns) + 1:08d}"
        made = Return(
            id=return_id,
            order_number=order.number,
            item_ids=wanted,
            reason=reason,
            resolution=resolution,
            refund_amount=rules.refund_amount(order, wanted, resolution),
            status=ReturnStatus.AWAITING_PARCEL,
            created_at=self._now(),
            label_url=f"https://fernway.example/returns/{return_id}/label.pdf",
        )
        self._returns.append(made)
        return made

    async def returns(self, customer_id: str) -> Sequence[Return]:
        self._called("returns")
        mine = [one for one in self._returns if self._orders[one.order_number].customer_id == customer_id]
        return sorted(mine, key=lambda one: one.created_at, reverse=True)

    async def create_password_reset(self, customer_id: str) -> str:
        self._called("create_password_reset")
        self._customer(customer_id)
        an_hour_ago = self._now() - timedelta(hours=1)
        recent = sum(of == customer_id and at > an_hour_ago for of, at in self._password_resets)
        if recent >= rules.PASSWORD_RESETS_PER_HOUR:
            raise NotAllowed("too_many_links")
        self._password_resets.append((customer_id, self._now()))
        return f"https://fernway.example/account/new-password?token=fake{len(self.calls)}"

    async def verify_email(self, customer_id: str) -> Customer:
        self._called("verify_email")
        return self._change(customer_id, email_verified=True)

    async def unlock(self, customer_id: str) -> Customer:
        self._called("unlock")
        if not self._customer(customer_id).locked:
            raise NotAllowed("not_locked")
        return self._change(customer_id, locked=False)

    def _change(self, customer_id: str, **changes: bool) -> Customer:
        self._customers[customer_id] = replace(self._customer(customer_id), **changes)  # type: ignore[arg-type]
        return self._customers[customer_id]

    async def services(self) -> Sequence[Service]:
        self._called("services")
        return sorted(self._services.values(), key=lambda one: one.name)

    async def free_slots(self, service_id: str, after: datetime, before: datetime) -> Sequence[FreeSlot]:
        self._called("free_slots")
        self._service(service_id)
        times = rules.bookable_times(max(after, self._now()), before, self._timezone)
        free = ((starts_at, self._free_technicians(starts_at)) for starts_at in times)
        return [FreeSlot(service_id, starts_at, names[0]) for starts_at, names in free if names]

    async def book_appointment(self, customer_id: str, service_id: str, starts_at: datetime) -> Appointment:
        self._called("book_appointment")
        rules.check_time(starts_at, self._now(), self._timezone)
        self._customer(customer_id)
        made = Appointment(
            id=f"AP-{len(self._appointments) + 1:08d}",
            customer_id=customer_id,
            service=self._service(service_id),
            starts_at=starts_at,
            technician=self._technician_for(customer_id, starts_at),
            status=AppointmentStatus.BOOKED,
        )
        self._appointments[made.id] = made
        return made

    async def appointments(self, customer_id: str) -> Sequence[Appointment]:
        self._called("appointments")
        mine = [one for one in self._booked() if one.customer_id == customer_id and one.starts_at > self._now()]
        return sorted(mine, key=lambda one: one.starts_at)

    async def move_appointment(self, customer_id: str, appointment_id: str, starts_at: datetime) -> Appointment:
        self._called("move_appointment")
        rules.check_time(starts_at, self._now(), self._timezone)
        appointment = self._changeable(customer_id, appointment_id)
        if appointment.starts_at != starts_at:
            technician = self._technician_for(customer_id, starts_at)
            appointment = replace(appointment, starts_at=starts_at, technician=technician)
            self._appointments[appointment_id] = appointment
        return appointment

    async def cancel_appointment(self, customer_id: str, appointment_id: str) -> Appointment:
        self._called("cancel_appointment")
        appointment = self._changeable(customer_id, appointment_id)
        self._appointments[appointment_id] = replace(appointment, status=AppointmentStatus.CANCELLED)
        return self._appointments[appointment_id]

    def _booked(self) -> list[Appointment]:
        return [one for one in self._appointments.values() if one.status is AppointmentStatus.BOOKED]

    def _free_technicians(self, starts_at: datetime) -> list[str]:
        busy = {one.technician for one in self._booked() if one.starts_at == starts_at}
        return [name for name in sorted(self._technicians) if name not in busy]

    def _technician_for(self, customer_id: str, starts_at: datetime) -> str:
        free = self._free_technicians(starts_at)
        there = any(one.customer_id == customer_id and one.starts_at == starts_at for one in self._booked())
        if not free or there:
            raise NotAllowed("slot_taken")
        return free[0]

    def _changeable(self, customer_id: str, appointment_id: str) -> Appointment:
        appointment = self._appointments.get(appointment_id)
        if appointment is None or appointment.customer_id != customer_id:
            raise RecordNotFound("There is no such appointment.")
        if appointment.status is AppointmentStatus.CANCELLED:
            raise NotAllowed("already_cancelled")
        if appointment.starts_at <= self._now():
            raise NotAllowed("in_the_past")
        return appointment

    def _service(self, service_id: str) -> Service:
        if service_id not in self._services:
            raise RecordNotFound("There is no such service.")
        return self._services[service_id]

    async def plans(self) -> Sequence[Plan]:
        self._called("plans")
        return sorted(self._plans, key=lambda one: one.monthly_price)

    async def subscription(self, customer_id: str) -> Subscription | None:
        self._called("subscription")
        self._customer(customer_id)
        known = self._subscriptions.get(customer_id)
        return rules.settled(known, self._today) if known else None

    async def pause_subscription(self, customer_id: str, months: int) -> Subscription:
        self._called("pause_subscription")
        return self._subscribe(rules.paused(self._subscription(customer_id), months))

    async def resume_subscription(self, customer_id: str, on: date | None = None) -> Subscription:
        self._called("resume_subscription")
        return self._subscribe(rules.resumed(self._subscription(customer_id), on, self._today))

    async def change_plan(self, customer_id: str, plan_id: str) -> Subscription:
        self._called("change_plan")
        wanted = [plan for plan in self._plans if plan.id == plan_id]
        if not wanted:
            raise RecordNotFound("There is no such plan.")
        return self._subscribe(rules.with_plan(self._subscription(customer_id), wanted[0]))

    async def cancel_subscription(self, customer_id: str) -> Subscription:
        self._called("cancel_subscription")
        return self._subscribe(rules.cancelled(self._subscription(customer_id), self._today))

    async def record_conversation(self, record: ConversationRecord) -> None:
        self._called("record_conversation")
        self._customer(record.customer_id)
        self._records_of_conversations[record.conversation_id] = record

    async def conversation_records(self, customer_id: str) -> Sequence[ConversationRecord]:
        self._called("conversation_records")
        self._customer(customer_id)
        theirs = (one for one in self._records_of_conversations.values() if one.customer_id == customer_id)
        return sorted(theirs, key=lambda one: one.ended_at, reverse=True)

    def _subscription(self, customer_id: str) -> Subscription:
        self._customer(customer_id)
        if customer_id not in self._subscriptions:
            raise NotAllowed("not_active")
        return rules.settled(self._subscriptions[customer_id], self._today)

    def _subscribe(self, subscription: Subscription) -> Subscription:
        self._subscriptions[subscription.customer_id] = subscription
        return subscription


def _with_returned(order: Order, returned: set[tuple[str, str]]) -> Order:
    items = tuple(replace(item, returned=item.returned or (order.number, item.id) in returned) for item in order.items)
    return replace(order, items=items)
