"""A desk in one test: contacts who write, the assistant's turns, agents who work, at a time of the test's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert, update

from deskhand.conversation.model import Conversation, HandoffPacket, InboundMessage, Reply
from deskhand.conversation.people import Agent, Role
from deskhand.conversation.routing import UNROUTED, Route
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.desk.inbox import Queues
from deskhand.store.desk.notes import Notes
from deskhand.store.desk.transcript import Transcripts
from deskhand.store.desk.work import Work
from deskhand.store.desk_tables import teams as teams_table
from deskhand.store.inbox import Inbox
from deskhand.store.people_tables import agent_teams, agents
from deskhand.store.turns import Turn, Turns

PERSON_ANSWERS = "A person will answer."
PACKET = HandoffPacket(reason="asked_for_person", summary="They want a person.")
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Desk:
    def __init__(self, db: Database, channel: str = "webchat") -> None:
        self.db = db
        self.channel = channel
        self.now = START
        self.inbox = Inbox(db, now=self.time)
        self.turns = Turns(db, now=self.time)
        self.conversations = Conversations(db, now=self.time)
        self.work = Work(db, now=self.time)
        self.notes = Notes(db, now=self.time)
        self.queues = Queues(db)
        self.transcripts = Transcripts(db)

    def time(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def agent(self, name: str = "Ann Archer", role: Role = Role.AGENT, teams: Iterable[str] = ()) -> Agent:
        return await agent(self.db, name, role, teams)

    async def write(self, text: str = "hello", who: str = "visitor") -> UUID:
        """A contact writes; a minute goes by."""
        self.later(minutes=1)
        (received,) = await self.inbox.take([InboundMessage(self.channel, who, str(uuid4()), text)])
        return received.conversation.id

    async def turn(self, conversation_id: UUID, *replies: str) -> Turn | None:
        """The assistant's turn, if there is one, with what it answers."""
        turn = await self.turns.begin(conversation_id, 0, PERSON_ANSWERS)
        if isinstance(turn, Turn):
            await self.turns.settle(turn, [Reply(text) for text in replies])
            return turn
        return None

    async def waiting(self, who: str = "visitor", text: str = "a person, please", route: Route = UNROUTED) -> UUID:
        """A conversation that was handed over, and nobody has."""
        conversation_id = await self.write(text, who)
        turn = await self.turns.begin(conversation_id, 0, PERSON_ANSWERS)
        assert isinstance(turn, Turn)
        await self.conversations.request_handoff(conversation_id, PACKET, route)
        await self.turns.settle(turn, [Reply("A person will take over.")])
        return conversation_id

    async def texts(self, conversation_id: UUID) -> list[str]:
        return [f"{one.author}: {one.text}" for one in await self.conversations.history(conversation_id)]

    async def get(self, conversation_id: UUID) -> Conversation:
        return await self.conversations.get(conversation_id)

    async def entries(self, conversation_id: UUID, who: Agent) -> list[str]:
        """The transcript, a line each."""
        found = []
        for one in (await self.transcripts.read(conversation_id, who)).entries:
            if one.message is not None:
                found.append(f"{one.message.message.author}: {one.message.message.text}")
            elif one.note is not None:
                found.append(f"note by {one.note.agent_name}: {one.note.text}")
            elif one.discarded is not None:
                found.append(f"discarded: {one.discarded.text}")
            elif one.event is not None:
                found.append(f"{one.event.kind} by {one.event.agent_name}")
        return found


async def agent(db: Database, name: str = "Ann Archer", role: Role = Role.AGENT, teams: Iterable[str] = ()) -> Agent:
    """Somebody who works at the desk. Nobody can sign in as them."""
    one = Agent(
        id=uuid4(),
        email=f"{uuid4().hex}@fernway.example",
        name=name,
        role=role,
        created_at=START,
        teams=frozenset(teams),
    )
    async with db.begin() as connection:
        await connection.execute(
            insert(agents).values(id=one.id, email=one.email, name=name, role=role, password_hash="!", created_at=START)
        )
        for team in one.teams:
            await connection.execute(insert(agent_teams).values(agent_id=one.id, team=team))
    return one


async def restrict(db: Database, team: str) -> None:
    """From now on only the team's members see its conversations."""
    async with db.begin() as connection:
        await connection.execute(update(teams_table).where(teams_table.c.name == team).values(restricted=True))
