"""Ctrl-C, SIGTERM and a closed terminal, from the first moment of a start to the last of a stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any, Self

EXIT_INTERRUPTED = 130
_EXIT_CODES = {signal.SIGINT: EXIT_INTERRUPTED, signal.SIGTERM: 0, signal.SIGHUP: 0}


class Signals:
    """Cancels the present task on a signal, unless a `handler` takes it. Enter it in the task itself.

    `exit_code` belongs to the first signal that came, and is None as long as none has.
    """

    def __init__(self) -> None:
        self.exit_code: int | None = None
        self.handler: Callable[[], None] | None = None
        self._task: asyncio.Task[Any] | None = None

    def __enter__(self) -> Self:
        self._task = asyncio.current_task()
        for number, code in _EXIT_CODES.items():
            asyncio.get_running_loop().add_signal_handler(number, self._received, code)
        return self

    def __exit__(self, *_: object) -> None:
        for number in _EXIT_CODES:
            asyncio.get_running_loop().remove_signal_handler(number)

    def _received(self, exit_code: int) -> None:
        if self.exit_code is None:
            self.exit_code = exit_code
        if self.handler:
            self.handler()
        elif self._task:
            self._task.cancel()
