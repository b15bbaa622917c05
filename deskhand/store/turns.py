"""Turns: what a customer said, and what the assistant makes of it, exactly once.

A turn is begun and settled in transactions that hold the conversation's row. Whoever begins it again, because its
process died or it failed, raises `attempts`; whoever holds an older number can settle nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import bindparam, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Author, Conversation, HandoffPacket, Message, Outcome, Reply, Status
from deskhand.store import changes, rows
from deskhand.store.control import begin_handoff, give_to_assistant, locked, may_speak
from deskhand.store.database import Database
from deskhand.store.delivery_tables import turns
from deskhand.store.desk.coming_back import take_up_again
from deskhand.store.desk.errands import errand_in
from deskhand.store.desk.events import note_discarded
from deskhand.store.desk.meanwhile import Meanwhile, meanwhile_in, note_told
from deskhand.store.outgoing import queue_out, store_line
from deskhand.store.recipients import Recipient, recipient_of
from deskhand.store.replies import store_replies
from deskhand.store.rows import AnyRow
from deskhand.store.tables import buttons, conversations, messages


@dataclass(frozen=True)
class Said:
    """One message that a turn answers."""

    text: str
    payload: str | None = None
    """Of the button that was pressed."""
    outdated: bool = False
    """The button was no longer on offer."""
    attachment_kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turn:
    id: UUID
    conversation: Conversation
    recipient: Recipient
    said: tuple[Said, ...]
    """Empty for the greeting, which answers nothing."""
    control_token: int
    attempts: int
    """1 the first time. More: it may have been taken already, wholly or in part."""
    arrived_at: datetime
    greeting: bool = False
    last_external_id: str | None = None
    """The channel's id of the last message that it answers."""
    meanwhile: tuple[Meanwhile, ...] = ()
    """What agents and the contact said while agents had control, which the assistant does not know yet."""
    errand: str | None = None
    """A payload that stands for what was said, when a contact who waits for an agent wants one of a few things."""


@dataclass(frozen=True)
class Settled:
    messages: tuple[Message, ...]
    more: bool
    """Something came in meanwhile, which wants a turn of its own."""


@dataclass(frozen=True)
class Wait:
    """The customer may still be typing."""

    seconds: float


_BEGIN = text(
    """
    WITH begun AS (
        INSERT INTO deskhand.turns (
            id, conversation_id, greeting, control_token, state, attempts, arrived_at, started_at
        )
        VALUES (:turn_id, :conversation_id, :greeting, :control_token, 'running', 1, :arrived_at, :now)
    )
    UPDATE deskhand.messages SET awaits_turn = false, turn_id = :turn_id
    WHERE id = ANY (CAST(:message_ids AS uuid[]))
    """
)
_FINISH_OURS = (
    update(turns)
    .where(turns.c.id == bindparam("turn"), turns.c.state == "running", turns.c.attempts == bindparam("attempt"))
    .values(state=bindparam("ended"), cause=bindparam("why"), finished_at=bindparam("now"))
)
_MORE = text("SELECT EXISTS (SELECT FROM deskhand.messages WHERE conversation_id = :conversation_id AND awaits_turn)")
_RUNNING = (
    select(turns.c.id)
    .where(turns.c.conversation_id == bindparam("conversation"), turns.c.state == "running")
    .scalar_subquery()
)
_ONE = select(literal(1).label("one")).subquery()
_WAITING = (
    select(messages, _RUNNING.label("running_id"))
    .select_from(
        _ONE.outerjoin(messages, (messages.c.conversation_id == bindparam("conversation")) & messages.c.awaits_turn)
    )
    .order_by(messages.c.sort_order, messages.c.seq)
)
"""At least one row, which is empty but for `running_id` when nothing waits."""


