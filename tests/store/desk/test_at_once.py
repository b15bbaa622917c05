"""Everybody at one conversation in the same moment: rows are locked in one order, whoever comes first."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from deskhand.conversation.model import InboundMessage
from deskhand.store.database import Database
from deskhand.store.sends import Due, Pace, Sends
from tests.fakes.desk import Desk

ROUNDS = 12


async def test_reading_answering_noting_hearing_and_sending_at_once_all_go_through(db):
    desk = Desk(db, "telegram")
    ann, ben, gerda = [await desk.agent(name) for name in ("Ann Archer", "Ben Nevis", "Gerda Weiss")]
    for number in range(ROUNDS):
        who = f"visitor {number}"
        talk = await desk.waiting(who)
        await desk.work.takeover(talk, ann)
        await asyncio.gather(
            desk.work.read(talk, ann, 3),
            desk.work.say(talk, ann, "I am looking."),
            desk.work.read(talk, ben, 3),
            desk.inbox.take([InboundMessage("telegram", who, str(uuid4()), "are you there?")]),
            desk.notes.add(talk, ben, "They wait."),
            desk.inbox.take([InboundMessage("telegram", who, str(uuid4()), "hello?", aliases=(f"alias {number}",))]),
            desk.work.read(talk, gerda, 2),
            desk.work.prioritise(talk, gerda, 3),
            _send_all(db, (await desk.get(talk)).contact_id),
        )
        said = [text for text in await desk.texts(talk) if text.startswith("contact")]
        assert sorted(said[1:]) == ["contact: are you there?", "contact: hello?"]


async def _send_all(db: Database, contact_id: UUID) -> None:
    sends = Sends(db)
    while isinstance(due := await sends.next("telegram", contact_id, Pace(1000, 0, 1), lambda *_: [{}]), Due):
        await sends.sent(due, str(uuid4()))
