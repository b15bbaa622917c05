"""The port to the business's own systems. Any adapter that passes `tests/crm/contract.py` will do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

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
from deskhand.errors import DeskhandError


class CrmError(DeskhandError):
    """Anything that a CRM refuses or fails to do."""


class CrmUnavailable(CrmError):
    """The CRM is down, or did not answer within its time limit. Trying again later may work."""


class RecordNotFound(CrmError):
    """No such record, or it is another customer's: the two are not told apart."""


class NotAllowed(CrmError):
    """The business's rules forbid it. `reason` is a stable word that a reply can be chosen by.

    Reasons: `already_dispatched`, `already_cancelled`, `not_delivered`, `return_window_closed`,
    `already_returned`, `slot_taken`, `in_the_past`, `not_active`, `not_paused`, `too_long`, `same_plan`,
    `already_subscribed`, `not_locked`, `too_many_links`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Crm(Protocol):
    """Every method raises `CrmUnavailable` when the system behind it fails. Those that take a `customer_id`
    raise `RecordNotFound` for a record of anyone else. Changes are atomic, and safe to call concurrently."""

    async def find_customer(
        self, email: str, *, postcode: str | None = None, order_number: str | None = None
    ) -> Customer | None:
        """The customer whom both facts belong to, else None. Case, spaces and dashes do not matter."""
        ...

    async def customer_by_email(self, email: str) -> Customer | None:
        """For sending a link or a code to the address on file. What it says must never reach a contact."""
        ...

    async def customer(self, customer_id: str) -> Customer: ...

    async def orders(self, customer_id: str) -> Sequence[Order]:
        """All of the customer's orders, newest first."""
        ...

    async def order(self, customer_id: str, number: str) -> Order: ...

    async def cancel_order(self, customer_id: str, number: str) -> Order:
        """Raises `NotAllowed`: `already_dispatched`, `already_cancelled`."""
        ...

    async def change_delivery_address(self, customer_id: str, number: str, address: Address) -> Order:
        """Raises `NotAllowed`: `already_dispatched`, `already_cancelled`."""
        ...

    async def start_return(
        self, customer_id: str, number: str, item_ids: Sequence[str], reason: str, resolution: Resolution
    ) -> Return:
        """Raises `NotAllowed`: `not_delivered`, `return_window_closed` (30 days from the delivery of the
        item's parcel), `already_returned`."""
        ...

    async def returns(self, customer_id: str) -> Sequence[Return]:
        """Newest first."""
        ...

    async def create_password_reset(self, customer_id: str) -> str:
        """A single-use link for setting a new password, valid for an hour. At most five per customer and hour.

        Raises `NotAllowed`: `too_many_links`."""
        ...

    async def verify_email(self, customer_id: str) -> Customer: ...

    async def unlock(self, customer_id: str) -> Customer:
        """Raises `NotAllowed`: `not_locked`."""
        ...

    async def services(self) -> Sequence[Service]: ...

    async def free_slots(self, service_id: str, after: datetime, before: datetime) -> Sequence[FreeSlot]:
        """In order of time; slots that are taken, past or outside opening hours are left out."""
        ...

    async def book_appointment(self, customer_id: str, service_id: str, starts_at: datetime) -> Appointment:
        """Raises `NotAllowed`: `slot_taken`, `in_the_past`."""
        ...

    async def appointments(self, customer_id: str) -> Sequence[Appointment]:
        """Those booked and still to come, soonest first."""
        ...

    async def move_appointment(self, customer_id: str, appointment_id: str, starts_at: datetime) -> Appointment:
        """Raises `NotAllowed`: `slot_taken`, `in_the_past`, `already_cancelled`."""
        ...

    async def cancel_appointment(self, customer_id: str, appointment_id: str) -> Appointment:
        """Raises `NotAllowed`: `already_cancelled`, `in_the_past`."""
        ...

    async def plans(self) -> Sequence[Plan]:
        """Cheapest first."""
        ...

    async def subscription(self, customer_id: str) -> Subscription | None:
        """The current one, or the last one; None if there never was one."""
        ...

    async def pause_subscription(self, customer_id: str, months: int) -> Subscription:
        """Raises `NotAllowed`: `not_active`, `too_long` (more than 3 months)."""
        ...

    async def resume_subscription(self, customer_id: str, on: date | None = None) -> Subscription:
        """Raises `NotAllowed`: `not_paused`."""
        ...

    async def change_plan(self, customer_id: str, plan_id: str) -> Subscription:
        """From the next charge on. Raises `NotAllowed`: `not_active`, `same_plan`."""
        ...

    async def cancel_subscription(self, customer_id: str) -> Subscription:
        """Ends on the last day that is paid for. Raises `NotAllowed`: `already_cancelled`, `not_active`."""
        ...

    async def record_conversation(self, record: ConversationRecord) -> None:
        """Keeps what became of a conversation. Told again of the same one, the later word counts.

        Raises `RecordNotFound` when there is no such customer."""
        ...

    async def conversation_records(self, customer_id: str) -> Sequence[ConversationRecord]:
        """Those kept of the customer, newest first."""
        ...
