"""Conversations of restricted teams are not there for others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskhand.conversation.people import Role
from deskhand.conversation.routing import Route
from deskhand.store.errors import (
    ConversationNotFound,
)
from tests.fakes.desk import Desk, restrict


async def test_what_an_agent_may_not_see_is_not_there(desk: Desk, db):
    ben, boss = await desk.agent("Ben"), await desk.agent("Boss", Role.ADMINISTRATOR)
    member = await desk.agent("Mia", teams=["accounts"])
    await restrict(db, "accounts")
    conversation_id = await desk.waiting(route=Route("accounts"))
    work = desk.work

    for act in (
        work.takeover(conversation_id, ben),
        work.say(conversation_id, ben, "Hello"),
        work.give_back(conversation_id, ben),
        work.assign(conversation_id, ben, to=ben.id),
        work.prioritise(conversation_id, ben, 1),
        work.snooze(conversation_id, ben, desk.now + timedelta(hours=1)),
        work.wake(conversation_id, ben),
        work.resolve(conversation_id, ben),
        work.reopen(conversation_id, ben),
        work.read(conversation_id, ben, 1),
        desk.notes.add(conversation_id, ben, "Hm"),
        desk.transcripts.read(conversation_id, ben),
    ):
        with pytest.raises(ConversationNotFound):
            await act
    for somebody in (member, boss):
        await desk.transcripts.read(conversation_id, somebody)
    await work.takeover(conversation_id, member)
