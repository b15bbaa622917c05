"""Whether a policy need not be asked, because one with a higher priority is sure of the next action."""

from __future__ import annotations

from typing import Any

_SURE = "_deskhand_sure"
"""On a tracker: how many events it had when a policy was sure, and the priority of that policy."""


def note_sure(tracker: Any, priority: int) -> None:
    """A policy of that priority is sure of what is next, and nothing takes its action away from it."""
    setattr(tracker, _SURE, (len(tracker.events), priority))


def is_outranked(policy: Any, tracker: Any) -> bool:
    """Whether that policy's prediction cannot be the best one."""
    events, priority = getattr(tracker, _SURE, (-1, -1))
    return bool(events == len(tracker.events) and priority > policy.priority)
