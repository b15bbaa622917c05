"""The workshop's diary. Each function works within the caller's transaction.

Whoever books or moves first locks the technicians' rows, always all and in the same order: bookings come one
by one and never wait for each other in a circle. Unique indexes stand behind that, so that no mistake here can
book anybody twice.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.crm.protocol import NotAllowed, RecordNotFound
from deskhand.crm.sql import customers
from deskhand.crm.types import Appointment, AppointmentStatus, FreeSlot, Service
from deskhand.store.crm_tables import appointments, technicians
from deskhand.store.crm_tables import services as services_table
from deskhand.store.rows import AnyRow

BOOKED = appointments.c.status == AppointmentStatus.BOOKED


async def services(connection: AsyncConnection) -> list[Service]:
    found = await connection.execute(select(services_table).order_by(services_table.c.name))
    return [_service(row) for row in found]


async def free_slots(connection: AsyncConnection, service_id: str, times: Sequence[datetime]) -> list[FreeSlot]:
    """One slot for each time at which somebody is free."""
    await _check_service(connection, service_id)
    if not times:
        return []
    names = await _technicians(connection, lock=False)
    found = await connection.execute(
        select(appointments.c.starts_at, appointments.c.technician).where(
            BOOKED, appointments.c.starts_at >= times[0], appointments.c.starts_at <= times[-1]
        )
    )
    busy: dict[datetime, set[str]] = defaultdict(set)
    for starts_at, technician in found:
        busy[starts_at].add(technician)
    free = ((starts_at, [name for name in names if name not in busy[starts_at]]) for starts_at in times)
    return [FreeSlot(service_id, starts_at, available[0]) for starts_at, available in free if available]


async def book(connection: AsyncConnection, customer_id: str, service_id: str, starts_at: datetime) -> Appointment:
    names = await _technicians(connection, lock=True)
    await customers.get(connection, customer_id)
    await _check_service(connection, service_id)
    technician = await _free_technician(connection, names, customer_id, starts_at)
    appointment_id = f"AP-{secrets.randbelow(10**8):08d}"
    await connection.execute(
        insert(appointments).values(
            id=appointment_id,
            customer_id=customer_id,
            service_id=service_id,
            technician=technician,
            starts_at=starts_at,
            status=AppointmentStatus.BOOKED,
        )
    )
    return await _get(connection, customer_id, appointment_id)


async def of_customer(connection: AsyncConnection, customer_id: str, now: datetime) -> list[Appointment]:
    found = await connection.execute(
        _query()
        .where(appointments.c.customer_id == customer_id, BOOKED, appointments.c.starts_at > now)
        .order_by(appointments.c.starts_at)
    )
    return [_appointment(row) for row in found]


async def move(
    connection: AsyncConnection, customer_id: str, appointment_id: str, starts_at: datetime, now: datetime
) -> Appointment:
    names = await _technicians(connection, lock=True)
    appointment = await _changeable(connection, customer_id, appointment_id, now)
    if appointment.starts_at == starts_at:
        return appointment
    names.sort(key=lambda name: name != appointment.technician)  # the one who knows the job, if free
    technician = await _free_technician(connection, names, customer_id, starts_at)
    await _change(connection, appointment_id, starts_at=starts_at, technician=technician)
    return await _get(connection, customer_id, appointment_id)


async def cancel(connection: AsyncConnection, customer_id: str, appointment_id: str, now: datetime) -> Appointment:
    await _changeable(connection, customer_id, appointment_id, now)
    await _change(connection, appointment_id, status=AppointmentStatus.CANCELLED)
    return await _get(connection, customer_id, appointment_id)


async def _technicians(connection: AsyncConnection, *, lock: bool) -> list[str]:
    query = select(technicians.c.name).order_by(technicians.c.name)
    found = await connection.scalars(query.with_for_update() if lock else query)
    return list(found)


async def _free_technician(
    connection: AsyncConnection, names: Sequence[str], customer_id: str, starts_at: datetime
) -> str:
    """Raises `NotAllowed` if nobody is free then, or the customer comes for something else at that time."""
    found = await connection.execute(
        select(appointments.c.technician, appointments.c.customer_id).where(
            BOOKED, appointments.c.starts_at == starts_at
        )
    )
    taken = found.all()
    busy = {row.technician for row in taken}
    free = [name for name in names if name not in busy]
    if not free or any(row.customer_id == customer_id for row in taken):
        raise NotAllowed("slot_taken")
    return free[0]


async def _changeable(connection: AsyncConnection, customer_id: str, appointment_id: str, now: datetime) -> Appointment:
    await connection.execute(select(appointments.c.id).where(appointments.c.id == appointment_id).with_for_update())
    appointment = await _get(connection, customer_id, appointment_id)
    if appointment.status is AppointmentStatus.CANCELLED:
        raise NotAllowed("already_cancelled")
    if appointment.starts_at <= now or appointment.status is AppointmentStatus.DONE:
        raise NotAllowed("in_the_past")
    return appointment


async def _change(connection: AsyncConnection, appointment_id: str, **changes: object) -> None:
    await connection.execute(update(appointments).where(appointments.c.id == appointment_id).values(**changes))


async def _get(connection: AsyncConnection, customer_id: str, appointment_id: str) -> Appointment:
    found = await connection.execute(
        _query().where(appointments.c.id == appointment_id, appointments.c.customer_id == customer_id)
    )
    row = found.one_or_none()
    if row is None:
        raise RecordNotFound("There is no such appointment.")
    return _appointment(row)


async def _check_service(connection: AsyncConnection, service_id: str) -> None:
    found = await connection.execute(select(services_table.c.id).where(services_table.c.id == service_id))
    if found.one_or_none() is None:
        raise RecordNotFound("There is no such service.")


def _query() -> Select[tuple[object, ...]]:
    return select(
        appointments,
        services_table.c.name,
        services_table.c.duration_minutes,
        services_table.c.price_from,
    ).join(services_table, services_table.c.id == appointments.c.service_id)


def _service(row: AnyRow, service_id: str | None = None) -> Service:
    return Service(service_id or row.id, row.name, row.duration_minutes, row.price_from)


def _appointment(row: AnyRow) -> Appointment:
    return Appointment(
        id=row.id,
        customer_id=row.customer_id,
        service=_service(row, row.service_id),
        starts_at=row.starts_at,
        technician=row.technician,
        status=AppointmentStatus(row.status),
    )
