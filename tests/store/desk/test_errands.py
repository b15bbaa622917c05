"""What the assistant may still do for a contact who waits for an agent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import update

from deskhand.conversation.desk import Priority
from deskhand.conversation.model import Button, HandoffPacket, InboundMessage, Reply, Status
from deskhand.conversation.routing import Route
from deskhand.conversation.waiting import BACK_PAYLOAD, CALLBACK_PAYLOADS, PLACE_PAYLOAD
from deskhand.store.control import locked
from deskhand.store.conversations import Conversations
from deskhand.store.desk.line import Line
from deskhand.store.inbox import Inbox
from deskhand.store.tables import conversations
from deskhand.store.turns import Turn, Turns

PERSON = "A person will answer."
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ORDERS = Route("orders")


class Desk:
    """Contacts who write and wait, at a time of our own."""

    def __init__(self, db) -> None:
        self.db = db
        self.now = NOW
        self.turns = Turns(db, now=lambda: self.now)
        self.inbox = Inbox(db, now=lambda: self.now)
        self.conversations = Conversations(db, now=lambda: self.now)
        self.line = Line(db, now=lambda: self.now)

    async def write(self, text: str, who: str = "u1", button_id: str | None = None):
        self.now += timedelta(seconds=30)
        message = InboundMessage("telegram", who, str(uuid4()), text, button_id=button_id)
        [received] = await self.inbox.take([message])
        return received.conversation.id

    async def waits(self, who: str = "u1", *, route: Route = ORDERS, buttons: tuple[Button, ...] = ()):
        """Somebody who has been handed over, and was told so with these buttons."""
        conversation_id = await self.write("a person please", who)
        turn = await self.turns.begin(conversation_id, 0, PERSON)
        await self.conversations.request_handoff(conversation_id, HandoffPacket("asked_for_person", "?"), route)
        settled = await self.turns.settle(turn, [Reply("A person comes.", buttons=buttons)])
        return conversation_id, settled.messages[0]

    async def agent_takes(self, conversation_id) -> None:
        async with self.db.begin() as connection:
            row = await locked(connection, conversation_id)
            await connection.execute(
                update(conversations).where(conversations.c.id == row.id).values(control_token=row.control_token + 1)
            )


async def test_what_is_written_meanwhile_is_for_the_agent(db):
    desk = Desk(db)
    conversation_id, _ = await desk.waits()
    await desk.write("my parcel is two weeks late")
    assert await desk.turns.begin(conversation_id, 0, PERSON) is None
    assert (await desk.conversations.last_said(conversation_id)).text == PERSON


async def test_who_asks_where_they_stand_is_answered_by_the_assistant(db):
    desk = Desk(db)
    conversation_id, _ = await desk.waits()
    await desk.write("how long will it take?")
    turn = await desk.turns.begin(conversation_id, 0, PERSON)
    assert isinstance(turn, Turn)
    assert turn.errand == PLACE_PAYLOAD
    assert await desk.turns.settle(turn, [Reply("You're next.")]) is not None
    assert (await desk.conversations.get(conversation_id)).status is Status.OPEN


async def test_an_errand_ends_when_an_agent_takes_over(db):
    desk = Desk(db)
    conversation_id, _ = await desk.waits()
    await desk.write("how long will it take?")
    turn = await desk.turns.begin(conversation_id, 0, PERSON)
    await desk.agent_takes(conversation_id)
    assert await desk.turns.settle(turn, [Reply("You're next.")]) is None
    await desk.write("how long will it take?")
    assert await desk.turns.begin(conversation_id, 0, PERSON) is None


async def test_a_process_that_dies_during_an_errand_leaves_it_to_the_next(db):
    desk = Desk(db)
    conversation_id, _ = await desk.waits()
    await desk.write("call me back tomorrow at 3")
    first = await desk.turns.begin(conversation_id, 0, PERSON)
    again = await desk.turns.begin(conversation_id, 0, PERSON)
    assert (again.id, again.attempts, again.errand) == (first.id, 2, first.errand)
    assert await desk.turns.settle(first, []) is None


async def test_who_goes_back_to_the_assistant_leaves_the_line(db):
    desk = Desk(db)
    conversation_id, _ = await desk.waits()
    await desk.write("go back to the bot please")
    turn = await desk.turns.begin(conversation_id, 0, PERSON)
    assert turn.errand == BACK_PAYLOAD
    assert (await desk.conversations.get(conversation_id)).status is Status.PENDING
    assert await desk.conversations.handoffs(conversation_id=conversation_id) == []
    assert await desk.turns.settle(turn, [Reply("Fern again.")]) is not None
    await desk.write("where is my order")
    after = await desk.turns.begin(conversation_id, 0, PERSON)
    assert after.errand is None


async def test_a_button_about_waiting_works_although_something_was_written_meanwhile(db):
    desk = Desk(db)
    back = Button("Back to Fern", BACK_PAYLOAD)
    other = Button("Track", "/order_status")
    conversation_id, told = await desk.waits(buttons=(back, other))
    await desk.write("my order number is FW-204518")
    assert await desk.turns.begin(conversation_id, 0, PERSON) is None
    await desk.write("Track", button_id=told.buttons[1].id)
    assert await desk.turns.begin(conversation_id, 0, PERSON) is None
    await desk.write("Back to Fern", button_id=told.buttons[0].id)
    turn = await desk.turns.begin(conversation_id, 0, PERSON)
    assert turn.errand == BACK_PAYLOAD


async def test_while_a_callback_is_being_arranged_what_is_typed_answers_it(db):
    desk = Desk(db)
    conversation_id, told = await desk.waits(buttons=(Button("Call me back", CALLBACK_PAYLOADS["phone"]),))
    await desk.write("Call me back", button_id=told.buttons[0].id)
    turn = await desk.turns.begin(conversation_id, 0, PERSON)
    assert turn.errand == CALLBACK_PAYLOADS["phone"]
    asked = Button("Tomorrow, 9 am", '/inform{"callback_at": "2026-11-24T09:00:00+00:00"}')
    await desk.turns.settle(turn, [Reply("When?", buttons=(asked,))])
    await desk.write("tomorrow after lunch")
    turn = await desk.turns.begin(conversation_id, 0, PERSON)
    assert (turn.errand, turn.said[0].text) == (None, "tomorrow after lunch")
    await desk.turns.settle(turn, [Reply("Done.")])
    await desk.write("and tell them it is about the tent")
    assert await desk.turns.begin(conversation_id, 0, PERSON) is None


async def test_the_place_in_the_line_goes_by_priority_and_then_by_time(db):
    desk = Desk(db)
    first, _ = await desk.waits("u1")
    second, _ = await desk.waits("u2")
    urgent, _ = await desk.waits("u3", route=Route("orders", Priority.URGENT))
    elsewhere, _ = await desk.waits("u4", route=Route("billing"))
    places = [(await desk.line.place(one)).position for one in (urgent, first, second, elsewhere)]
    assert places == [1, 2, 3, 1]
    assert (await desk.line.place(second)).team.title == "Orders"


async def test_who_does_not_wait_has_no_place(db):
    desk = Desk(db)
    conversation_id = await desk.write("hello")
    assert await desk.line.place(conversation_id) is None
    assert await desk.line.place("a sender of rasa shell") is None
