"""A part of Deskhand: one process that the supervisor keeps running."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """What to start, and how to see that it can work.

    `is_ready` is asked again and again from the start on, until it says True. It must not raise.
    """

    name: str
    command: Sequence[str]
    is_ready: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str] = field(default_factory=dict)
