"""What agents do to conversations: each act is one transaction that holds the conversation's row.

Whoever may not see a conversation is told that there is none: `ConversationNotFound`, from all of these.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.desk import EventKind
from deskhand.conversation.lines import BACK_WITH_ASSISTANT
from deskhand.conversation.model import Author, Conversation, Message, Outcome, Status
from deskhand.conversation.people import Agent
from deskhand.store import changes, rows
from deskhand.store.control import change, close, give_to_assistant, locked
from deskhand.store.database import Database
from deskhand.store.desk import audit
from deskhand.store.desk.events import note_event
from deskhand.store.desk.given import check_agent_can_have, check_team_exists, name_of
from deskhand.store.desk.saying import mark_read, note_draft_used, said_before, store_agents_words
from deskhand.store.desk.visibility import visible_to
from deskhand.store.errors import (
    AlreadyResolved,
    ContactUnreachable,
    ConversationNotFound,
    InAnotherConversation,
    NewWords,
    NotInControl,
    TakenBy,
)
from deskhand.store.outgoing import queue_out, store_line
from deskhand.store.recipients import recipient_of
from deskhand.store.rows import AnyRow
from deskhand.store.tables import conversations, messages

LONGEST_MESSAGE = 4000
"""In characters: what each channel takes, in one message or a few."""


class Work:
    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def takeover(
        self, conversation_id: UUID, agent: Agent, seen_token: int | None = None, *, force: bool = False
    ) -> Conversation:
        """Gives the agent control. Whatever turn of the assistant's is running says nothing any more.

        `force` takes it from a colleague, if the token is still the one that the agent's page showed. Raises
        `TakenBy` when a colleague has it, or was faster, and `AlreadyResolved`.
        """
        async with self._working(conversation_id, agent) as (connection, row):
            _refuse_resolved(row)
            if row.assignee_id == agent.id and row.status == Status.OPEN:
                return rows.conversation(row)
            if row.assignee_id not in (None, agent.id) and not (force and seen_token in (None, row.control_token)):
                raise TakenBy(row.assignee_id, await name_of(connection, row.assignee_id))
            now = self._now()
            had_it = await name_of(connection, row.assignee_id) if row.assignee_id else None
            whom = "assistant" if row.status == Status.PENDING else had_it
            await note_event(connection, row.id, EventKind.TAKEOVER, now, agent.id, **{"from": whom})
            await audit.write(
                connection, agent, "conversation.taken", conversation_id=row.id, at=now, details={"from": whom}
            )
            return rows.conversation(await self._give_control(connection, row, agent, now))

    async def say(
        self,
        conversation_id: UUID,
        agent: Agent,
        text: str,
        *,
        client_id: UUID | None = None,
        draft_id: UUID | None = None,
    ) -> Message:
        """Sends the contact a message. `client_id`: made by the agent's page; the same one again changes nothing.
        `draft_id`: of the proposed reply that it came from.

        Raises `NotInControl`, `TakenBy`, `AlreadyResolved`, `ContactUnreachable`, and `ValueError` for a message
        without words or a longer one than `LONGEST_MESSAGE`.
        """
        if not text.strip() or len(text) > LONGEST_MESSAGE:
            raise ValueError(f"A message has 1 to {LONGEST_MESSAGE} characters.")
        async with self._working(conversation_id, agent) as (connection, row):
            known = await said_before(connection, client_id, row.id)
            if known is not None:
                return known
            await _require_control(connection, row, agent)
            if not (await recipient_of(connection, row.contact_id)).reachable:
                raise ContactUnreachable("The customer cannot be reached on this channel now.")
            now = self._now()
            message = await store_agents_words(connection, row, agent, text.strip(), now, client_id)
            if draft_id is not None:
                await note_draft_used(connection, draft_id, row.id, agent, message)
            if row.status == Status.SNOOZED:
                await change(connection, row.id, status=Status.OPEN, snoozed_until=None)
            await audit.write(connection, agent, "conversation.answered", conversation_id=row.id, at=now)
            return message

    async def give_back(self, conversation_id: UUID, agent: Agent, words: str = BACK_WITH_ASSISTANT) -> Conversation:
        """Returns control to the assistant, which learns in its next turn what was said meanwhile. The contact is
        told so in `words`. Raises `TakenBy`, `AlreadyResolved`."""
        async with self._working(conversation_id, agent) as (connection, row):
            _refuse_resolved(row)
            if row.status == Status.PENDING:
                return rows.conversation(row)
            await _refuse_colleagues(connection, row, agent)
            now = self._now()
            returned = await give_to_assistant(connection, row, now, agent.id)
            line = await store_line(connection, row.id, words, now)
            await queue_out(connection, row.contact_id, [line], now)
            await audit.write(connection, agent, "conversation.returned", conversation_id=row.id, at=now)
            return rows.conversation(returned)

    async def assign(
        self, conversation_id: UUID, agent: Agent, *, to: UUID | None = None, team: str | None = None
    ) -> Conversation:
        """Gives it to an agent, a team (where it waits for any of them), or both; to nobody in particular, if
        neither. Raises `NotInControl` while the assistant has it, `AlreadyResolved`, `CannotTake`."""
        async with self._working(conversation_id, agent) as (connection, row):
            _refuse_resolved(row)
            if row.status == Status.PENDING:
                raise NotInControl("The assistant has this conversation. Take it over first.")
            if team is not None:
                await check_team_exists(connection, team)
            its_team = team if team is not None else row.team
            name = await check_agent_can_have(connection, to, its_team) if to is not None else None
            now = self._now()
            waiting = row.waiting_since if to is not None else row.waiting_since or now
            await note_event(connection, row.id, EventKind.ASSIGNED, now, agent.id, to=name, team=team)
            await audit.write(
                connection,
                agent,
                "conversation.assigned",
                conversation_id=row.id,
                at=now,
                details={"to": str(to) if to else None, "team": team},
            )
            return rows.conversation(
                await change(connection, row.id, assignee_id=to, team=its_team, waiting_since=waiting)
            )

    async def prioritise(self, conversation_id: UUID, agent: Agent, priority: int) -> Conversation:
        """1 is the most urgent, 4 the least. Raises `ValueError` for another number."""
        if priority not in range(1, 5):
            raise ValueError(f"A priority is 1 to 4, not {priority}.")
        async with self._working(conversation_id, agent) as (connection, row):
            now = self._now()
            await note_event(connection, row.id, EventKind.PRIORITY, now, agent.id, priority=priority)
            await audit.write(
                connection,
                agent,
                "conversation.prioritised",
                conversation_id=row.id,
                at=now,
                details={"priority": priority},
            )
            return rows.conversation(await change(connection, row.id, priority=priority))

    async def snooze(self, conversation_id: UUID, agent: Agent, until: datetime) -> Conversation:
        """Out of the way until then, or until the contact writes. Raises `NotInControl`, `TakenBy`,
        `AlreadyResolved`, and `ValueError` for a time that is over."""
        async with self._working(conversation_id, agent) as (connection, row):
            now = self._now()
            if until <= now:
                raise ValueError("A conversation is snoozed until some time to come.")
            await _require_control(connection, row, agent)
            await note_event(connection, row.id, EventKind.SNOOZED, now, agent.id, until=until.isoformat())
            await audit.write(connection, agent, "conversation.snoozed", conversation_id=row.id, at=now)
            return rows.conversation(await change(connection, row.id, status=Status.SNOOZED, snoozed_until=until))

    async def wake(self, conversation_id: UUID, agent: Agent) -> Conversation:
        """Ends a snooze before its time."""
        async with self._working(conversation_id, agent) as (connection, row):
            if row.status != Status.SNOOZED:
                return rows.conversation(row)
            now = self._now()
            await note_event(connection, row.id, EventKind.WOKEN, now, agent.id)
            await audit.write(connection, agent, "conversation.woken", conversation_id=row.id, at=now)
            return rows.conversation(await change(connection, row.id, status=Status.OPEN, snoozed_until=None))

    async def resolve(
        self, conversation_id: UUID, agent: Agent, summary: str = "", *, seen_seq: int | None = None
    ) -> Conversation:
        """Ends it as resolved by an agent. `seen_seq`: the last message that the agent's page showed.

        Raises `NewWords` when the contact wrote after that, `NotInControl`, `TakenBy`, `AlreadyResolved`.
        """
        async with self._working(conversation_id, agent) as (connection, row):
            await _require_control(connection, row, agent, unassigned_will_do=True)
            if seen_seq is not None and await _wrote_after(connection, row.id, seen_seq):
                raise NewWords("The customer has just written something. Please read it first.")
            now = self._now()
            await change(connection, row.id, assignee_id=agent.id)
            await audit.write(connection, agent, "conversation.resolved", conversation_id=row.id, at=now)
            return rows.conversation(
                await close(connection, row, Outcome.RESOLVED_BY_AGENT, now, agent.id, summary.strip()[:2000])
            )

    async def reopen(self, conversation_id: UUID, agent: Agent) -> Conversation:
        """Takes up again what was resolved; the agent has it. Raises `InAnotherConversation`."""
        async with self._working(conversation_id, agent) as (connection, row):
            if row.status != Status.RESOLVED:
                return rows.conversation(row)
            other = await connection.scalar(
                select(conversations.c.id).where(
                    conversations.c.contact_id == row.contact_id, conversations.c.status != Status.RESOLVED
                )
            )
            if other is not None:
                raise InAnotherConversation(other)
            now = self._now()
            await note_event(connection, row.id, EventKind.REOPENED, now, agent.id)
            await audit.write(connection, agent, "conversation.reopened", conversation_id=row.id, at=now)
            again = await change(
                connection,
                row.id,
                outcome=None,
                resolved_at=None,
                rating_asked_at=None,
                reopened=row.reopened + 1,
                status=Status.PENDING,  # for a moment: as if it were taken over from the assistant
            )
            return rows.conversation(await self._give_control(connection, again, agent, now))

    async def read(self, conversation_id: UUID, agent: Agent, seq: int) -> None:
        """The agent has seen it up to this message."""
        async with self._db.begin() as connection:
            seen = await connection.scalar(
                select(conversations.c.last_seq).where(conversations.c.id == conversation_id, visible_to(agent))
            )
            if seen is None:
                raise ConversationNotFound("There is no such conversation.")
            await mark_read(connection, agent.id, conversation_id, min(seq, seen))

    @asynccontextmanager
    async def _working(self, conversation_id: UUID, agent: Agent) -> AsyncIterator[tuple[AsyncConnection, AnyRow]]:
        """The row, locked; everybody who watches it is told when it is done."""
        async with self._db.begin() as connection:
            row = await locked(connection, conversation_id)
            visible = select(conversations.c.id).where(conversations.c.id == conversation_id, visible_to(agent))
            if await connection.scalar(visible) is None:
                raise ConversationNotFound("There is no such conversation.")
            yield connection, row
            await changes.tell(connection, conversation_id)

    async def _give_control(self, connection: AsyncConnection, row: AnyRow, agent: Agent, now: datetime) -> AnyRow:
        from_assistant = row.status == Status.PENDING
        waiting = await _unanswered_since(connection, row.id) if from_assistant else row.waiting_since
        untold = func.coalesce(row.untold_after_seq, row.last_seq) if from_assistant else row.untold_after_seq
        return await change(
            connection,
            row.id,
            status=Status.OPEN,
            assignee_id=agent.id,
            control_token=row.control_token + 1,
            handoff_token=None,  # not even the turn that asked for an agent may go on
            snoozed_until=None,
            waiting_since=waiting,
            untold_after_seq=untold,
        )


def _refuse_resolved(row: AnyRow) -> None:
    if row.status == Status.RESOLVED:
        raise AlreadyResolved("The conversation is resolved.")


async def _refuse_colleagues(connection: AsyncConnection, row: AnyRow, agent: Agent) -> None:
    if row.assignee_id not in (None, agent.id):
        raise TakenBy(row.assignee_id, await name_of(connection, row.assignee_id))


async def _require_control(
    connection: AsyncConnection, row: AnyRow, agent: Agent, *, unassigned_will_do: bool = False
) -> None:
    _refuse_resolved(row)
    if row.status == Status.PENDING:
        raise NotInControl("The assistant has this conversation. Take it over first.")
    await _refuse_colleagues(connection, row, agent)
    if row.assignee_id is None and not unassigned_will_do:
        raise NotInControl("Nobody has this conversation yet. Take it over first.")


async def _wrote_after(connection: AsyncConnection, conversation_id: UUID, seq: int) -> bool:
    query = select(messages.c.id).where(
        messages.c.conversation_id == conversation_id, messages.c.seq > seq, messages.c.author == Author.CONTACT
    )
    return (await connection.scalar(query.limit(1))) is not None


async def _unanswered_since(connection: AsyncConnection, conversation_id: UUID) -> datetime | None:
    """When the contact wrote the first message that nobody has answered."""
    answered = (
        select(func.coalesce(func.max(messages.c.seq), 0))
        .where(messages.c.conversation_id == conversation_id, messages.c.author != Author.CONTACT)
        .scalar_subquery()
    )
    since: datetime | None = await connection.scalar(
        select(func.min(messages.c.sent_at)).where(
            messages.c.conversation_id == conversation_id, messages.c.seq > answered
        )
    )
    return since
