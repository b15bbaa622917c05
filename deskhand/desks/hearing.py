"""Doing what an outside desk tells, through the calls that our own desk makes: control stays in our store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from uuid import UUID, uuid5

from deskhand.conversation.model import Conversation, Status
from deskhand.conversation.outside import AgentSaid, Heard, Moved, Person, Standing, standing_of
from deskhand.conversation.people import Agent
from deskhand.desks.errors import NotSaid
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.desk.outside import Case, Cases
from deskhand.store.desk.outside_people import OutsidePeople, let_see, who_has
from deskhand.store.desk.work import LONGEST_MESSAGE, Work
from deskhand.store.desk.written import is_written
from deskhand.store.errors import (
    AlreadyResolved,
    ContactUnreachable,
    InAnotherConversation,
    NewWords,
    NotInControl,
    TakenBy,
)

log = logging.getLogger(__name__)

_IDS = UUID("5f6f1f5c-2a0f-4a0f-9a63-1f4a5d1c7c11")
"""Names in it are ids of an outside desk's messages."""
TRIES = 5
"""Two agents of the desk may write at one moment, each of whom then has the conversation for a moment."""


class Hearing:
    def __init__(self, db: Database, desk: str) -> None:
        self._db = db
        self._desk = desk
        self._cases = Cases(db, desk)
        self._people = OutsidePeople(db, desk)
        self._work = Work(db)
        self._conversations = Conversations(db)

    async def take(self, heard: Sequence[Heard]) -> None:
        """Does all of it; what was done before changes nothing. Raises `NotSaid`, `DatabaseUnavailable`."""
        for one in heard:
            case = await self._cases.known(one.case)
            if case is None:
                log.debug("Something of a conversation that %s has from elsewhere.", self._desk)
            elif isinstance(one, AgentSaid):
                await self._say(case, one)
            else:
                await self._move(case, one)

    # -- words

    async def _say(self, case: Case, said: AgentSaid) -> None:
        pieces = pieces_of(said.text)
        for number, piece in enumerate(pieces):
            client_id = uuid5(_IDS, f"{self._desk}:{said.message}:{number}")
            # Before anything is taken over or reopened for it.
            if not await is_written(self._db, case.conversation_id, client_id):
                await self._say_piece(case.conversation_id, said.by, piece, client_id)

    async def _say_piece(self, conversation_id: UUID, by: Person, piece: str, client_id: UUID) -> None:
        agent = await self._agent(by, conversation_id)
        for _ in range(TRIES):
            try:
                await self._take(await self._conversations.get(conversation_id), agent)
                await self._work.say(conversation_id, agent, piece, client_id=client_id)
                return
            except (TakenBy, NotInControl, AlreadyResolved):
                await asyncio.sleep(0)  # somebody was faster, and is done by now
            except (ContactUnreachable, InAnotherConversation) as exc:
                raise NotSaid(str(exc)) from exc
        raise NotSaid("Several people are writing at once. Please send it again.")

    async def _take(self, conversation: Conversation, agent: Agent) -> None:
        if conversation.status is Status.RESOLVED:
            await self._work.reopen(conversation.id, agent)
        elif conversation.assignee_id != agent.id or conversation.status is Status.PENDING:
            await self._work.takeover(conversation.id, agent, force=True)

    # -- who has it

    async def _move(self, case: Case, moved: Moved) -> None:
        if moved.at is not None and case.heard_at is not None and moved.at <= case.heard_at:
            return
        conversation = await self._conversations.get(case.conversation_id)
        try:
            await self._follow(conversation, case, moved)
        except (TakenBy, NotInControl, AlreadyResolved, InAnotherConversation, NewWords) as exc:
            log.info("%s has not moved conversation %s: %s", self._desk, case.conversation_id, type(exc).__name__)
        await self._cases.heard(case.conversation_id, moved.shown, moved.at)

    async def _follow(self, conversation: Conversation, case: Case, moved: Moved) -> None:
        if moved.standing is case.standing and not moved.given:
            return  # what we told it ourselves
        standing = standing_of(conversation.status)
        match moved.standing:
            case Standing.AGENTS if standing is not Standing.AGENTS or moved.by is not None:
                await self._take(conversation, await self._acting(conversation, moved.by))
            case Standing.ASSISTANT if standing is Standing.AGENTS:
                await self._work.give_back(conversation.id, await self._acting(conversation, None))
            case Standing.ENDED if standing is not Standing.ENDED:
                agent = await self._acting(conversation, moved.by)
                if standing is Standing.ASSISTANT or (moved.by is not None and conversation.assignee_id != agent.id):
                    await self._take(conversation, agent)
                await self._work.resolve(conversation.id, agent, seen_seq=case.told_seq)

    async def _acting(self, conversation: Conversation, by: Person | None) -> Agent:
        """Who does it: the person that the desk names, else whoever has it here, else the desk itself."""
        if by is not None:
            return await self._agent(by, conversation.id)
        holder = await who_has(self._db, conversation.id)
        if holder is not None:
            return await let_see(self._db, holder, conversation.id)
        return await self._agent(Person("0", self._desk.capitalize()), conversation.id)

    async def _agent(self, person: Person, conversation_id: UUID) -> Agent:
        return await let_see(self._db, await self._people.known(person), conversation_id)


def pieces_of(text: str) -> list[str]:
    """What our channels take at once, cut where a line or a word ends."""
    pieces, rest = [], text.strip()
    while len(rest) > LONGEST_MESSAGE:
        head = rest[:LONGEST_MESSAGE]
        cut = max(head.rfind("\n"), head.rfind(" ") if "\n" not in head[LONGEST_MESSAGE // 2 :] else -1)
        cut = cut if cut > 0 else LONGEST_MESSAGE
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces
