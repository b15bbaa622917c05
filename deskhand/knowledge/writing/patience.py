"""When to stop asking an endpoint that doesn't answer: customers must not wait for it again and again."""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES_BEFORE_A_PAUSE = 3
PAUSE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 3600.0


class Patience:
    """Counts failures in a row. After a pause one request is let through, and decides."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._until = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the endpoint is left alone for now."""
        return self._clock() < self._until

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self, retry_after_seconds: float | None = None) -> None:
        """`retry_after_seconds`: how long the endpoint asked to be left alone, if it did."""
        self._failures += 1
        if retry_after_seconds is not None:
            self._until = self._clock() + min(max(retry_after_seconds, 0.0), LONGEST_PAUSE_SECONDS)
        elif self._failures >= FAILURES_BEFORE_A_PAUSE:
            self._until = self._clock() + PAUSE_SECONDS
