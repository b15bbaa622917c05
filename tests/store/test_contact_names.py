"""What contacts call themselves on their channel, for agents to see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from deskhand.conversation.model import HandoffPacket, InboundMessage
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.desk.contact_history import contact_history
from deskhand.store.desk.inbox import Queues
from deskhand.store.desk.searching import search
from deskhand.store.desk.transcript import Transcripts
from deskhand.store.inbox import Inbox
from tests.fakes.desk import agent

_numbers = iter(range(1000))


async def write(db: Database, name: str | None, words: str = "my tent leaks") -> UUID:
    inbound = InboundMessage("telegram", "42", f"in{next(_numbers)}", words, contact_name=name)
    (received,) = await Inbox(db).take([inbound])
    return received.conversation.id


async def shown(db: Database, talk: UUID) -> set[Any]:
    """Under which names each of the desk's pages shows the contact."""
    ann = await agent(db, "Ann")
    transcript = await Transcripts(db).read(talk, ann)
    row = await Queues(db).row(talk, ann)
    assert row is not None
    (hit,) = await search(db, "leaks", ann)
    history = await contact_history(db, ann, transcript.conversation.contact_id)
    assert history is not None
    return {transcript.contact_name, row.contact_name, hit.contact_name, history.name}


async def test_the_last_name_that_was_given_is_shown_everywhere(db):
    talk = await write(db, "Anna")
    assert await shown(db, talk) == {"Anna"}
    await write(db, "Anna  B\0\nert", "again")
    assert await shown(db, talk) == {"Anna B\ufffd ert"}
    await write(db, None, "once more")
    await write(db, "  ", "and more")
    assert await shown(db, talk) == {"Anna B\ufffd ert"}


async def test_a_long_name_is_cut(db):
    talk = await write(db, "x" * 5000)
    assert await shown(db, talk) == {"x" * 100}


async def test_who_is_identified_is_called_as_in_the_crm(db):
    talk = await write(db, "King of the tents")
    packet = HandoffPacket(reason="anger", summary="Angry.", crm_context={"name": "Jo Bright"})
    await Conversations(db).request_handoff(talk, packet)
    await Conversations(db).return_to_assistant(talk)
    assert await shown(db, talk) == {"Jo Bright"}
