"""How often somebody may do something, counted in this process's memory."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from deskhand.channels.errors import ChannelError

MAX_KEYS = 50_000


class RateLimit:
    """At most `most` events in any minute for each key: a sliding window."""

    def __init__(self, most: int, *, window_seconds: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._window_seconds = window_seconds
        self._clock = clock
        self._events: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_seconds(self, key: str) -> int:
        """0 when one more event is allowed now, else how long to wait."""
        events = self._recent(key)
        if len(events) < self._most:
            return 0
        return max(1, math.ceil(events[0] + self._window_seconds - self._clock()))

    def count(self, key: str) -> None:
        self._recent(key).append(self._clock())

    def _recent(self, key: str) -> deque[float]:
        events = self._events.setdefault(key, deque(maxlen=self._most))
        self._events.move_to_end(key)
        while events and self._clock() - events[0] >= self._window_seconds:
            events.popleft()
        while len(self._events) > MAX_KEYS:  # the longest unseen go first, so memory stays flat
            self._events.popitem(last=False)
        return events


def spend(*limits: tuple[RateLimit, str]) -> None:
    """Count one event under all limits, or under none and raise `ChannelError` (too_many_requests)."""
    wait = max(limit.wait_seconds(key) for limit, key in limits)
    if wait:
        raise ChannelError(
            "too_many_requests",
            f"That was a lot at once. Please wait {wait} seconds and try again.",
            status=429,
            retry_after_seconds=wait,
        )
    for limit, key in limits:
        limit.count(key)
