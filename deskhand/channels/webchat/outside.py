"""What the assistant says when nobody has just written to it: reminders and events from elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from deskhand.channels.output import CollectingOutput, reply_from
from deskhand.channels.webchat.backend import LateBackend
from deskhand.conversation.model import Status
from deskhand.store.errors import ControlChanged

log = logging.getLogger(__name__)


class StoringOutput(CollectingOutput):
    """Puts each response into its conversation at once; the page finds it there."""

    def __init__(self, backend: LateBackend) -> None:
        super().__init__()
        self._backend = backend

    async def take(self, recipient_id: str, message: Mapping[str, Any]) -> None:
        reply = reply_from(message)
        if reply is None:
            return
        store = (await self._backend.get()).conversations
        conversation = await store.get(UUID(recipient_id))
        if conversation.status is not Status.PENDING:
            log.info("A reminder was left out in conversation %s: the assistant has no control.", recipient_id)
            return
        try:
            await store.add_replies(conversation.id, conversation.control_token, [reply])
        except ControlChanged:
            log.info("A reminder was left out in conversation %s: a person took over.", recipient_id)
