"""Conversations to look at in the desk, made as channels and the assistant make them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from deskhand.conversation.model import Attachment, HandoffPacket, InboundMessage, Reply
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.desk.canned import CannedReplies
from deskhand.store.inbox import Inbox

_numbers = itertools.count(1)


@dataclass
class Talks:
    db: Database

    async def write(
        self, words: str, contact: str = "cara", *, channel: str = "whatsapp", attachments: tuple[Attachment, ...] = ()
    ) -> tuple[UUID, UUID]:
        """A customer writes. The conversation's and the message's id."""
        inbound = InboundMessage(channel, contact, f"in{next(_numbers)}", words, attachments=attachments)
        (received,) = await Inbox(self.db).take([inbound])
        return received.conversation.id, received.message.id

    async def answer(self, conversation_id: UUID, *texts: str) -> None:
        """The assistant says something."""
        store = Conversations(self.db)
        conversation = await store.get(conversation_id)
        await store.add_replies(conversation_id, conversation.control_token, [Reply(text) for text in texts])

    async def hand_over(self, conversation_id: UUID, **packet: Any) -> None:
        given: dict[str, Any] = {"reason": "asked_for_person", "summary": "The customer wants to know where it is."}
        await Conversations(self.db).request_handoff(conversation_id, HandoffPacket(**{**given, **packet}))

    async def waiting(self, words: str = "Where is my tent?", contact: str = "cara", **packet: Any) -> UUID:
        """A conversation that waits for an agent."""
        conversation_id, _ = await self.write(words, contact)
        await self.answer(conversation_id, "Hi, I'm an AI assistant.")
        await self.hand_over(conversation_id, **packet)
        return conversation_id

    async def restrict(self, team: str) -> None:
        await self._run("UPDATE deskhand.teams SET restricted = true WHERE name = :team", team=team)

    async def put_into_team(self, conversation_id: UUID, team: str) -> None:
        await self._run("UPDATE deskhand.conversations SET team = :team WHERE id = :id", id=conversation_id, team=team)

    async def canned(self, agent: Any, shortcut: str, title: str, words: str) -> None:
        await CannedReplies(self.db).save(agent, shortcut, title, words)

    async def assistant_runs(self) -> None:
        """As if one showed signs of life for an hour."""
        await self._run(
            "INSERT INTO deskhand_queue.procrastinate_workers (last_heartbeat) VALUES (now() + interval '1 hour')"
        )

    async def _run(self, query: str, **values: Any) -> None:
        async with self.db.begin() as connection:
            await connection.execute(text(query), values)
