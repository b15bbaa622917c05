"""How often somebody may do something, over all assistant processes.

Counts stand in the database. A process asks it only for what is written there anyway, such as a message: reading, which
pages do again and again, is free up to a share of its limit in each process, and counted by portions beyond.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import random
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from deskhand.channels.errors import ChannelError
from deskhand.store.rate_counts import RateCounts, Spending

_T = TypeVar("_T")

MAX_KEYS = 50_000
FREE_SHARE = 10
"""A tenth of a limit is a portion."""
FORGET_OLD_EVERY = 500
"""Counts, on average."""


@dataclass(frozen=True)
class Limit:
    """At most `most` events in any minute for each key."""

    name: str
    most: int


class Limits:
    """One instance a server."""

    def __init__(
        self,
        counts: Callable[[], Awaitable[RateCounts]],
        key: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._counts = counts
        self._key = key.encode()
        self._clock = clock
        self._closed: OrderedDict[bytes, float] = OrderedDict()
        """Until when a key is refused without asking: whoever floods us must not flood the database."""
        self._portions: OrderedDict[bytes, tuple[float, int]] = OrderedDict()
        """Since when, and how many events are left."""

    async def spend(self, *limits: tuple[Limit, str]) -> None:
        """Counts one event under all limits, or under none and raises `ChannelError` (too_many_requests).

        Raises `DatabaseUnavailable`.
        """
        await self._spend([Spending(self._key_of(limit, whom), limit.most) for limit, whom in limits])

    async def spend_often(self, limit: Limit, whom: str) -> None:
        """The same for one limit whose events are many. Processes may let a tenth of it pass each beside it."""
        key, portion = self._key_of(limit, whom), max(1, limit.most // FREE_SHARE)
        since, left = self._portions.get(key, (-math.inf, 0))
        if self._clock() - since >= 60:
            since, left = self._clock(), portion if limit.most >= FREE_SHARE else 0
        if left == 0:
            await self._spend([Spending(key, limit.most, portion)])
            left = portion
        _remember(self._portions, key, (since, left - 1))

    async def _spend(self, spendings: Sequence[Spending]) -> None:
        now = self._clock()
        waits = [self._closed[one.key] - now for one in spendings if self._closed.get(one.key, 0) > now]
        if waits:
            raise _too_many(max(waits))
        counts = await self._counts()
        refused = await counts.spend(spendings)
        if random.randrange(FORGET_OLD_EVERY) == 0:  # noqa: S311 - when to tidy up is no secret
            await counts.forget_old()
        if refused is not None:
            spending, seconds = refused
            _remember(self._closed, spending.key, now + seconds)
            raise _too_many(seconds)

    def _key_of(self, limit: Limit, whom: str) -> bytes:
        return hmac.digest(self._key, f"{limit.name}\n{whom}".encode(), hashlib.sha256)[:16]


def _too_many(seconds: float) -> ChannelError:
    wait = max(1, math.ceil(seconds))
    return ChannelError(
        "too_many_requests",
        f"That was a lot at once. Please wait {wait} seconds and try again.",
        status=429,
        retry_after_seconds=wait,
    )


def _remember(kept: OrderedDict[bytes, _T], key: bytes, value: _T) -> None:
    """The longest unseen go first, so memory stays flat."""
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > MAX_KEYS:
        kept.popitem(last=False)
