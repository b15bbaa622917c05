"""When to start a part again, and when to give up. Pure: told how long a run took, it answers what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RestartPolicy:
    """1, 2, 4 … 30 seconds between starts; from the beginning again after a minute of running well."""

    first_delay_seconds: float = 1.0
    longest_delay_seconds: float = 30.0
    well_after_seconds: float = 60.0
    give_up_after: int = 5


class Restarts:
    """The failures of one part since it last ran well."""

    def __init__(self, policy: RestartPolicy) -> None:
        self._policy = policy
        self._in_a_row = 0
        self._ever_ready = False

    @property
    def in_a_row(self) -> int:
        return self._in_a_row

    def delay_after(self, ran_seconds: float, *, was_ready: bool) -> float | None:
        """Seconds to wait before the next start; None to give up.

        Given up is only what has never once worked: that is a wrong configuration, which trying again does not mend.
        What worked before may work again (a database that is away for ten minutes), so it is tried for ever.
        """
        self._ever_ready = self._ever_ready or was_ready
        if was_ready and ran_seconds >= self._policy.well_after_seconds:
            self._in_a_row = 0
        self._in_a_row += 1
        if not self._ever_ready and self._in_a_row >= self._policy.give_up_after:
            return None
        doubled = self._policy.first_delay_seconds * 2.0 ** min(self._in_a_row - 1, 16)
        return min(doubled, self._policy.longest_delay_seconds)
