"""One run of a part: a process in a group of its own, which ends when the supervisor does."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable

from deskhand.runtime.supervisor.part import Part

_PR_SET_PDEATHSIG = 1
_LONGEST_LINE = 4_000
_LAST_LINES = 15


class Child:
    """A running process. Make one with `Child.start`."""

    def __init__(self, part: Part, process: asyncio.subprocess.Process) -> None:
        self.part = part
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._process = process
        self._started = time.monotonic()

    @classmethod
    async def start(cls, part: Part) -> Child:
        """Starts the process. Raises OSError when its program does not exist."""
        process = await asyncio.create_subprocess_exec(
            *part.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **part.environment},
            # A session of its own: Ctrl-C in the terminal reaches the supervisor only, which then stops the parts in
            # order; and everything that the part started can be ended with it.
            start_new_session=True,
            preexec_fn=_end_with_parent(os.getpid()),
        )
        return cls(part, process)

    @property
    def ran_seconds(self) -> float:
        return time.monotonic() - self._started

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None

    async def relay(self, show: Callable[[str], None], progress: Callable[[str], None] | None = None) -> None:
        """Gives each line of output to `show`, until the process closes it.

        `progress` gets the present look of a line that is not finished, such as a progress bar.
        """
        async for line, whole in _lines(self._process.stdout):
            if whole:
                self.last_lines.append(line)
                show(line)
            elif progress:
                progress(line)

    async def wait(self) -> int:
        """Waits for the end. Negative codes are signals, as in `subprocess`."""
        return await self._process.wait()

    async def stop(self, grace_seconds: float) -> bool:
        """Asks the process to end, and kills its group after the grace. Says whether it went by itself."""
        if not self.is_running:
            self.kill()
            return True
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), grace_seconds)
        except TimeoutError:
            return False
        finally:
            self.kill()
        return True

    def kill(self) -> None:
        """Ends the whole group at once, also what the process left behind."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


async def _lines(stream: asyncio.StreamReader | None) -> AsyncIterator[tuple[str, bool]]:
    """Lines without their ends, and whether they are whole. Long ones are cut: `readline` would raise on them."""
    assert stream is not None
    rest = b""
    while chunk := await stream.read(65_536):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield _text(line), True
        rest = rest[-_LONGEST_LINE:]
        if b"\r" in rest:
            yield _text(rest), False
    if rest:
        yield _text(rest), True


def _text(line: bytes) -> str:
    # A progress bar rewrites its line after "\r": what counts is how it looked last.
    shown = line.rstrip(b"\r").rsplit(b"\r", 1)[-1]
    return shown[:_LONGEST_LINE].decode("utf-8", errors="replace")


def _end_with_parent(parent: int) -> Callable[[], None] | None:
    """What a child does before its program: on Linux, ask for SIGTERM when its parent dies, even by SIGKILL."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up here: the child must do as little as possible

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask
