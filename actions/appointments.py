"""The repair workshop: booking a visit, moving it, cancelling it, and saying when it is."""

from __future__ import annotations

from datetime import datetime

from actions.appointment_steps import (
    AppointmentStep,
    BookingTimeStep,
    HasAppointment,
    MoveAppointmentStep,
    NewTimeStep,
    ServiceStep,
    appointment_of,
    service_of,
)
from actions.base import DeskAction, JobForm, Step, forget_job
from actions.checks import confirmed_after
from actions.identity import identity_steps, proven_customer
from actions.steps import ConfirmCancelling, ConfirmStep
from actions.times import AHEAD, buttons, chosen_time, nearest
from actions.turn import Turn
from actions.wishes import Wish
from actions.wording import moment, money
from deskhand.conversation.identity import Proof
from deskhand.crm.protocol import NotAllowed
from deskhand.crm.types import Appointment

NO = {"title": "No", "payload": "/deny"}
ANOTHER_TIME = {"title": "Another time", "payload": '/inform{"when": "another time"}'}


class ConfirmBooking(ConfirmStep):
    also_yes = ("book_appointment",)

    async def summarise(self, turn: Turn) -> None:
        service, time = await service_of(turn), chosen_time(turn.get("appointment_time"))
        assert time is not None
        turn.say(
            "utter_confirm_book_appointment",
            service=service.name,
            time=moment(time, turn.services.timezone),
            minutes=service.duration_minutes,
            price=money(service.price_from),
            buttons=[{"title": "Yes, book it", "payload": "/affirm"}, ANOTHER_TIME, NO],
        )


class ValidateBookAppointmentForm(JobForm):
    form = "book_appointment_form"

    def steps(self) -> list[Step]:
        return [*identity_steps(Proof.CONFIRMED), ServiceStep(), BookingTimeStep(), ConfirmBooking()]


class BookAppointmentAction(DeskAction):
    action = "action_book_appointment"
    changes_something = True

    async def act(self, turn: Turn) -> None:
        customer_id = await proven_customer(turn, Proof.CONFIRMED)
        service_id, time = turn.get("service"), chosen_time(turn.get("appointment_time"))
        confirmed = turn.get("confirm")
        if confirmed is False:
            turn.say("utter_nothing_changed")
        if not (customer_id and service_id and time and confirmed):
            forget_job(turn)
            return
        booked: Appointment | None
        try:
            booked = await turn.services.crm.book_appointment(customer_id, service_id, time)
        except NotAllowed:
            booked = await already_booked(turn, customer_id, service_id, time)
            if booked is None:
                again = f'/book_appointment{{"service": "{service_id}", "when": "'
                await offer_others(turn, service_id, time, again)
        forget_job(turn)
        if booked is not None:
            turn.say("utter_appointment_booked", **named(booked, turn))
            turn.say("utter_anything_else", custom={"offer": "anything_else"})


def named(appointment: Appointment, turn: Turn) -> dict[str, str]:
    return {
        "service": appointment.service.name,
        "time": moment(appointment.starts_at, turn.services.timezone),
        "technician": appointment.technician,
        "price": money(appointment.service.price_from),
    }


async def already_booked(turn: Turn, customer_id: str, service_id: str, time: datetime) -> Appointment | None:
    """The appointment that this very turn made, when it is repeated after a crash."""
    for one in await turn.services.crm.appointments(customer_id):
        if one.service.id == service_id and one.starts_at == time:
            return one
    return None


async def offer_others(turn: Turn, service_id: str, time: datetime, again: str) -> None:
    """Says that somebody was faster, and offers the nearest times; each begins the job anew with that time."""
    free = await turn.services.crm.free_slots(service_id, turn.now, max(time, turn.now) + AHEAD)
    times = nearest(sorted({slot.starts_at for slot in free}), Wish(time, time))
    offers = [{**one, "payload": one["payload"].replace('/inform{"when": "', again)} for one in buttons(turn, times)]
    turn.say("utter_time_just_taken", time=moment(time, turn.services.timezone), buttons=offers[:-1])


class ConfirmMove(ConfirmStep):
    also_yes = ("move_appointment",)

    async def summarise(self, turn: Turn) -> None:
        appointment, time = await appointment_of(turn), chosen_time(turn.get("appointment_time"))
        assert time is not None
        turn.say(
            "utter_confirm_move_appointment",
            service=appointment.service.name,
            old_time=moment(appointment.starts_at, turn.services.timezone),
            time=moment(time, turn.services.timezone),
            buttons=[{"title": "Yes, move it", "payload": "/affirm"}, ANOTHER_TIME, NO],
        )