class Turns:
    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def begin(self, conversation_id: UUID, pause_seconds: float, person_answers: str) -> Turn | Wait | None:
        """The next turn of the conversation, or None when there is nothing to do.

        While agents have control there are no turns: what came in is theirs, and the customer is told so once,
        in the words `person_answers`. Until one of them comes, the assistant may still run errands.
        """
        async with self._db.begin() as connection:
            row = await locked(connection, conversation_id)
            waiting, running_id = await self._look(connection, row.id)
            if running_id is not None:
                found = await connection.execute(select(turns).where(turns.c.id == running_id))
                unfinished = found.one()
                if may_speak(row, unfinished.control_token):
                    return await self._again(connection, row, unfinished)
                await self._finish(connection, unfinished.id, "withheld", "ControlChanged")
            if waiting and row.outcome == Outcome.RESOLVED_BY_AGENT:  # it came while the agent resolved it
                row = await take_up_again(connection, row, self._now())
            if row.status in (Status.OPEN, Status.SNOOZED):
                return await self._while_agents_have_it(connection, row, waiting, pause_seconds, person_answers)
            if not waiting:
                return await self._greeting(connection, row)
            if (seconds := self._still_typing(waiting, pause_seconds)) > 0:
                return Wait(seconds)
            return await self._new(connection, row, _first_run(waiting))

    async def settle(self, turn: Turn, replies: Sequence[Reply]) -> Settled | None:
        """Stores what the assistant answers and queues it for sending.

        None when it may not be said any more: a person took over, or somebody else took up this turn.
        """
        async with self._db.begin() as connection:
            row = await locked(connection, turn.conversation.id)
            speaks = may_speak(row, turn.control_token)
            state, cause = ("done", None) if speaks else ("withheld", "ControlChanged")
            if not await self._finish_ours(connection, turn, state, cause):
                return None
            if not speaks:
                await note_discarded(connection, row.id, turn.id, [reply.text for reply in replies], self._now())
                await changes.tell(connection, row.id)
                return None
            await note_told(connection, row, turn.meanwhile)
            stored = await self._say(connection, row, turn, replies)
            return Settled(tuple(stored), bool(await connection.scalar(_MORE, {"conversation_id": row.id})))

    async def fail(
        self, turn: Turn, cause: str, replies: Sequence[Reply], packet: HandoffPacket | None
    ) -> list[Message] | None:
        """Ends a turn that cannot be taken: says so, and with a packet hands the conversation over."""
        async with self._db.begin() as connection:
            row = await locked(connection, turn.conversation.id)
            speaks = may_speak(row, turn.control_token)
            if not await self._finish_ours(connection, turn, "failed", cause):
                return None
            if not speaks:
                await changes.tell(connection, row.id)
                return None
            if packet is not None and row.status == Status.PENDING:
                await begin_handoff(connection, row, packet, self._now())
            return await self._say(connection, row, turn, replies)

    async def note_failure(self, turn: Turn, cause: str) -> None:
        """A try went wrong, and there will be another."""
        async with self._db.begin() as connection:
            await connection.execute(
                update(turns).where(turns.c.id == turn.id, turns.c.attempts == turn.attempts).values(cause=cause)
            )

    async def is_settled(self, conversation_id: UUID) -> bool:
        """Whether everything that the customer said has been dealt with, and a new conversation is opened."""
        async with self._db.begin() as connection:
            of_it = messages.c.conversation_id == conversation_id
            waiting = select(messages.c.id).where(of_it, messages.c.awaits_turn).limit(1)
            running = select(turns.c.id).where(turns.c.conversation_id == conversation_id, turns.c.state == "running")
            silent = select(conversations.c.id).where(
                conversations.c.id == conversation_id,
                conversations.c.status == Status.PENDING,
                conversations.c.last_seq == 0,
            )
            for unsettled in (waiting, running, silent):
                if (await connection.execute(unsettled)).first() is not None:
                    return False
            return True

    # -- beginning

    async def _again(self, connection: AsyncConnection, row: AnyRow, unfinished: AnyRow) -> Turn:
        attempts = unfinished.attempts + 1
        await connection.execute(
            update(turns).where(turns.c.id == unfinished.id).values(attempts=attempts, started_at=self._now())
        )
        found = await connection.execute(
            select(messages)
            .where(messages.c.turn_id == unfinished.id, messages.c.author == Author.CONTACT)
            .order_by(messages.c.sort_order, messages.c.seq)
        )
        run = found.all()
        turn = await _turn(connection, row, unfinished, run, attempts)
        errand = await errand_in(connection, row, run)
        return replace(turn, errand=errand.payload) if errand is not None else turn

    async def _greeting(self, connection: AsyncConnection, row: AnyRow) -> Turn | None:
        if row.last_seq or row.status != Status.PENDING:
            return None
        return await self._insert(connection, row, (), row.opened_at)

    async def _while_agents_have_it(
        self,
        connection: AsyncConnection,
        row: AnyRow,
        waiting: Sequence[AnyRow],
        pause_seconds: float,
        person_answers: str,
    ) -> Turn | Wait | None:
        while waiting:
            run = _first_run(waiting)
            errand = await errand_in(connection, row, run)
            if errand is not None:
                if (seconds := self._still_typing(waiting, pause_seconds)) > 0:
                    return Wait(seconds)
                if errand.ends_waiting:
                    row = await give_to_assistant(connection, row, self._now())
                    await changes.tell(connection, row.id)
                    return replace(await self._new(connection, row, run), errand=errand.payload)
                # Under the token with which it asked for an agent: a takeover ends this turn, too.
                turn = await self._new(connection, row, run, row.handoff_token)
                return replace(turn, errand=errand.payload)
            await self._leave_to_agents(connection, row, run, person_answers)
            waiting = waiting[len(run) :]
        return None

    async def _new(
        self, connection: AsyncConnection, row: AnyRow, run: Sequence[AnyRow], control_token: int | None = None
    ) -> Turn:
        return await self._insert(connection, row, run, min(message.sent_at for message in run), control_token)

    async def _insert(
        self,
        connection: AsyncConnection,
        row: AnyRow,
        run: Sequence[AnyRow],
        arrived_at: datetime,
        control_token: int | None = None,
    ) -> Turn:
        turn_id = uuid4()
        token = row.control_token if control_token is None else control_token
        values = {
            "turn_id": turn_id,
            "conversation_id": row.id,
            "greeting": not run,
            "control_token": token,
            "arrived_at": arrived_at,
            "now": self._now(),
            "message_ids": [message.id for message in run],
        }
        await connection.execute(_BEGIN, values)
        return Turn(
            id=turn_id,
            conversation=rows.conversation(row),
            recipient=await recipient_of(connection, row.contact_id),
            said=tuple([await _said(connection, message) for message in run]),
            control_token=token,
            attempts=1,
            arrived_at=arrived_at,
            greeting=not run,
            last_external_id=run[-1].external_id if run else None,
            meanwhile=await meanwhile_in(connection, row),
        )

    async def _look(self, connection: AsyncConnection, conversation_id: UUID) -> tuple[Sequence[AnyRow], UUID | None]:
        """What waits, in its order, and the turn that was begun and not ended."""
        found = (await connection.execute(_WAITING, {"conversation": conversation_id})).all()
        return [row for row in found if row.id is not None], found[0].running_id

    def _still_typing(self, waiting: Sequence[AnyRow], pause_seconds: float) -> float:
        """How long to wait yet. Whoever never pauses is answered after five pauses. A button needs no waiting."""
        if waiting[-1].button_id is not None:
            return 0.0
        now = self._now()
        first, last = min(one.sent_at for one in waiting), max(one.sent_at for one in waiting)
        since_first, since_last = (now - first).total_seconds(), (now - last).total_seconds()
        return float(min(pause_seconds - since_last, 5 * pause_seconds - since_first, pause_seconds))

    async def _leave_to_agents(
        self, connection: AsyncConnection, row: AnyRow, waiting: Sequence[AnyRow], person_answers: str
    ) -> None:
        await connection.execute(
            update(messages).where(messages.c.id.in_([one.id for one in waiting])).values(awaits_turn=False)
        )
        if not await _told_since_control_changed(connection, row.id, person_answers):
            message = await store_line(connection, row.id, person_answers, self._now())
            await queue_out(connection, row.contact_id, [message], self._now())
        await changes.tell(connection, row.id)

    # -- ending

    async def _finish_ours(self, connection: AsyncConnection, turn: Turn, state: str, cause: str | None) -> bool:
        """False if somebody else has taken up the turn, or ended it."""
        values = {"turn": turn.id, "attempt": turn.attempts, "ended": state, "why": cause, "now": self._now()}
        return bool((await connection.execute(_FINISH_OURS, values)).rowcount)

    async def _finish(self, connection: AsyncConnection, turn_id: UUID, state: str, cause: str | None) -> None:
        await connection.execute(
            update(turns).where(turns.c.id == turn_id).values(state=state, cause=cause, finished_at=self._now())
        )

    async def _say(
        self, connection: AsyncConnection, row: AnyRow, turn: Turn, replies: Sequence[Reply]
    ) -> list[Message]:
        stored = await store_replies(connection, row.id, replies, self._now(), turn.id)
        await queue_out(connection, row.contact_id, stored, self._now())
        await changes.tell(connection, row.id)
        return stored


