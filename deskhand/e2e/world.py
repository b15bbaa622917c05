"""The database behind the assistant under test: reading what came of a conversation, and moving its clock."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.crm.demo_making import LONDON
from deskhand.e2e import crm_state
from deskhand.e2e.crm_state import Record
from deskhand.e2e.errors import ChatNotReachable
from deskhand.store import crm_tables
from deskhand.store.database import Database
from deskhand.store.tables import (
    conversations,
    handoffs,
    mailbox,
    messages,
    one_time_codes,
    tracker_events,
    verifications,
)
from deskhand.store.tracker_events import TrackerEvents
from deskhand.store.turns import Turns

_TURN_SECONDS = 90.0
_LOOK_SECONDS = 0.03
_CODE = re.compile(r"\b(\d{6})\b")


class World:
    def __init__(self, db: Database, zone: ZoneInfo = LONDON) -> None:
        self._db = db
        self._zone = zone

    # -- the conversation

    async def events(self, conversation_id: str) -> list[dict[str, Any]]:
        """Rasa's events of all sessions."""
        return [stored.data for stored in await TrackerEvents(self._db).since(conversation_id, 1)]

    async def settled(self, conversation_id: str) -> None:
        """Until the assistant has dealt with everything that was said. Raises `ChatNotReachable`."""
        try:
            async with asyncio.timeout(_TURN_SECONDS):
                while not await Turns(self._db).is_settled(UUID(conversation_id)):  # noqa: ASYNC110 - another process works
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            raise ChatNotReachable(f"No answer came within {_TURN_SECONDS:.0f} s. Is the assistant working?") from None

    async def set_slots(self, conversation_id: str, slots: Mapping[str, Any]) -> None:
        """As if an action had set them just now."""
        now = datetime.now(UTC).timestamp()
        events = [{"event": "slot", "timestamp": now, "name": name, "value": value} for name, value in slots.items()]
        if events:
            await TrackerEvents(self._db).append(conversation_id, events)

    async def elapse(self, conversation_id: str, time: timedelta) -> None:
        """Moves everything that the assistant remembers of the conversation that much further into the past."""
        async with self._db.begin() as connection:
            await self._shift_events(connection, conversation_id, time)
            record = verifications.c.conversation_id == conversation_id
            await connection.execute(
                update(verifications)
                .where(record)
                .values(matched_at=verifications.c.matched_at - time, confirmed_at=verifications.c.confirmed_at - time)
            )
            await connection.execute(
                update(one_time_codes)
                .where(one_time_codes.c.conversation_id == conversation_id)
                .values(issued_at=one_time_codes.c.issued_at - time, expires_at=one_time_codes.c.expires_at - time)
            )
            await connection.execute(
                update(messages)
                .where(messages.c.conversation_id == conversation_id)
                .values(sent_at=messages.c.sent_at - time)
            )

    async def _shift_events(self, connection: AsyncConnection, conversation_id: str, time: timedelta) -> None:
        own = tracker_events.c.sender_id == conversation_id
        for row in (await connection.execute(select(tracker_events).where(own))).all():
            then = row.timestamp - time.total_seconds()
            await connection.execute(
                update(tracker_events)
                .where(own, tracker_events.c.seq == row.seq)
                .values(timestamp=then, data={**row.data, "timestamp": then})
            )

    async def conversation(self, conversation_id: str) -> dict[str, Any]:
        async with self._db.begin() as connection:
            found = await connection.execute(select(conversations).where(conversations.c.id == conversation_id))
            row = found.one()
        return {"status": row.status, "outcome": row.outcome, "rating": row.rating, "comment": row.rating_comment}

    async def open_handoff(self, conversation_id: str) -> dict[str, Any] | None:
        """The packet of the handoff that waits for an agent."""
        query = select(handoffs.c.packet).where(
            handoffs.c.conversation_id == conversation_id, handoffs.c.closed_at.is_(None)
        )
        async with self._db.begin() as connection:
            packet: dict[str, Any] | None = await connection.scalar(query)
        return packet

    # -- mail

    async def last_mail(self) -> int:
        """The number of the newest mail: a mark to count from."""
        async with self._db.begin() as connection:
            return int(await connection.scalar(select(func.max(mailbox.c.id))) or 0)

    async def mails_to(self, email: str, after: int) -> list[str]:
        """Subjects and texts, the oldest first."""
        query = select(mailbox.c.subject, mailbox.c.text).where(mailbox.c.to == email, mailbox.c.id > after)
        async with self._db.begin() as connection:
            return [f"{row.subject}\n{row.text}" for row in await connection.execute(query.order_by(mailbox.c.id))]

    async def newest_code(self, customers: Sequence[str], after: int) -> str | None:
        """The one-time code that was mailed last to one of these customers."""
        query = select(mailbox.c.subject).where(mailbox.c.to.in_(customers), mailbox.c.id > after)
        async with self._db.begin() as connection:
            for subject in await connection.scalars(query.order_by(mailbox.c.id.desc())):
                if code := _CODE.search(subject):
                    return code[1]
        return None

    # -- the CRM

    async def restore(self, email: str) -> bool:
        """Puts a customer of the demo back to how they were seeded."""
        async with self._db.begin() as connection:
            return await crm_state.restore(connection, email, datetime.now(UTC).astimezone(LONDON).date())

    async def records_of(self, key: str) -> list[Record]:
        """Everything of the customer with that email, or whose order or appointment it is."""
        async with self._db.begin() as connection:
            customer = await self._customer_of(connection, key)
            return await crm_state.records_of(connection, customer, self._zone) if customer else []

    async def _customer_of(self, connection: AsyncConnection, key: str) -> str | None:
        if "@" in key:
            return await crm_state.customer_id(connection, key)
        if key.startswith("AP-"):
            appointments = crm_tables.appointments
            query = select(appointments.c.customer_id).where(appointments.c.id == key)
            found: str | None = await connection.scalar(query)
            return found
        return await crm_state.owner_of_order(connection, key)

    async def set_order_status(self, number: str, status: str) -> None:
        """As the warehouse would."""
        async with self._db.begin() as connection:
            await connection.execute(
                update(crm_tables.orders).where(crm_tables.orders.c.number == number).values(status=status)
            )

    async def take(self, time: datetime, conversation_id: str) -> int:
        """Lets others book every technician at that time. Returns how many were still free."""
        appointments, people = crm_tables.appointments, crm_tables.customers
        async with self._db.begin() as connection:
            booked = set(
                await connection.scalars(
                    select(appointments.c.technician).where(
                        appointments.c.starts_at == time, appointments.c.status == "booked"
                    )
                )
            )
            everyone = await connection.scalars(select(crm_tables.technicians.c.name))
            free = [name for name in everyone if name not in booked]
            # Not the demo's characters: they are other tests' customers.
            others = await connection.scalars(
                select(people.c.id).where(people.c.id.not_like("C-9%")).order_by(func.random()).limit(len(free))
            )
            service = await connection.scalar(select(crm_tables.services.c.id).limit(1))
            for place, (technician, other) in enumerate(zip(free, others, strict=True)):
                await connection.execute(
                    insert(appointments).values(
                        id=f"AP-{conversation_id[:8]}-{place}",
                        customer_id=other,
                        service_id=service,
                        technician=technician,
                        starts_at=time,
                        status="booked",
                    )
                )
        return len(free)
