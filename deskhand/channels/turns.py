"""Having Rasa take one turn, and what is said when it cannot."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol
from uuid import UUID

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered

from deskhand.channels.errors import TurnFailed
from deskhand.channels.output import CollectingOutput, reply_from
from deskhand.conversation.model import Author, Reply
from deskhand.store.desk.meanwhile import Meanwhile

TURN_SECONDS = 45.0
"""A turn that takes longer is given up: the customer hears an apology, not silence."""

SAID_AS = "message_id"
"""On an agent's words in Rasa's tracker: which message they are."""


class Turns(Protocol):
    """Whoever answers customers while the assistant has control."""

    def ready(self) -> bool: ...

    async def start(self, conversation_id: UUID) -> list[Reply]:
        """Open the conversation. Raises `TurnFailed`."""

    async def answer(self, conversation_id: UUID, words: str, message_id: UUID) -> list[Reply]:
        """Answer one message, which may be a payload: the caller vouches for it. Raises `TurnFailed`."""

    async def tell(self, conversation_id: UUID, meanwhile: Sequence[Meanwhile]) -> list[Reply]:
        """Let the assistant know what was said while agents had control. Told twice, it knows it once. What it has to
        say to that is no answer yet: such as a greeting after a long time. Raises `TurnFailed`."""

    async def taken_before(self, conversation_id: UUID, message_id: UUID) -> list[Reply] | None:
        """What a turn that was taken but never stored said; None when the message had no turn yet."""


class RasaTurns:
    """Turns taken by the Rasa agent that the server has loaded."""

    def __init__(
        self,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        loaded_agent: Callable[[], Any],
        *,
        channel: str,
        turn_seconds: float = TURN_SECONDS,
        afterwards: CollectingOutput | None = None,
    ) -> None:
        """`loaded_agent` gives Rasa's `Agent`, or None before a model is loaded. `afterwards` takes what reminders say
        that a turn has set."""
        self._on_new_message = on_new_message
        self._loaded_agent = loaded_agent
        self._channel = channel
        self._turn_seconds = turn_seconds
        self._afterwards = afterwards

    def ready(self) -> bool:
        agent = self._loaded_agent()
        return agent is not None and bool(agent.is_ready())

    async def start(self, conversation_id: UUID) -> list[Reply]:
        """Run Rasa's session start, whose action greets and says that this is an AI assistant."""
        output = CollectingOutput(self._channel, self._afterwards)
        await self._within_time(self._start_session(str(conversation_id), output))
        output.end()
        return output.replies

    async def answer(self, conversation_id: UUID, words: str, message_id: UUID) -> list[Reply]:
        output = CollectingOutput(self._channel, self._afterwards)
        message = UserMessage(
            words, output, str(conversation_id), input_channel=self._channel, message_id=str(message_id)
        )
        await self._within_time(self._on_new_message(message))
        output.end()
        return output.replies

    async def tell(self, conversation_id: UUID, meanwhile: Sequence[Meanwhile]) -> list[Reply]:
        """Agents' words become words of Rasa's bot, which no policy learned to expect or looks at; the whole exchange
        is the slot `agent_said`."""
        output = CollectingOutput(self._channel)
        await self._within_time(self._add_to_tracker(str(conversation_id), meanwhile, output))
        return output.replies

    async def taken_before(self, conversation_id: UUID, message_id: UUID) -> list[Reply] | None:
        """Read from Rasa's tracker, so that a crash after the turn does not do its work twice."""
        agent = self._loaded_agent()
        tracker = await agent.tracker_store.retrieve(str(conversation_id)) if agent is not None else None
        events = list(tracker.events) if tracker is not None else []
        for index, event in enumerate(events):
            if isinstance(event, UserUttered) and event.message_id == str(message_id):
                later = itertools.takewhile(lambda later: not _from_customer(later), events[index + 1 :])
                said = (reply_from(event.message()) for event in later if isinstance(event, BotUttered))
                return [reply for reply in said if reply is not None]
        return None

    async def _start_session(self, sender_id: str, output: CollectingOutput) -> None:
        agent = self._loaded_agent()
        async with agent.lock_store.lock(sender_id):
            tracker = await agent.processor.fetch_tracker_with_initial_session(sender_id, output)
            await agent.processor.save_tracker(tracker)

    async def _add_to_tracker(self, sender_id: str, meanwhile: Sequence[Meanwhile], output: CollectingOutput) -> None:
        agent = self._loaded_agent()
        async with agent.lock_store.lock(sender_id):
            # What is told must come after the start of the session that the turn will be in.
            tracker = await agent.processor.fetch_tracker_and_update_session(sender_id, output)
            known = {event.metadata.get(SAID_AS) for event in tracker.events if isinstance(event, BotUttered)}
            news = [line for line in meanwhile if str(line.message_id) not in known]
            if any(line.author is Author.AGENT for line in news):
                said = [_agents_words(line) for line in news if line.author is Author.AGENT]
                tracker.update_with_events([*said, _exchange(meanwhile)], agent.domain)
            await agent.processor.save_tracker(tracker)

    async def _within_time(self, turn: Awaitable[Any]) -> None:
        if not self.ready():
            if asyncio.iscoroutine(turn):
                turn.close()
            raise TurnFailed("No model is loaded, so no turn can be taken.")
        try:
            async with asyncio.timeout(self._turn_seconds):
                await turn
        except TimeoutError as exc:
            raise TurnFailed(f"The turn took longer than {self._turn_seconds:g} s.") from exc
        except Exception as exc:
            # Vendor messages can quote the customer, so only the kind of error is repeated.
            raise TurnFailed(f"The turn raised {type(exc).__name__}.") from exc


def _agents_words(line: Meanwhile) -> BotUttered:
    return BotUttered(line.text, metadata={"author": "agent", "agent": line.name, SAID_AS: str(line.message_id)})


def _exchange(meanwhile: Sequence[Meanwhile]) -> SlotSet:
    return SlotSet("agent_said", [{"author": line.author.value, "text": line.text} for line in meanwhile])


def _from_customer(event: object) -> bool:
    """Whether a message came over a channel. An action may say one for the customer, which belongs to their turn."""
    return isinstance(event, UserUttered) and event.message_id is not None