class ValidateMoveAppointmentForm(JobForm):
    form = "move_appointment_form"

    def steps(self) -> list[Step]:
        return [*confirmed_after(HasAppointment()), MoveAppointmentStep(), NewTimeStep(), ConfirmMove()]


class MoveAppointmentAction(DeskAction):
    action = "action_move_appointment"
    changes_something = True

    async def act(self, turn: Turn) -> None:
        customer_id = await proven_customer(turn, Proof.CONFIRMED)
        appointment_id, time = turn.get("appointment_id"), chosen_time(turn.get("appointment_time"))
        confirmed = turn.get("confirm")
        forget_job(turn)
        if confirmed is False:
            turn.say("utter_nothing_changed")
        if not (customer_id and appointment_id and time and confirmed):
            return
        try:
            moved = await turn.services.crm.move_appointment(customer_id, appointment_id, time)
        except NotAllowed as refusal:
            await self._refused(turn, customer_id, appointment_id, time, refusal)
            return
        turn.say("utter_appointment_moved", **named(moved, turn))
        turn.say("utter_anything_else", custom={"offer": "anything_else"})

    async def _refused(
        self, turn: Turn, customer_id: str, appointment_id: str, time: datetime, refusal: NotAllowed
    ) -> None:
        mine = [one for one in await turn.services.crm.appointments(customer_id) if one.id == appointment_id]
        if not mine:
            turn.say(
                "utter_appointment_already_cancelled"
                if refusal.reason == "already_cancelled"
                else "utter_appointment_passed"
            )
            return
        turn.set("appointment_id", appointment_id)
        await offer_others(turn, mine[0].service.id, time, '/move_appointment{"when": "')


class ConfirmCancelAppointment(ConfirmCancelling):
    also_yes = ("cancel_appointment",)

    async def summarise(self, turn: Turn) -> None:
        turn.say(
            "utter_confirm_cancel_appointment",
            **named(await appointment_of(turn), turn),
            buttons=[
                {"title": "Yes, cancel it", "payload": "/affirm"},
                {"title": "Move it instead", "payload": "/move_appointment"},
                {"title": "No, keep it", "payload": "/deny"},
            ],
        )


class ValidateCancelAppointmentForm(JobForm):
    form = "cancel_appointment_form"

    def steps(self) -> list[Step]:
        return [*confirmed_after(HasAppointment()), AppointmentStep(), ConfirmCancelAppointment()]


class CancelAppointmentAction(DeskAction):
    action = "action_cancel_appointment"
    changes_something = True

    async def act(self, turn: Turn) -> None:
        customer_id = await proven_customer(turn, Proof.CONFIRMED)
        appointment_id, confirmed = turn.get("appointment_id"), turn.get("confirm")
        forget_job(turn)
        if confirmed is False:
            turn.say("utter_nothing_changed")
        if not (customer_id and appointment_id and confirmed):
            return
        try:
            cancelled = await turn.services.crm.cancel_appointment(customer_id, appointment_id)
        except NotAllowed as refusal:
            already = refusal.reason == "already_cancelled"
            turn.say("utter_appointment_already_cancelled" if already else "utter_appointment_passed")
            return
        turn.say("utter_appointment_cancelled", **named(cancelled, turn))
        turn.say("utter_anything_else", custom={"offer": "anything_else"})


class ValidateCheckAppointmentForm(JobForm):
    form = "check_appointment_form"

    def steps(self) -> list[Step]:
        return identity_steps(Proof.MATCHED)


class CheckAppointmentAction(DeskAction):
    """Says when each appointment is, and what can be done with them."""

    action = "action_check_appointment"

    async def act(self, turn: Turn) -> None:
        customer_id = await proven_customer(turn, Proof.MATCHED)
        forget_job(turn)
        if customer_id is None:
            return
        appointments = await turn.services.crm.appointments(customer_id)
        if not appointments:
            turn.say("utter_no_appointments")
            return
        lines = [
            f"{one.service.name}: {moment(one.starts_at, turn.services.timezone)} with {one.technician}"
            for one in appointments
        ]
        turn.say(
            "utter_your_appointment" if len(lines) == 1 else "utter_your_appointments",
            appointments="\n".join(lines),
            buttons=[
                {"title": "Move it" if len(lines) == 1 else "Move one", "payload": "/move_appointment"},
                {"title": "Cancel it" if len(lines) == 1 else "Cancel one", "payload": "/cancel_appointment"},
            ],
        )
