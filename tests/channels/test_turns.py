from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from rasa.core.lock_store import InMemoryLockStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from deskhand.channels.errors import TurnFailed
from deskhand.channels.turns import RasaTurns
from deskhand.conversation.model import Author, Button, Reply
from deskhand.store.desk.meanwhile import Meanwhile


class LoadedAgent:
    def is_ready(self) -> bool:
        return True


def turns(on_new_message, *, agent=None, seconds=5.0) -> RasaTurns:
    loaded = LoadedAgent() if agent is None else agent
    return RasaTurns(on_new_message, lambda: loaded, channel="webchat", turn_seconds=seconds)


async def test_what_rasa_says_in_the_turn_is_the_answer():
    conversation_id, message_id = uuid4(), uuid4()

    async def on_new_message(message):
        assert (message.sender_id, message.message_id) == (str(conversation_id), str(message_id))
        assert (message.input_channel, message.metadata) == ("webchat", None)
        await message.output_channel.send_response(message.sender_id, {"text": f"re {message.text}"})

    (reply,) = await turns(on_new_message).answer(conversation_id, "hello", message_id)
    assert reply.text == "re hello"


async def test_an_error_names_its_kind_and_not_the_customers_words():
    async def on_new_message(message):
        raise ValueError(message.text)

    with pytest.raises(TurnFailed) as failed:
        await turns(on_new_message).answer(uuid4(), "my secret", uuid4())
    assert "ValueError" in str(failed.value)
    assert "secret" not in str(failed.value)


async def test_a_turn_that_hangs_is_given_up():
    async def on_new_message(message):
        await asyncio.Event().wait()

    with pytest.raises(TurnFailed, match="longer"):
        await turns(on_new_message, seconds=0.01).answer(uuid4(), "hello", uuid4())


async def test_without_a_model_no_turn_is_taken():
    async def on_new_message(message):
        raise AssertionError

    waiting = RasaTurns(on_new_message, lambda: None, channel="webchat")
    assert not waiting.ready()
    with pytest.raises(TurnFailed, match="No model"):
        await waiting.answer(uuid4(), "hello", uuid4())
    with pytest.raises(TurnFailed, match="No model"):
        await waiting.start(uuid4())


async def test_what_a_turn_said_before_a_crash_is_read_from_the_tracker():
    lost, later = uuid4(), uuid4()
    tracker = DialogueStateTracker.from_events(
        "c",
        [
            BotUttered("hello"),
            UserUttered("cancel it", message_id=str(lost)),
            BotUttered("It is cancelled.", {"buttons": [{"title": "Thanks", "payload": "/thank"}]}),
            BotUttered("Anything else?"),
            UserUttered("no", message_id=str(later)),
            BotUttered("Bye."),
        ],
    )

    class Trackers(LoadedAgent):
        @property
        def tracker_store(self):
            return self

        async def retrieve(self, sender_id: str):
            return tracker if sender_id != str(unknown) else None

    async def on_new_message(message):
        raise AssertionError

    unknown = uuid4()
    asked = turns(on_new_message, agent=Trackers())
    said = await asked.taken_before(uuid4(), lost)
    assert said == [Reply("It is cancelled.", (Button("Thanks", "/thank"),)), Reply("Anything else?")]
    assert await asked.taken_before(uuid4(), uuid4()) is None
    assert await asked.taken_before(unknown, lost) is None


class RememberingAgent(LoadedAgent):
    """Rasa's agent, as far as it keeps a tracker."""

    def __init__(self):
        self.domain = Domain.from_yaml(
            """
            version: "3.1"
            slots: {agent_said: {type: any, influence_conversation: false, mappings: [{type: custom}]}}
            """
        )
        self.lock_store = InMemoryLockStore()
        self.processor = self
        self.tracker = DialogueStateTracker("c", self.domain.slots)
        self.saved = 0

    async def fetch_tracker_and_update_session(self, sender_id, output):
        return self.tracker

    async def save_tracker(self, tracker):
        self.saved += 1


async def test_what_agents_said_is_in_the_tracker_once_and_no_policy_sees_it():
    async def on_new_message(message):
        raise AssertionError

    agent = RememberingAgent()
    agent.tracker.update_with_events([UserUttered("hi"), ActionExecuted("action_listen")], agent.domain)
    states = agent.tracker.past_states(agent.domain)
    said = Meanwhile(uuid4(), 3, Author.AGENT, "Ann", "Your tent left today.")
    answered = Meanwhile(uuid4(), 4, Author.CONTACT, None, "thanks")
    for _ in range(2):
        assert await turns(on_new_message, agent=agent).tell(uuid4(), [said, answered]) == []

    (words,) = [event for event in agent.tracker.events if isinstance(event, BotUttered)]
    assert (words.text, words.metadata["author"], words.metadata["agent"]) == ("Your tent left today.", "agent", "Ann")
    assert agent.tracker.get_slot("agent_said") == [
        {"author": "agent", "text": "Your tent left today."},
        {"author": "contact", "text": "thanks"},
    ]
    assert agent.tracker.past_states(agent.domain) == states
    assert agent.saved == 2