async def _turn(connection: AsyncConnection, row: AnyRow, turn: AnyRow, run: Sequence[AnyRow], attempts: int) -> Turn:
    return Turn(
        id=turn.id,
        conversation=rows.conversation(row),
        recipient=await recipient_of(connection, row.contact_id),
        said=tuple([await _said(connection, message) for message in run]),
        control_token=turn.control_token,
        attempts=attempts,
        arrived_at=turn.arrived_at,
        greeting=turn.greeting,
        last_external_id=run[-1].external_id if run else None,
        meanwhile=await meanwhile_in(connection, row),
    )


async def _said(connection: AsyncConnection, message: AnyRow) -> Said:
    kinds = tuple(attachment["kind"] for attachment in message.attachments)
    if message.button_id is None:
        return Said(message.text, attachment_kinds=kinds)
    found = await connection.execute(
        select(buttons.c.payload, messages.c.seq)
        .join(messages, messages.c.id == buttons.c.message_id)
        .where(buttons.c.id == message.button_id, buttons.c.conversation_id == message.conversation_id)
    )
    button = found.one_or_none()
    if button is None or await _wrote_between(connection, message, button.seq):
        return Said(message.text, outdated=True)
    return Said(message.text, payload=button.payload)


async def _wrote_between(connection: AsyncConnection, press: AnyRow, offered_seq: int) -> bool:
    found = await connection.execute(
        select(messages.c.id)
        .where(
            messages.c.conversation_id == press.conversation_id,
            messages.c.author == Author.CONTACT,
            messages.c.seq > offered_seq,
            messages.c.seq < press.seq,
        )
        .limit(1)
    )
    return found.first() is not None


async def _told_since_control_changed(connection: AsyncConnection, conversation_id: UUID, line: str) -> bool:
    """Somebody who is talking to an agent, or was told already, is not told again that one will answer."""
    found = await connection.execute(
        select(messages.c.author, messages.c.text)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.author.in_([Author.AGENT, Author.SYSTEM, Author.ASSISTANT]),
        )
        .order_by(messages.c.seq.desc())
        .limit(50)
    )
    for row in found:
        if row.author == Author.AGENT or (row.author == Author.SYSTEM and row.text == line):
            return True
        if row.author == Author.ASSISTANT:
            return False
    return False


def _first_run(waiting: Sequence[AnyRow]) -> Sequence[AnyRow]:
    """What is answered together: words up to a pressed button, or one pressed button."""
    if waiting[0].button_id is not None:
        return waiting[:1]
    for place, message in enumerate(waiting):
        if message.button_id is not None:
            return waiting[:place]
    return waiting
