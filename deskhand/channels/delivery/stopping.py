"""Loops that outlive every error, and end when they are told to."""

from __future__ import annotations

import asyncio


def heed_cancellation() -> None:
    """To be called where an error was caught and the loop would go on: if what failed was the end of something that
    was being cancelled, the error has hidden the cancellation, which is raised here. Also after a call that can swallow
    one. Raises `CancelledError`."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
