"""A CRM's content as plain values: what demo data is made as, and what a fake CRM is filled with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from deskhand.crm.types import Appointment, Customer, Order, Plan, Return, Service, Subscription


@dataclass
class CrmRecords:
    customers: list[Customer] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    services: Sequence[Service] = ()
    plans: Sequence[Plan] = ()
    technicians: Sequence[str] = ()

    def add(self, other: CrmRecords) -> None:
        """Takes in the records of customers; services, plans and technicians stay."""
        self.customers += other.customers
        self.orders += other.orders
        self.returns += other.returns
        self.appointments += other.appointments
        self.subscriptions += other.subscriptions
