"""What a CRM knows, as frozen values. Times are aware UTC; money is in the shop's currency."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True)
class Address:
    line: str
    city: str
    postcode: str


@dataclass(frozen=True)
class Customer:
    id: str
    name: str
    email: str
    address: Address
    email_verified: bool
    locked: bool
    since: date


class OrderStatus(StrEnum):
    PLACED = "placed"
    PACKING = "packing"
    DISPATCHED = "dispatched"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class ParcelStatus(StrEnum):
    PREPARING = "preparing"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    DELAYED = "delayed"


@dataclass(frozen=True)
class OrderItem:
    id: str
    product: str
    colour: str | None
    quantity: int
    unit_price: Decimal
    returned: bool = False

    @property
    def label(self) -> str:
        """How the item is named to a customer: "Skylark tent (blue) × 2"."""
        name = f"{self.product} ({self.colour})" if self.colour else self.product
        return f"{name} × {self.quantity}" if self.quantity > 1 else name


@dataclass(frozen=True)
class Parcel:
    id: str
    carrier: str
    tracking_number: str
    tracking_url: str
    status: ParcelStatus
    item_ids: tuple[str, ...]
    expected_on: date | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True)
class Order:
    number: str
    """As printed on the invoice: "FW-204518"."""
    customer_id: str
    placed_at: datetime
    status: OrderStatus
    items: tuple[OrderItem, ...]
    address: Address
    parcels: tuple[Parcel, ...] = ()

    @property
    def total(self) -> Decimal:
        return sum((item.unit_price * item.quantity for item in self.items), Decimal(0))

    @property
    def changeable(self) -> bool:
        """Whether it can still be cancelled or sent elsewhere: nothing has been dispatched."""
        return self.status in {OrderStatus.PLACED, OrderStatus.PACKING}


class Resolution(StrEnum):
    REFUND = "refund"
    EXCHANGE = "exchange"


class ReturnStatus(StrEnum):
    AWAITING_PARCEL = "awaiting_parcel"
    RECEIVED = "received"
    COMPLETED = "completed"


@dataclass(frozen=True)
class Return:
    id: str
    order_number: str
    item_ids: tuple[str, ...]
    reason: str
    resolution: Resolution
    refund_amount: Decimal
    status: ReturnStatus
    created_at: datetime
    label_url: str


@dataclass(frozen=True)
class Service:
    """A workshop service that can be booked: "Tent repair", 60 minutes, from £35."""

    id: str
    name: str
    duration_minutes: int
    price_from: Decimal


@dataclass(frozen=True)
class FreeSlot:
    service_id: str
    starts_at: datetime
    technician: str


class AppointmentStatus(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    DONE = "done"


@dataclass(frozen=True)
class Appointment:
    id: str
    customer_id: str
    service: Service
    starts_at: datetime
    technician: str
    status: AppointmentStatus


@dataclass(frozen=True)
class Plan:
    id: str
    name: str
    monthly_price: Decimal
    summary: str


class SubscriptionStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Subscription:
    id: str
    customer_id: str
    plan: Plan
    status: SubscriptionStatus
    next_charge_on: date | None
    paid_until: date | None = None
    """While it is paused: the first day that is not paid for."""
    paused_until: date | None = None
    ends_on: date | None = None
    """The last day that is paid for, once cancelled."""
    next_plan: Plan | None = None
    """The plan from `next_charge_on` on, when a change is under way."""


@dataclass(frozen=True)
class ConversationRecord:
    """What became of a conversation with a customer, for the business's own system."""

    conversation_id: str
    customer_id: str
    ended_at: datetime
    channel: str
    outcome: str
    """`resolved_by_assistant`, `resolved_by_agent` or `abandoned`."""
    summary: str
    rating: int | None = None
    """1 to 5."""


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    bad_rows: tuple[BadRow, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class BadRow:
    source: str
    row: int
    field: str
    problem: str
    what_to_do: str = ""
