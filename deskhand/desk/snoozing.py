"""Until when a conversation may be put off. Pure functions."""

from __future__ import annotations

from datetime import datetime, timedelta

MORNING, MONDAY = 9, 0
SNOOZES = ("hour", "three-hours", "tomorrow", "monday")


def until(choice: str, now: datetime) -> datetime:
    """`now` is in the business's time zone, and so is the answer. Raises `ValueError` for another word."""
    if choice == "hour":
        return now + timedelta(hours=1)
    if choice == "three-hours":
        return now + timedelta(hours=3)
    if choice not in SNOOZES:
        raise ValueError(f"Nobody offered to snooze until {choice!r}.")
    days = 1 if choice == "tomorrow" else (MONDAY - now.weekday()) % 7 or 7
    return (now + timedelta(days=days)).replace(hour=MORNING, minute=0, second=0, microsecond=0)
