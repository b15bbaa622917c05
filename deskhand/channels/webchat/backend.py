"""What the web chat reads and writes, opened with the first request that needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from deskhand.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskhand.channels.webchat.conversations import ChannelConversations
    from deskhand.store.rate_counts import RateCounts
    from deskhand.store.timeline import Timelines
    from deskhand.store.uploads import Uploads


class Mailbox(Protocol):
    """`deskhand.mail.DevelopmentMailbox`, as far as the page needs it."""

    async def latest(self, limit: int) -> Sequence[Any]: ...


@dataclass(frozen=True)
class Backend:
    conversations: ChannelConversations
    timelines: Timelines
    uploads: Uploads
    mailbox: Mailbox
    rate_counts: RateCounts
    ping: Callable[[], Awaitable[object]]
    """Raises when the database does not answer."""


def backend_on(database: Database) -> Backend:
    from deskhand.channels.webchat.conversations import ChannelConversations
    from deskhand.mail import DevelopmentMailbox
    from deskhand.store.rate_counts import RateCounts
    from deskhand.store.timeline import Timelines
    from deskhand.store.uploads import Uploads

    return Backend(
        conversations=ChannelConversations(database),
        timelines=Timelines(database),
        uploads=Uploads(database),
        mailbox=DevelopmentMailbox(database),
        rate_counts=RateCounts(database),
        ping=database.connect,
    )


class LateBackend:
    """Made once, at the first use; a failed try leaves it to the next one."""

    def __init__(self, database: Callable[[], Awaitable[Database]], make: Callable[[Database], Backend]) -> None:
        self._database = database
        self._make = make
        self._made: tuple[Database, Backend] | None = None
        self._lock = asyncio.Lock()

    async def get(self) -> Backend:
        """Raises `DatabaseUnavailable`."""
        async with self._lock:
            database = await self._database()
            if self._made is None or self._made[0] is not database:
                self._made = (database, self._make(database))
            return self._made[1]

    async def rate_counts(self) -> RateCounts:
        """Raises `DatabaseUnavailable`."""
        return (await self.get()).rate_counts
