"""What has to be done at some time and not because somebody wrote: every minute, by one process at a time."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from deskhand.crm.protocol import Crm, CrmUnavailable, RecordNotFound
from deskhand.crm.types import ConversationRecord
from deskhand.store.database import Database
from deskhand.store.desk.aftercare import Aftercare
from deskhand.store.desk.callbacks import Callbacks
from deskhand.store.desk.endings import Endings
from deskhand.store.desk.waking import wake_due

log = logging.getLogger(__name__)

CHORES_TASK = "deskhand.chores"
CHORES_AT = "* * * * *"


class Chores:
    def __init__(self, database: Database, crm: Crm, *, abandon_hours: float) -> None:
        self._database = database
        self._aftercare = Aftercare(database)
        self._callbacks = Callbacks(database)
        self._endings = Endings(database)
        self._crm = crm
        self._abandon_hours = abandon_hours

    async def do(self) -> None:
        """All of them; one that fails does not keep the others from being done, and is tried in the next minute."""
        await self._try("callbacks", self._callbacks.remind)
        await self._try("snoozed", lambda: wake_due(self._database, datetime.now(UTC)))
        await self._try("ratings", self._aftercare.ask_for_ratings)
        await self._try("abandoned", lambda: self._aftercare.close_abandoned(self._abandon_hours))
        await self._try("silent", lambda: self._aftercare.ask_the_silent(self._abandon_hours))
        await self._try("crm", self.tell_crm)

    async def tell_crm(self) -> None:
        """Of conversations that have ended."""
        for one in await self._endings.untold():
            record = ConversationRecord(
                conversation_id=str(one.conversation_id),
                customer_id=one.customer_id,
                ended_at=one.ended_at,
                channel=one.channel,
                outcome=one.outcome.value,
                summary=one.summary,
                rating=one.rating,
            )
            try:
                await self._crm.record_conversation(record)
            except RecordNotFound:
                log.warning("The CRM has no customer for conversation %s any more.", one.conversation_id)
            except CrmUnavailable:
                log.warning("The CRM could not be told of conversations that ended. Trying again in a minute.")
                return
            await self._endings.told(one.conversation_id)

    async def _try(self, name: str, chore: Callable[[], Awaitable[object]]) -> None:
        try:
            await chore()
        except Exception as exc:
            log.error("The chore %r failed (%s).", name, type(exc).__name__)
