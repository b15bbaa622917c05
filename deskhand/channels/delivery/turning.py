"""Taking turns: from what waits in a conversation to replies that are stored and queued for sending."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from uuid import UUID

from deskhand.channels import wording
from deskhand.channels.delivery.addresses import address_of
from deskhand.channels.delivery.contracts import Connection
from deskhand.channels.delivery.metrics import Metrics
from deskhand.channels.errors import TurnFailed
from deskhand.channels.turns import Turns as Assistant
from deskhand.channels.typed_text import as_words
from deskhand.conversation.model import HandoffPacket, Reply
from deskhand.store.conversations import Conversations
from deskhand.store.turns import Turn, Turns, Wait

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
PAUSES_SECONDS = (1.0, 4.0)
"""Before the second and the third try."""
TURNS_AT_ONCE = 16
"""In Rasa. More would only make all of them slower; those that wait for the customer's pause do not count."""
TYPING_SECONDS = 4.0
"""Channels show that somebody types for five seconds or more."""


class TurnTaker:
    """Takes turns with this process's assistant. Conversations are kept apart by whoever calls."""

    def __init__(
        self,
        turns: Turns,
        conversations: Conversations,
        assistant: Callable[[str], Assistant],
        connections: Mapping[str, Connection],
        metrics: Metrics,
        *,
        pause_seconds: float,
        retry_pauses_seconds: Sequence[float] = PAUSES_SECONDS,
    ) -> None:
        """`assistant` gives whoever answers on a channel."""
        self._turns = turns
        self._conversations = conversations
        self._assistant = assistant
        self._connections = connections
        self._metrics = metrics
        self._pause_seconds = pause_seconds
        self._retry_pauses_seconds = retry_pauses_seconds
        self._places = asyncio.Semaphore(TURNS_AT_ONCE)

    async def take_all(self, conversation_id: UUID) -> None:
        """Until nothing is left to do. Raises `DatabaseUnavailable`."""
        while True:
            turn = await self._turns.begin(conversation_id, self._pause_seconds, wording.PERSON_ANSWERS)
            if turn is None:
                return
            if isinstance(turn, Wait):
                await asyncio.sleep(turn.seconds)
            elif turn.attempts > MOST_ATTEMPTS:
                # Its process died each time: the turn may well be the reason.
                await self._give_up(turn, "Interrupted")
            elif not await self._take(turn):
                return

    async def _take(self, turn: Turn) -> bool:
        """Returns whether there may be more to do."""
        try:
            async with self._typing(turn), self._places:
                replies = await self._replies(turn)
        except TurnFailed as exc:
            await self._try_again_or_give_up(turn, str(exc))
            return True
        if not replies and not await self._control_changed(turn):
            # Rasa goes on without a word when the action server is down. The turn is taken: no second try.
            await self._apologise(turn)
            return True
        settled = await self._turns.settle(turn, replies)
        if settled is None:
            log.info("Replies withheld in conversation %s: a person took over.", turn.conversation.id)
        self._metrics.turn_ended(turn.recipient.channel, "withheld" if settled is None else "done", turn.arrived_at)
        return settled is None or settled.more

    async def _replies(self, turn: Turn) -> Sequence[Reply]:
        """Raises `TurnFailed`."""
        assistant = self._assistant(turn.recipient.channel)
        if turn.greeting:
            return await self._greeting(turn, assistant)
        if turn.errand is None and turn.said and all(said.outdated for said in turn.said):
            return [Reply(wording.CHOICE_CLOSED)]
        words = words_of(turn)
        if not words:
            return [Reply(wording.attachments_received(kind for said in turn.said for kind in said.attachment_kinds))]
        if turn.attempts > 1:
            taken = await assistant.taken_before(turn.conversation.id, turn.id)
            if taken is not None:
                return taken
        first = await assistant.tell(turn.conversation.id, turn.meanwhile) if turn.meanwhile else []
        return [*first, *await assistant.answer(turn.conversation.id, words, turn.id)]

    async def _greeting(self, turn: Turn, assistant: Assistant) -> Sequence[Reply]:
        try:
            return await assistant.start(turn.conversation.id) or [wording.greeting()]
        except TurnFailed as exc:
            log.error("No greeting in conversation %s: %s", turn.conversation.id, exc)
            return [wording.greeting()]

    async def _try_again_or_give_up(self, turn: Turn, cause: str) -> None:
        log.error("A turn failed in conversation %s (try %d): %s", turn.conversation.id, turn.attempts, cause)
        self._metrics.turn_failed(turn.recipient.channel, cause)
        if turn.attempts >= MOST_ATTEMPTS:
            await self._give_up(turn, cause)
            return
        await self._turns.note_failure(turn, cause)
        await asyncio.sleep(self._retry_pauses_seconds[min(turn.attempts, len(self._retry_pauses_seconds)) - 1])

    async def _give_up(self, turn: Turn, cause: str) -> None:
        """One apology, and a person."""
        await self._turns.fail(turn, cause, [Reply(wording.PASSED_ON)], _packet())
        self._metrics.turn_ended(turn.recipient.channel, "failed", turn.arrived_at)

    async def _apologise(self, turn: Turn) -> None:
        """One calm sentence and a way to a person; the second time in a row, the person."""
        log.error("A turn gave no reply in conversation %s.", turn.conversation.id)
        self._metrics.turn_failed(turn.recipient.channel, "no reply")
        wants_person = any(said.payload == wording.PERSON_PAYLOAD for said in turn.said)
        if wants_person or await self._apologised_before(turn):
            await self._give_up(turn, "NoReply")
            return
        await self._turns.fail(turn, "NoReply", [wording.turn_failed()], None)
        self._metrics.turn_ended(turn.recipient.channel, "failed", turn.arrived_at)

    async def _apologised_before(self, turn: Turn) -> bool:
        said = await self._conversations.last_said(turn.conversation.id)
        return said is not None and said.text == wording.TURN_FAILED

    async def _control_changed(self, turn: Turn) -> bool:
        current = await self._conversations.get(turn.conversation.id)
        return current.control_token != turn.control_token

    @contextlib.asynccontextmanager
    async def _typing(self, turn: Turn) -> AsyncIterator[None]:
        """The customer sees that an answer is being written, on channels that can show it."""
        connection = self._connections.get(turn.recipient.channel)
        if connection is None or turn.greeting:
            yield
            return
        showing = asyncio.create_task(_show_typing(connection, turn))
        try:
            yield
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)


async def _show_typing(connection: Connection, turn: Turn) -> None:
    while True:
        try:
            async with asyncio.timeout(TYPING_SECONDS):
                await connection.show_typing(address_of(turn.recipient), turn.last_external_id)
        except Exception as exc:  # best effort: the answer matters
            log.debug("Typing was not shown on %s: %s", connection.name, type(exc).__name__)
        await asyncio.sleep(TYPING_SECONDS)


def words_of(turn: Turn) -> str:
    """What Rasa is told: an errand or a button's payload, or all lines as one message, which is never a payload."""
    if turn.errand is not None:
        return turn.errand
    if len(turn.said) == 1 and turn.said[0].payload is not None:
        payload = turn.said[0].payload
        return payload if payload.startswith("/") else as_words(payload)
    return as_words("\n".join(said.text for said in turn.said if said.text))


def _packet() -> HandoffPacket:
    return HandoffPacket(
        reason="technical_failure",
        summary="The assistant could not answer because of a technical problem. Please read the messages.",
    )
