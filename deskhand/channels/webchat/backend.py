"""The web chat's connections, opened with the first request that needs them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from deskhand.channels.chat import ConversationStore

if TYPE_CHECKING:
    from collections.abc import Sequence


class Mailbox(Protocol):
    """`deskhand.mail.DevelopmentMailbox`, as far as the page needs it."""

    async def latest(self, limit: int) -> Sequence[Any]: ...


@dataclass(frozen=True)
class Backend:
    conversations: ConversationStore
    mailbox: Mailbox
    ping: Callable[[], Awaitable[object]]
    """Raises when the database does not answer."""
    close: Callable[[], Awaitable[object]]


async def open_backend() -> Backend:
    """Raises `DatabaseUnavailable`."""
    from deskhand.channels.conversations import ChannelConversations
    from deskhand.mail import DevelopmentMailbox
    from deskhand.store.database import open_database

    database = await open_database()
    return Backend(
        conversations=ChannelConversations(database),
        mailbox=DevelopmentMailbox(database),
        ping=database.connect,
        close=database.close,
    )


class LateBackend:
    """Opens once, at the first use; a failed try leaves it closed for the next one."""

    def __init__(self, opener: Callable[[], Awaitable[Backend]] = open_backend) -> None:
        self._opener = opener
        self._backend: Backend | None = None
        self._lock = asyncio.Lock()

    async def get(self) -> Backend:
        async with self._lock:
            if self._backend is None:
                self._backend = await self._opener()
            return self._backend

    async def close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            await backend.close()
