"""A morning at Fernway: the demo's customers in every state that a conversation can be in, for looking at the desk."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from deskhand.conversation.desk import CallbackWay
from deskhand.conversation.model import Citation, HandoffPacket, InboundMessage, Outcome, Reply
from deskhand.conversation.people import Agent, Role
from deskhand.conversation.routing import Priority, Route
from deskhand.crm import demo
from deskhand.crm.opening import open_crm
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.desk.agents import Agents
from deskhand.store.desk.callbacks import Callbacks
from deskhand.store.desk.canned import CannedReplies
from deskhand.store.desk.notes import Notes
from deskhand.store.desk.work import Work
from deskhand.store.inbox import Inbox
from deskhand.store.questions import Questions
from deskhand.store.verifications import Verifications
from tests.desk.site import PASSWORD, QUICK

HELLO = "Hello, I'm Fern, Fernway's AI assistant. I'm a computer program, not a person. What can I do for you?"
HANDED_OVER = "I'm handing you over to a person now. They get everything you've told me."
JOS_ADDRESS = "jo.bright@example.com"
REFUNDS = Citation("Refunds", "https://fernway.example/help/refunds")

JO = HandoffPacket(
    reason="refund_above_threshold",
    summary="The customer wants to return something. Handed over because the customer wants a refund above what the "
    "assistant may give. They confirmed who they are by a code. Told: what the return of the Skylark tent comes to. "
    "Nothing has been changed. Open: to return something. Their last words: “one of the poles is bent”",
    tried=("Looked up order FW-200101", "Said what the return of the Skylark tent (blue) comes to: £249"),
    slots={"order_number": "FW-200101", "return_items": "Skylark tent (blue)", "return_reason": "one pole is bent"},
    crm_context={
        "name": "Jo Bright",
        "orders": "FW-200101 delivered",
        "orders_in_all": "1, worth £283",
        "subscription": "none",
        "past_conversations": "1; the last: 14 Oct 2026 resolved_by_agent",
    },
    identity="confirmed",
    suggested_resolution="Check the items, then decide on the refund: the customer was told that you do.",
    policy=REFUNDS,
    open=("to return something",),
    language="en",
)


@dataclass
class Morning:
    db: Database
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def at(self, minutes_ago: float) -> Any:
        return lambda: self.now - timedelta(minutes=minutes_ago)

    async def writes(self, name: str | None, channel: str, words: str, ago: float) -> UUID:
        number = next(self._numbers)
        inbound = InboundMessage(channel, f"{channel} {name or 'visitor'}", f"in{number}", words, contact_name=name)
        (received,) = await Inbox(self.db, now=self.at(ago)).take([inbound])
        return received.conversation.id

    async def answers(self, talk: UUID, ago: float, *replies: Reply) -> None:
        store = Conversations(self.db, now=self.at(ago))
        await store.add_replies(talk, (await store.get(talk)).control_token, list(replies))

    async def hands_over(self, talk: UUID, ago: float, packet: HandoffPacket, team: str, priority: int) -> None:
        store = Conversations(self.db, now=self.at(ago))
        await store.request_handoff(talk, packet, Route(team, Priority(priority)))

    async def waits(
        self, name: str | None, channel: str, words: str, ago: float, reason: str, team: str, priority: int = 3
    ) -> UUID:
        talk = await self.writes(name, channel, words, ago)
        await self.answers(talk, ago, Reply(HELLO))
        context = {"name": name} if name else {}
        packet = HandoffPacket(reason, f"Their last words: “{words}”", crm_context=context)
        await self.hands_over(talk, ago, packet, team, priority)
        return talk

    async def resolved(self, ann: Agent, name: str, channel: str, words: str, ago: float, rating: int) -> UUID:
        talk = await self.waits(name, channel, words, ago, "asked_for_person", "orders")
        work = Work(self.db, now=self.at(ago - 4))
        await work.takeover(talk, ann)
        await work.say(talk, ann, "That is sorted: you get an email about it today.")
        await Work(self.db, now=self.at(ago - 9)).resolve(talk, ann, "Looked into it and sorted it out.")
        await Conversations(self.db).rate(talk, rating)
        return talk


async def jo_returns_a_tent(morning: Morning) -> UUID:
    """The conversation that the pictures show: up to the handoff."""
    talk = await morning.writes("Jo", "whatsapp", "Hi, I want to return my tent", 9)
    await morning.answers(talk, 9, Reply(HELLO), Reply("Which order is it? It begins with FW."))
    await morning.writes("Jo", "whatsapp", "FW-200101", 8)
    words = "I've emailed a code to the address on your account. Please type it here."
    await morning.answers(talk, 8, Reply(words))
    verifications, customer = Verifications(morning.db), await open_crm(morning.db).customer_by_email(JOS_ADDRESS)
    assert customer is not None
    await verifications.record_match(talk, customer.id)
    code = await verifications.issue_code(talk, customer.id)
    await morning.writes("Jo", "whatsapp", code, 7)
    await verifications.check_code(talk, code)
    answer = "You have 30 days from delivery to return an item. A Skylark tent (blue) comes to £249."
    await morning.answers(talk, 7, Reply(answer, citations=(REFUNDS,)), Reply("What is wrong with it?"))
    await morning.writes("Jo", "whatsapp", "one of the poles is bent", 6)
    await morning.answers(talk, 6, Reply(HANDED_OVER))
    await morning.hands_over(talk, 6, JO, "orders", 3)
    return talk


async def begin(db: Database) -> dict[str, UUID]:
    """Gives the conversations that pictures are of."""
    await demo.seed(db, afresh=True)
    morning = Morning(db)
    ada = await _person(morning, "Ada Lovell", Role.ADMINISTRATOR)
    ann = await _person(morning, "Ann Archer", Role.AGENT, "orders", "billing")
    ben = await _person(morning, "Ben Nevis", Role.SUPERVISOR, "technical")
    for shortcut, title, words in (
        ("hello", "Hello", "Hello {{contact.first_name}}, this is {{agent.name}}. I am looking into it."),
        ("label", "Return label", "A label for {{order.number}} is in your email. Any parcel shop takes it."),
        ("sorry", "Sorry", "I am sorry about that, {{contact.first_name}}. Let me put it right."),
    ):
        await CannedReplies(db).save(ada, shortcut, title, words)
    await morning.resolved(ann, "Kate Novak", "telegram", "my jacket has not come back", 60 * 50, 5)
    await morning.resolved(ann, "Olu Bello", "telegram", "my lantern flickers", 60 * 26, 4)
    done = await morning.writes("Harriet Stone", "webchat", "how do I wash a waxed jacket?", 300)
    await morning.answers(done, 300, Reply("With cold water and a brush, never in a machine.", citations=(REFUNDS,)))
    await Conversations(db).resolve(done, Outcome.RESOLVED_BY_ASSISTANT)
    await Conversations(db).rate(done, 5)
    await morning.waits(
        "Tom Hughes", "telegram", "This is the third time I ask for my kettle!!", 21, "anger", "orders", 2
    )
    await morning.waits(
        "Grace Lin", "webchat", "I was charged twice for the air bed", 4, "billing_dispute", "billing", 2
    )
    await morning.waits(None, "webchat", "can I talk to a person please", 2, "asked_for_person", "general")
    leo = await morning.waits(
        "Leo Marsh", "whatsapp", "someone signed in to my account", 1, "account_security", "accounts", 1
    )
    sam = await morning.waits(
        "Sam Okafor", "whatsapp", "call me about the stove please", 50, "asked_for_person", "orders"
    )
    await Callbacks(db, now=morning.at(50)).arrange(
        sam, morning.now + timedelta(hours=2), CallbackWay.PHONE, "+44 7700 900123", "Change of address, FW-200102"
    )
    raj = await morning.waits("Raj Patel", "telegram", "please email me the quote", 190, "outside_rules", "technical")
    await Callbacks(db, now=morning.at(190)).arrange(
        raj,
        morning.now - timedelta(minutes=20),
        CallbackWay.EMAIL,
        "raj.patel@example.com",
        "Quote for the tent's repair",
    )
    await Callbacks(db).remind()  # Raj's time has come
    nia = await morning.writes("Nia Evans", "telegram", "can I still cancel FW-200114?", 1)
    await morning.answers(nia, 1, Reply("Yes, it has not left yet. Cancel it?"))
    questions = Questions(db)
    for words in ("Do you ship to Norway?", "Do you ship to Norway?", "Is the wax vegan?", "Can I rent a tent?"):
        await questions.record(words, answered=False)
    jo = await jo_returns_a_tent(morning)
    await Notes(db, now=morning.at(3)).add(
        jo, ben, "@Ann Archer the Skylark's poles were recalled in May, a refund is fine."
    )
    await _assistant_runs(db)
    return {"jo": jo, "leo": leo, "done": done}


async def _person(morning: Morning, name: str, role: Role, *teams: str) -> Agent:
    """Somebody who has worked here for some days."""
    return await Agents(morning.db, passwords=QUICK, now=morning.at(60 * 24 * 5)).add(
        None,
        email=f"{name.split()[0].lower()}@fernway.example",
        name=name,
        role=role,
        password=PASSWORD,
        teams=teams,
        must_change_password=False,
    )


async def _assistant_runs(db: Database) -> None:
    async with db.begin() as connection:
        await connection.execute(
            text("INSERT INTO deskhand_queue.procrastinate_workers (last_heartbeat) VALUES (now() + interval '1 hour')")
        )
        await connection.execute(text("UPDATE deskhand.messages SET awaits_turn = false"))
        await connection.execute(text("UPDATE deskhand.messages SET delivery = 'read' WHERE author <> 'contact'"))
