"""Sending: a contact's parts one after the other, as fast as the channel allows."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from deskhand.channels.delivery.addresses import address_of
from deskhand.channels.delivery.contracts import (
    Cause,
    Connection,
    GiveUp,
    Part,
    SendResult,
    Sent,
    TryLater,
    UseTemplate,
)
from deskhand.channels.delivery.metrics import Metrics
from deskhand.conversation.model import Message
from deskhand.store.errors import DatabaseUnavailable
from deskhand.store.recipients import Recipient
from deskhand.store.sends import Due, Pace, Pause, Sends

log = logging.getLogger(__name__)

_T = TypeVar("_T")

CALL_SECONDS = 60.0
"""A call that takes longer is given up; connections have shorter limits of their own."""
NOTE_AGAIN_SECONDS = 0.5
AWAITED_SECONDS = 2.0
"""Shorter pauses are sat out; for longer ones the place is given to others."""


class Later(Exception):
    """There is something to send, but not now."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds:.1f} s")
        self.seconds = seconds


class Sender:
    def __init__(self, sends: Sends, connections: Mapping[str, Connection], metrics: Metrics) -> None:
        self._sends = sends
        self._connections = connections
        self._metrics = metrics

    async def send_all(self, channel: str, contact_id: UUID) -> None:
        """Until nothing is due to the contact. Raises `Later` when that is not now, and `DatabaseUnavailable`."""
        connection = self._connections[channel]
        limits = connection.limits
        pace = Pace(limits.per_second, limits.seconds_between, limits.burst)

        def in_parts(message: Message, recipient: Recipient) -> Sequence[Mapping[str, Any]]:
            return [part.payload for part in connection.parts(message, address_of(recipient))]

        while True:
            due = await self._sends.next(channel, contact_id, pace, in_parts)
            if due is None:
                return
            if isinstance(due, Pause):
                if due.seconds > AWAITED_SECONDS:
                    raise Later(due.seconds)
                await asyncio.sleep(due.seconds)
                continue
            if due.repeated:
                log.warning("Send %s is made again: its process ended before the answer was noted.", due.id)
                self._metrics.send_repeated(channel)
            if not await self._note(due, await self._call(connection, due)):
                return

    async def _call(self, connection: Connection, due: Due) -> SendResult:
        started = time.monotonic()
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await connection.send(Part(due.part), address_of(due.recipient), str(due.id))
        except TimeoutError:
            return TryLater(Cause.UNAVAILABLE)
        except Exception as exc:
            # A fault of ours in the connection. It may pass or not; the contact's other messages are not lost.
            log.exception("Send %s raised %s.", due.id, type(exc).__name__)
            return TryLater(Cause.UNAVAILABLE, code=type(exc).__name__)
        finally:
            self._metrics.call_took(due.channel, time.monotonic() - started)

    async def _note(self, due: Due, result: SendResult) -> bool:
        """Returns whether there may be more to send."""
        match result:
            case Sent(external_id):
                more = await _kept(lambda: self._sends.sent(due, external_id))
                self._metrics.sent(due.channel, due.queued_at)
                return more
            case TryLater(cause, after_seconds, whole_channel, code):
                self._metrics.send_failed(due.channel, cause, final=False)
                await _kept(lambda: self._sends.later(due, cause, code, after_seconds, whole_channel=whole_channel))
            case GiveUp(cause, code, detail):
                log.warning("Send %s on %s has failed: %s (%s).", due.id, due.channel, cause.value, code)
                self._metrics.send_failed(due.channel, cause, final=True)
                await _kept(lambda: self._sends.failed(due, cause, code, detail))
            case UseTemplate(part, code):
                self._metrics.send_failed(due.channel, Cause.WINDOW_CLOSED, final=False)
                payload = part.payload if part else None
                await _kept(lambda: self._sends.window_closed(due, payload, code))
        return True


async def _kept(write: Callable[[], Awaitable[_T]]) -> _T:
    """Writes down what became of a call. While the database is away this process remembers it: if it forgot, the call
    would be made again."""
    while True:
        try:
            return await write()
        except DatabaseUnavailable as exc:
            log.warning("What became of a send can't be noted yet: %s", exc)
        await asyncio.sleep(NOTE_AGAIN_SECONDS)
