"""`SqlCrm`: each call is one transaction, with a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.crm import rules
from deskhand.crm.protocol import CrmUnavailable
from deskhand.crm.sql import appointments, conversation_records, customers, orders, returns, subscriptions
from deskhand.crm.types import (
    Address,
    Appointment,
    ConversationRecord,
    Customer,
    FreeSlot,
    Order,
    Plan,
    Resolution,
    Return,
    Service,
    Subscription,
)
from deskhand.settings import get_settings
from deskhand.store.database import Database
from deskhand.store.errors import DatabaseUnavailable


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SqlCrm:
    """Implements `deskhand.crm.protocol.Crm`. `link_base` is the shop's address, for links to labels and
    password pages."""

    def __init__(
        self,
        db: Database,
        *,
        now: Callable[[], datetime] = _utc_now,
        timezone: ZoneInfo | None = None,
        timeout_seconds: float | None = None,
        link_base: str = "https://fernway.example",
    ) -> None:
        self._db = db
        self._now = now
        self._given_timezone = timezone
        self._given_timeout_seconds = timeout_seconds
        self._link_base = link_base

    async def find_customer(
        self, email: str, *, postcode: str | None = None, order_number: str | None = None
    ) -> Customer | None:
        async with self._transaction() as connection:
            return await customers.find(connection, email, postcode, order_number)

    async def customer_by_email(self, email: str) -> Customer | None:
        async with self._transaction() as connection:
            return await customers.by_email(connection, email)

    async def customer(self, customer_id: str) -> Customer:
        async with self._transaction() as connection:
            return await customers.get(connection, customer_id)

    async def orders(self, customer_id: str) -> Sequence[Order]:
        async with self._transaction() as connection:
            return await orders.of_customer(connection, customer_id)

    async def order(self, customer_id: str, number: str) -> Order:
        async with self._transaction() as connection:
            return await orders.get(connection, customer_id, number)

    async def cancel_order(self, customer_id: str, number: str) -> Order:
        async with self._transaction() as connection:
            return await orders.cancel(connection, customer_id, number)

    async def change_delivery_address(self, customer_id: str, number: str, address: Address) -> Order:
        async with self._transaction() as connection:
            return await orders.send_elsewhere(connection, customer_id, number, address)

    async def start_return(
        self, customer_id: str, number: str, item_ids: Sequence[str], reason: str, resolution: Resolution
    ) -> Return:
        async with self._transaction() as connection:
            order = await orders.get(connection, customer_id, number, lock=True)
            rules.check_returnable(order, item_ids, self._now(), self._timezone)
            return await returns.start(connection, order, item_ids, reason, resolution, self._now(), self._link_base)

    async def returns(self, customer_id: str) -> Sequence[Return]:
        async with self._transaction() as connection:
            return await returns.of_customer(connection, customer_id)

    async def create_password_reset(self, customer_id: str) -> str:
        async with self._transaction() as connection:
            return await customers.create_password_reset(connection, customer_id, self._now(), self._link_base)

    async def verify_email(self, customer_id: str) -> Customer:
        async with self._transaction() as connection:
            return await customers.verify_email(connection, customer_id)

    async def unlock(self, customer_id: str) -> Customer:
        async with self._transaction() as connection:
            return await customers.unlock(connection, customer_id)

    async def services(self) -> Sequence[Service]:
        async with self._transaction() as connection:
            return await appointments.services(connection)

    async def free_slots(self, service_id: str, after: datetime, before: datetime) -> Sequence[FreeSlot]:
        times = list(rules.bookable_times(max(after, self._now()), before, self._timezone))
        async with self._transaction() as connection:
            return await appointments.free_slots(connection, service_id, times)

    async def book_appointment(self, customer_id: str, service_id: str, starts_at: datetime) -> Appointment:
        rules.check_time(starts_at, self._now(), self._timezone)
        async with self._transaction() as connection:
            return await appointments.book(connection, customer_id, service_id, starts_at)

    async def appointments(self, customer_id: str) -> Sequence[Appointment]:
        async with self._transaction() as connection:
            return await appointments.of_customer(connection, customer_id, self._now())

    async def move_appointment(self, customer_id: str, appointment_id: str, starts_at: datetime) -> Appointment:
        rules.check_time(starts_at, self._now(), self._timezone)
        async with self._transaction() as connection:
            return await appointments.move(connection, customer_id, appointment_id, starts_at, self._now())

    async def cancel_appointment(self, customer_id: str, appointment_id: str) -> Appointment:
        async with self._transaction() as connection:
            return await appointments.cancel(connection, customer_id, appointment_id, self._now())

    async def plans(self) -> Sequence[Plan]:
        async with self._transaction() as connection:
            return await subscriptions.plans(connection)

    async def subscription(self, customer_id: str) -> Subscription | None:
        async with self._transaction() as connection:
            return await subscriptions.get(connection, customer_id, self._today)

    async def pause_subscription(self, customer_id: str, months: int) -> Subscription:
        return await self._change_subscription(customer_id, lambda one: rules.paused(one, months))

    async def resume_subscription(self, customer_id: str, on: date | None = None) -> Subscription:
        return await self._change_subscription(customer_id, lambda one: rules.resumed(one, on, self._today))

    async def change_plan(self, customer_id: str, plan_id: str) -> Subscription:
        async with self._transaction() as connection:
            plan = await subscriptions.plan(connection, plan_id)
            return await subscriptions.change(
                connection, customer_id, self._today, lambda one: rules.with_plan(one, plan)
            )

    async def cancel_subscription(self, customer_id: str) -> Subscription:
        return await self._change_subscription(customer_id, lambda one: rules.cancelled(one, self._today))

    async def record_conversation(self, record: ConversationRecord) -> None:
        async with self._transaction() as connection:
            await conversation_records.keep(connection, record)

    async def conversation_records(self, customer_id: str) -> Sequence[ConversationRecord]:
        async with self._transaction() as connection:
            return await conversation_records.of_customer(connection, customer_id)

    async def _change_subscription(
        self, customer_id: str, change: Callable[[Subscription], Subscription]
    ) -> Subscription:
        async with self._transaction() as connection:
            return await subscriptions.change(connection, customer_id, self._today, change)

    @cached_property
    def _timezone(self) -> ZoneInfo:
        return self._given_timezone or ZoneInfo(get_settings().timezone)

    @cached_property
    def _timeout_seconds(self) -> float:
        return self._given_timeout_seconds or get_settings().crm_timeout_seconds

    @property
    def _today(self) -> date:
        return self._now().astimezone(self._timezone).date()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with asyncio.timeout(self._timeout_seconds), self._db.begin() as connection:
                yield connection
        except TimeoutError as exc:
            raise CrmUnavailable(f"The CRM did not answer within {self._timeout_seconds:g} seconds.") from exc
        except DatabaseUnavailable as exc:
            raise CrmUnavailable("The CRM cannot be reached.") from exc
