"""Contacts, conversations, messages and handoffs.

Whoever changes a conversation first takes its row lock, so changes to one conversation come one by one and
those to others do not wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import (
    Author,
    Button,
    Conversation,
    Handoff,
    HandoffPacket,
    InboundMessage,
    Message,
    Outcome,
    Reply,
    Status,
)
from deskhand.conversation.routing import UNROUTED, Route
from deskhand.store import changes, rows
from deskhand.store.control import begin_handoff, change, close, give_to_assistant, locked, may_speak
from deskhand.store.database import Database
from deskhand.store.errors import AlreadyResolved, ControlChanged, ConversationNotFound, MessageIdTaken
from deskhand.store.identities import ids_of, lock_identities
from deskhand.store.outgoing import queue_out
from deskhand.store.receiving import Received, receive_message
from deskhand.store.replies import store_replies
from deskhand.store.rows import AnyRow
from deskhand.store.tables import buttons, conversations, handoffs, messages
from deskhand.store.texts import storable

__all__ = [
    "AlreadyResolved",
    "ControlChanged",
    "ConversationNotFound",
    "Conversations",
    "MessageIdTaken",
    "Received",
]


class Conversations:
    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def receive(self, inbound: InboundMessage) -> Received:
        """Stores a message in the contact's conversation, which is opened if there is none.

        Raises `MessageIdTaken`.
        """
        try:
            async with self._db.begin() as connection:
                await lock_identities(connection, ids_of(inbound))
                return await receive_message(connection, inbound, self._now(), awaits_turn=False)
        except IntegrityError as exc:
            if "uq_messages_channel_external_id" in str(exc.orig):
                raise MessageIdTaken(f"A message id of {inbound.channel} came from two contacts.") from exc
            raise

    async def add_replies(
        self, conversation_id: UUID | str, control_token: int, replies: Sequence[Reply]
    ) -> list[Message]:
        """Stores what the assistant says, under the control token that its turn began with.

        Raises `ControlChanged` if somebody else has control by now. The turn in which the assistant itself
        asked for an agent may still say so.
        """
        async with self._db.begin() as connection:
            row = await _locked(connection, conversation_id)
            if not may_speak(row, control_token):
                raise ControlChanged("The assistant does not have control of this conversation any more.")
            stored = await store_replies(connection, row.id, replies, self._now())
            await queue_out(connection, row.contact_id, stored, self._now())
            await changes.tell(connection, row.id)
            return stored

    async def history(self, conversation_id: UUID | str, after_seq: int = 0, limit: int = 200) -> list[Message]:
        """Messages with a higher number than `after_seq`, in order."""
        async with self._db.begin() as connection:
            found = await connection.execute(
                select(messages)
                .where(messages.c.conversation_id == _uuid(conversation_id), messages.c.seq > after_seq)
                .order_by(messages.c.seq)
                .limit(limit)
            )
            stored = found.all()
            offered = await rows.buttons_of(connection, [row.id for row in stored])
        return [rows.message(row, offered.get(row.id, ())) for row in stored]

    async def last_said(self, conversation_id: UUID | str) -> Message | None:
        """The last message that is not the contact's."""
        async with self._db.begin() as connection:
            found = await connection.execute(
                select(messages)
                .where(messages.c.conversation_id == _uuid(conversation_id), messages.c.author != Author.CONTACT)
                .order_by(messages.c.seq.desc())
                .limit(1)
            )
            row = found.one_or_none()
        return rows.message(row) if row is not None else None

    async def offered_button(self, conversation_id: UUID | str, button_id: str) -> Button | None:
        """The button with this id, if it was offered in this conversation."""
        async with self._db.begin() as connection:
            found = await connection.execute(
                select(buttons).where(
                    buttons.c.id == storable(button_id),
                    buttons.c.conversation_id == _uuid(conversation_id),
                )
            )
            row = found.one_or_none()
        return rows.button(row) if row is not None else None

    async def request_handoff(
        self, conversation_id: UUID | str, packet: HandoffPacket, route: Route = UNROUTED
    ) -> Handoff:
        """Hands control to the agents. Asked again while a handoff is open, returns that one unchanged.

        Raises `AlreadyResolved`, `ConversationNotFound`.
        """
        async with self._db.begin() as connection:
            row = await _locked(connection, conversation_id)
            _refuse_resolved(row)
            await changes.tell(connection, row.id)
            return await begin_handoff(connection, row, packet, self._now(), route)

    async def return_to_assistant(self, conversation_id: UUID | str) -> Conversation:
        """Gives control back to the assistant and closes the handoff.

        Raises `AlreadyResolved`, `ConversationNotFound`.
        """
        async with self._db.begin() as connection:
            row = await _locked(connection, conversation_id)
            _refuse_resolved(row)
            if row.status == Status.PENDING:
                return rows.conversation(row)
            await changes.tell(connection, row.id)
            return rows.conversation(await give_to_assistant(connection, row, self._now()))

    async def resolve(self, conversation_id: UUID | str, outcome: Outcome) -> Conversation:
        """Ends the conversation with its one outcome.

        Raises `AlreadyResolved`, `ConversationNotFound`, and `ControlChanged` when the assistant would resolve what
        agents have control of.
        """
        async with self._db.begin() as connection:
            row = await _locked(connection, conversation_id)
            _refuse_resolved(row)
            if outcome is Outcome.RESOLVED_BY_ASSISTANT and row.status != Status.PENDING:
                raise ControlChanged("The assistant does not have control of this conversation any more.")
            await changes.tell(connection, row.id)
            return rows.conversation(await close(connection, row, outcome, self._now()))

    async def rate(self, conversation_id: UUID | str, rating: int, comment: str | None = None) -> Conversation:
        """What the customer thinks of it, 1 to 5. A later rating replaces an earlier one.

        Raises `ConversationNotFound`, and `ValueError` for another number.
        """
        if not 1 <= rating <= 5:
            raise ValueError(f"A rating is 1 to 5, not {rating}.")
        async with self._db.begin() as connection:
            row = await _locked(connection, conversation_id)
            changed = await change(
                connection,
                row.id,
                rating=rating,
                rating_comment=storable(comment) if comment else None,
                rated_at=self._now(),
            )
            return rows.conversation(changed)

    async def get(self, conversation_id: UUID | str) -> Conversation:
        """Raises `ConversationNotFound`."""
        async with self._db.begin() as connection:
            found = await connection.execute(select(conversations).where(conversations.c.id == _uuid(conversation_id)))
            row = found.one_or_none()
        if row is None:
            raise ConversationNotFound("There is no such conversation.")
        return rows.conversation(row)

    async def handoffs(self, open_only: bool = True, conversation_id: UUID | str | None = None) -> list[Handoff]:
        """Handoffs, those that wait longest first."""
        query = select(handoffs).order_by(handoffs.c.requested_at)
        if open_only:
            query = query.where(handoffs.c.closed_at.is_(None))
        if conversation_id is not None:
            query = query.where(handoffs.c.conversation_id == _uuid(conversation_id))
        async with self._db.begin() as connection:
            found = await connection.execute(query)
            return [rows.handoff(row) for row in found]


def _refuse_resolved(row: AnyRow) -> None:
    if row.status == Status.RESOLVED:
        raise AlreadyResolved("The conversation is resolved.")


async def _locked(connection: AsyncConnection, conversation_id: UUID | str) -> AnyRow:
    return await locked(connection, _uuid(conversation_id))


def _uuid(conversation_id: UUID | str) -> UUID:
    """Raises `ConversationNotFound` for a Rasa sender id that came through no channel, as in `rasa shell`."""
    try:
        return conversation_id if isinstance(conversation_id, UUID) else UUID(conversation_id)
    except ValueError as exc:
        raise ConversationNotFound("There is no such conversation.") from exc
