"""What is done after people have answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update

from deskhand.conversation.desk import CallbackWay
from deskhand.conversation.model import Author, HandoffPacket, InboundMessage, Outcome, Status
from deskhand.conversation.routing import Route
from deskhand.store.control import change, close, locked
from deskhand.store.conversations import ConversationNotFound, Conversations
from deskhand.store.desk.aftercare import Aftercare
from deskhand.store.desk.callbacks import Callbacks
from deskhand.store.desk.endings import Endings
from deskhand.store.desk.waking import wake_due
from deskhand.store.inbox import Inbox
from deskhand.store.outgoing import store_line
from deskhand.store.people_tables import agents
from deskhand.store.tables import contacts, conversations, messages, verifications

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Desk:
    """A contact and an agent, at a time of our own."""

    def __init__(self, db) -> None:
        self.db = db
        self.now = NOW
        self.inbox = Inbox(db, now=lambda: self.now)
        self.conversations = Conversations(db, now=lambda: self.now)
        self.aftercare = Aftercare(db, now=lambda: self.now)
        self.callbacks = Callbacks(db, now=lambda: self.now)
        self.endings = Endings(db, now=lambda: self.now)
        self.agent_id = uuid4()

    async def write(self, text: str, who: str = "u1", button_id: str | None = None):
        message = InboundMessage("webchat", who, str(uuid4()), text, button_id=button_id)
        [received] = await self.inbox.take([message])
        return received.conversation.id

    async def handed_over(self, who: str = "u1"):
        conversation_id = await self.write("a person please", who)
        packet = HandoffPacket("asked_for_person", "The customer wants help with a zip.")
        await self.conversations.request_handoff(conversation_id, packet, Route("orders"))
        return conversation_id

    async def answered(self, who: str = "u1"):
        """Handed over, taken, and answered by the agent."""
        conversation_id = await self.handed_over(who)
        async with self.db.begin() as connection:
            if await connection.scalar(select(agents.c.id)) is None:
                await connection.execute(
                    insert(agents).values(
                        id=self.agent_id,
                        email="ada@example.com",
                        name="Ada",
                        role="agent",
                        password_hash="-",
                        language="en",
                        created_at=self.now,
                    )
                )
            line = await store_line(connection, conversation_id, "I look into it.", self.now)
            await connection.execute(update(messages).where(messages.c.id == line.id).values(author=Author.AGENT))
            await change(
                connection,
                conversation_id,
                assignee_id=self.agent_id,
                waiting_since=None,
                first_response_at=self.now,
                last_message_at=self.now,
            )
        return conversation_id

    async def resolved(self, who: str = "u1", summary: str = ""):
        conversation_id = await self.answered(who)
        async with self.db.begin() as connection:
            row = await locked(connection, conversation_id)
            await close(connection, row, Outcome.RESOLVED_BY_AGENT, self.now, self.agent_id, summary)
        return conversation_id

    async def last_line(self, conversation_id) -> str:
        return (await self.conversations.history(conversation_id))[-1].text


async def test_after_an_agent_has_resolved_it_the_contact_is_asked_for_a_rating_once(db):
    desk = Desk(db)
    conversation_id = await desk.resolved()
    assert await desk.aftercare.ask_for_ratings() == [conversation_id]
    assert await desk.aftercare.ask_for_ratings() == []
    asked = (await desk.conversations.history(conversation_id))[-1]
    assert asked.buttons[0].title == "★★★★★"


async def test_the_stars_can_be_pressed_and_do_not_open_the_conversation_again(db):
    desk = Desk(db)
    conversation_id = await desk.resolved()
    await desk.aftercare.ask_for_ratings()
    offered = await desk.inbox.reply_choices("webchat", "u1")
    button_id = next(each for each, title in offered.items() if title == "★★★★")
    assert await desk.write("★★★★", button_id=button_id) == conversation_id
    rated = await desk.conversations.get(conversation_id)
    assert (rated.status, rated.outcome, rated.rating) == (Status.RESOLVED, Outcome.RESOLVED_BY_AGENT, 4)


async def test_another_star_replaces_the_first(db):
    desk = Desk(db)
    conversation_id = await desk.resolved()
    await desk.aftercare.ask_for_ratings()
    offered = {title: each for each, title in (await desk.inbox.reply_choices("webchat", "u1")).items()}
    for stars in ("★★", "★★★★★"):
        await desk.write(stars, button_id=offered[stars])
    rated = await desk.conversations.get(conversation_id)
    assert (rated.status, rated.rating) == (Status.RESOLVED, 5)


@pytest.mark.parametrize("words", ["4", "4/5", "4 stars"])
async def test_a_rating_may_be_typed(db, words):
    desk = Desk(db)
    conversation_id = await desk.resolved()
    await desk.aftercare.ask_for_ratings()
    await desk.write(words)
    assert (await desk.conversations.get(conversation_id)).rating == 4


async def test_nobody_is_asked_about_what_ended_long_ago_or_who_cannot_be_reached(db):
    desk = Desk(db)
    await desk.resolved("u1")
    await desk.resolved("u2")
    async with db.begin() as connection:
        await connection.execute(update(contacts).where(contacts.c.external_id == "u2").values(unreachable_at=desk.now))
    desk.now += timedelta(minutes=1)
    assert len(await desk.aftercare.ask_for_ratings()) == 1
    await desk.resolved("u3")
    desk.now += timedelta(hours=3)
    assert await desk.aftercare.ask_for_ratings() == []


async def test_a_silent_contact_is_asked_first_and_left_in_peace_after_another_pause(db):
    desk = Desk(db)
    conversation_id = await desk.answered()
    desk.now += timedelta(hours=23)
    assert await desk.aftercare.ask_the_silent(24) == []
    desk.now += timedelta(hours=2)
    assert await desk.aftercare.ask_the_silent(24) == [conversation_id]
    assert "still there" in await desk.last_line(conversation_id)
    assert await desk.aftercare.ask_the_silent(24) == []
    desk.now += timedelta(hours=23)
    assert await desk.aftercare.close_abandoned(24) == []
    desk.now += timedelta(hours=2)
    assert await desk.aftercare.ask_the_silent(24) == []
    assert await desk.aftercare.close_abandoned(24) == [conversation_id]
    ended = await desk.conversations.get(conversation_id)
    assert (ended.status, ended.outcome) == (Status.RESOLVED, Outcome.ABANDONED)
    assert await desk.conversations.handoffs(conversation_id=conversation_id) == []


async def test_a_contact_who_writes_again_is_not_left(db):
    desk = Desk(db)
    conversation_id = await desk.answered()
    desk.now += timedelta(hours=25)
    await desk.aftercare.ask_the_silent(24)
    desk.now += timedelta(hours=1)
    await desk.write("yes, I am still here")
    desk.now += timedelta(hours=48)
    assert await desk.aftercare.close_abandoned(24) == []
    assert (await desk.conversations.get(conversation_id)).status is Status.OPEN


async def test_whoever_waits_for_us_is_never_abandoned(db):
    desk = Desk(db)
    await desk.handed_over()
    desk.now += timedelta(days=5)
    assert await desk.aftercare.ask_the_silent(24) == []
    assert await desk.aftercare.close_abandoned(24) == []


async def test_the_crm_is_told_of_identified_customers_with_the_agents_summary(db):
    desk = Desk(db)
    known = await desk.resolved("u1", summary="Sent a new zip.")
    await desk.resolved("u2", summary="Unknown customer.")
    async with db.begin() as connection:
        await connection.execute(
            insert(verifications).values(conversation_id=str(known), customer_id="C-900001", matched_at=desk.now)
        )
    desk.now += timedelta(minutes=1)
    [ending] = await desk.endings.untold()
    assert (ending.conversation_id, ending.customer_id, ending.channel) == (known, "C-900001", "webchat")
    assert (ending.outcome, ending.summary) == (Outcome.RESOLVED_BY_AGENT, "Sent a new zip.")
    await desk.endings.told(known)
    assert await desk.endings.untold() == []


async def test_the_crm_is_told_again_when_the_rating_comes(db):
    desk = Desk(db)
    known = await desk.resolved()
    async with db.begin() as connection:
        await connection.execute(
            insert(verifications).values(conversation_id=str(known), customer_id="C-900001", matched_at=desk.now)
        )
    assert [one.summary for one in await desk.endings.untold()] == ["The customer wants help with a zip."]
    await desk.endings.told(known)
    desk.now += timedelta(minutes=1)
    await desk.conversations.rate(known, 5)
    assert [one.rating for one in await desk.endings.untold()] == [5]


async def test_a_callback_lets_the_contact_leave_the_line_until_then(db):
    desk = Desk(db)
    conversation_id = await desk.handed_over()
    at = desk.now + timedelta(hours=4)
    await desk.callbacks.arrange(conversation_id, at, CallbackWay.PHONE, "07700900123")
    assert (await desk.conversations.get(conversation_id)).status is Status.SNOOZED
    assert await desk.callbacks.remind() == []
    desk.now = at
    [reminded] = await desk.callbacks.remind()
    assert (reminded.conversation_id, reminded.reach) == (conversation_id, "07700900123")
    assert (await desk.conversations.get(conversation_id)).status is Status.OPEN
    assert await desk.callbacks.remind() == []
    assert await wake_due(db, desk.now) == []


async def test_another_time_takes_the_place_of_the_first(db):
    desk = Desk(db)
    conversation_id = await desk.handed_over()
    await desk.callbacks.arrange(conversation_id, desk.now + timedelta(hours=4), CallbackWay.PHONE, "07700900123")
    await desk.callbacks.arrange(conversation_id, None, CallbackWay.EMAIL, "jo@example.com")
    [left] = await desk.callbacks.to_do()
    assert (left.way, left.wanted_at) == (CallbackWay.EMAIL, None)


async def test_a_callback_is_done_once(db):
    desk = Desk(db)
    conversation_id = await desk.answered()
    callback = await desk.callbacks.arrange(conversation_id, None, CallbackWay.CHANNEL)
    done = await desk.callbacks.done(callback.id, desk.agent_id, "Spoke with them.")
    assert done is not None
    assert await desk.callbacks.done(callback.id, desk.agent_id, "Again.") is None
    assert await desk.callbacks.to_do() == []
    assert [one.outcome for one in await desk.callbacks.of_conversation(conversation_id)] == ["Spoke with them."]


async def test_a_chat_without_a_conversation_has_no_callbacks(db):
    with pytest.raises(ConversationNotFound):
        await Callbacks(db).arrange("rasa shell", None, CallbackWay.CHANNEL)


async def test_an_open_conversation_with_a_callback_is_not_abandoned(db):
    desk = Desk(db)
    conversation_id = await desk.answered()
    await desk.callbacks.arrange(conversation_id, desk.now + timedelta(days=3), CallbackWay.CHANNEL)
    desk.now += timedelta(hours=30)
    assert await desk.aftercare.ask_the_silent(24) == []
    async with db.begin() as connection:
        status = await connection.scalar(select(conversations.c.status).where(conversations.c.id == conversation_id))
    assert status == Status.OPEN
