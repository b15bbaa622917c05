"""What the assistant says when nobody has just written to it, such as a reminder: stored and queued like an answer."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from deskhand.channels.output import CollectingOutput, reply_from
from deskhand.conversation.model import Status
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.errors import ControlChanged

log = logging.getLogger(__name__)


class QueuedOutput(CollectingOutput):
    """Puts each response into its conversation at once, from where it is sent."""

    def __init__(self, channel: str, database: Callable[[], Awaitable[Database]]) -> None:
        super().__init__(channel)
        self._database = database

    async def take(self, recipient_id: str, message: Mapping[str, Any]) -> None:
        reply = reply_from(message)
        if reply is None:
            return
        store = Conversations(await self._database())
        conversation = await store.get(UUID(recipient_id))
        if conversation.status is not Status.PENDING:
            log.info("A reminder was left out in conversation %s: the assistant has no control.", recipient_id)
            return
        try:
            await store.add_replies(conversation.id, conversation.control_token, [reply])
        except ControlChanged:
            log.info("A reminder was left out in conversation %s: a person took over.", recipient_id)
