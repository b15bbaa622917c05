"""What the tests of workshop visits share.

It is Monday 23 November 2026, 10 am in London. The workshop is open Monday to Saturday, on the hour from 9 to 4.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from actions.appointments import (
    BookAppointmentAction,
    CancelAppointmentAction,
    CheckAppointmentAction,
    MoveAppointmentAction,
    ValidateBookAppointmentForm,
    ValidateCancelAppointmentForm,
    ValidateCheckAppointmentForm,
    ValidateMoveAppointmentForm,
)
from deskhand.settings import Settings
from tests.fakes.chat import Chat

HARRIET, JO, RAJ, EMMA = "C-900015", "C-900001", "C-900011", "C-900012"
# Raj: tent repair on Thursday 26 at 10. Emma: stove service on Wednesday 25 at 2 pm, jacket on Monday 30 at 11.


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def workshop_chat(data_dir: Path) -> Chat:
    return Chat(
        [
            (ValidateBookAppointmentForm(), BookAppointmentAction()),
            (ValidateMoveAppointmentForm(), MoveAppointmentAction()),
            (ValidateCancelAppointmentForm(), CancelAppointmentAction()),
            (ValidateCheckAppointmentForm(), CheckAppointmentAction()),
        ],
        Settings(data_dir=data_dir),
    )


async def fill(chat: Chat, *times: datetime) -> None:
    """Has everybody in the workshop busy at these times."""
    for starts_at in times:
        for customer in ("C-900001", "C-900002", "C-900003", "C-900004", "C-900005", "C-900006"):
            if not await chat.crm.free_slots("tent-repair", starts_at, starts_at.replace(minute=1)):
                break
            await chat.crm.book_appointment(customer, "tent-repair", starts_at)


async def booked(chat: Chat, customer: str) -> list[datetime]:
    return [one.starts_at for one in await chat.crm.appointments(customer)]


async def at_times(chat: Chat, when: str) -> list[str]:
    await chat.be(HARRIET)
    await chat.say("book a tent repair", "book_appointment", service="tent repair")
    return await chat.say(when, when=when)
