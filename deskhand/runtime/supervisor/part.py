"""A part of Deskhand: one process that the supervisor keeps running."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """What to start, and how to see that it can work.

    `is_ready` is asked again and again from the start on, until it says True. It must not raise.
    Lines of output that match `chatter` go to the log file only.
    """

    name: str
    command: Sequence[str]
    is_ready: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str] = field(default_factory=dict)
    chatter: re.Pattern[str] | None = None
