"""How long a contact has waited, in words, and whether that is too long. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

SOON = 0.75
"""From this share of the allowed time on it is urgent."""


def waited(seconds: float) -> str:
    """ "0 min", "59 min", "2 h 5 min", "3 d"."""
    minutes = max(0, int(seconds // 60))
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} d"


def sla_state(since: datetime, now: datetime, minutes: float | None) -> str:
    """ "fine", "soon" or "late", against the minutes that are allowed; "" when nothing is."""
    if not minutes:
        return ""
    share = (now - since).total_seconds() / 60 / minutes
    return "late" if share >= 1 else "soon" if share >= SOON else "fine"


def minutes_for(priority: int, allowed: Sequence[float]) -> float | None:
    """What the setting allows for this priority (1 is the first); None when it says nothing of it."""
    return allowed[priority - 1] if 0 < priority <= len(allowed) else None
