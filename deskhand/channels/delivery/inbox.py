"""The inbox that channels hold before there is a database connection."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from deskhand.conversation.model import Conversation, InboundEvent
from deskhand.store.database import Database
from deskhand.store.inbox import Inbox
from deskhand.store.receiving import Received


class LateInbox:
    """`contracts.Inbox`, which connects at the first use."""

    def __init__(self, database: Callable[[], Awaitable[Database]]) -> None:
        self._database = database

    async def take(self, events: Sequence[InboundEvent]) -> list[Received]:
        """Also tells what became of the messages among them."""
        return await Inbox(await self._database()).take(events)

    async def open(self, channel: str, contact_external_id: str) -> Conversation:
        return await Inbox(await self._database()).open(channel, contact_external_id)

    async def reply_choices(self, channel: str, contact_external_id: str) -> Mapping[str, str]:
        return await Inbox(await self._database()).reply_choices(channel, contact_external_id)
