"""The supervisor: starts the parts together, restarts what crashes, stops everything on a signal."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Sequence
from functools import partial

from deskhand.errors import DeskhandError
from deskhand.runtime.supervisor.child import Child
from deskhand.runtime.supervisor.console import Console, plain
from deskhand.runtime.supervisor.part import Part
from deskhand.runtime.supervisor.restarts import RestartPolicy, Restarts
from deskhand.runtime.supervisor.signals import Signals

_POLL_SECONDS = 0.1
_LAST_OUTPUT_SECONDS = 1.0


class PartKeepsFailing(DeskhandError):
    """A part ended several times in a row and never worked: its configuration must be wrong."""


class Supervisor:
    """Runs `parts` until a signal, or until one of them proves unable to start.

    `on_ready` is called once, when all parts have been ready for the first time.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        console: Console,
        *,
        on_ready: Callable[[], None] = lambda: None,
        policy: RestartPolicy | None = None,
        grace_seconds: float = 8.0,
    ) -> None:
        self._parts = parts
        self._console = console
        self._on_ready = on_ready
        self._policy = policy or RestartPolicy()
        self._grace_seconds = grace_seconds
        self._children: dict[str, Child] = {}
        self._waiting_for = {part.name for part in parts}
        self._stop = asyncio.Event()

    async def run(self, signals: Signals) -> int:
        """Returns the exit code: 130 after Ctrl-C, 0 after SIGTERM. Raises `PartKeepsFailing`."""
        signals.handler = self.stop
        keeping = [asyncio.create_task(self._keep_running(part)) for part in self._parts]
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait([*keeping, stopping], return_when=asyncio.FIRST_COMPLETED)
        self._stop.set()
        await self._stop_children()
        # By now they only show the last lines of their children.
        await asyncio.wait(keeping, timeout=2 * _LAST_OUTPUT_SECONDS)
        for task in (*keeping, stopping):
            task.cancel()
        results = await asyncio.gather(*keeping, return_exceptions=True)
        signals.handler = None
        failures = [each for each in results if isinstance(each, Exception)]
        if failures:
            raise failures[0]
        return signals.exit_code or 0

    def stop(self) -> None:
        """Asks all parts to end; called again, kills them."""
        if self._stop.is_set():
            self._console.say("Stopping at once.")
            for child in self._children.values():
                child.kill()
            return
        self._console.say("Stopping … (Ctrl-C again to stop at once)")
        self._stop.set()

    async def _stop_children(self) -> None:
        async def stop(child: Child) -> None:
            if not await child.stop(self._grace_seconds):
                self._console.say(f"{child.part.name} did not stop in {self._grace_seconds:.0f} s and was killed.")

        await asyncio.gather(*(stop(child) for child in self._children.values()))

    async def _keep_running(self, part: Part) -> None:
        restarts = Restarts(self._policy)
        while not self._stop.is_set():
            was_ready, child, code = await self._run_once(part)
            if self._stop.is_set():
                return
            delay = restarts.delay_after(child.ran_seconds, was_ready=was_ready)
            what = f"{part.name} ended ({_meaning(code)}) after {child.ran_seconds:.0f} s"
            if delay is None:
                raise PartKeepsFailing(_gave_up(part, restarts.in_a_row, child))
            self._console.problem(f"{what}. Starting it again in {delay:.0f} s.")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), delay)

    async def _run_once(self, part: Part) -> tuple[bool, Child, int]:
        """Runs the part to its end. Says whether it was ever ready, and how it ended."""
        try:
            child = await Child.start(part)
        except OSError as exc:
            raise PartKeepsFailing(f"{part.name} cannot be started: {part.command[0]}: {exc.strerror}.") from exc
        self._children[part.name] = child
        relay = asyncio.create_task(child.relay(partial(self._show, part)))
        ready = asyncio.create_task(self._until_ready(part))
        try:
            code = await child.wait()
        finally:
            was_ready = ready.done() and not ready.cancelled() and ready.exception() is None
            ready.cancel()
            child.kill()  # what it may have left behind, which would hold its output open
            await asyncio.wait([relay], timeout=_LAST_OUTPUT_SECONDS)
            relay.cancel()
        return was_ready, child, code

    def _show(self, part: Part, line: str) -> None:
        shown = not (part.chatter and part.chatter.search(plain(line)))
        self._console.line(part.name, line, log_only=not shown)

    async def _until_ready(self, part: Part) -> None:
        started = time.monotonic()
        while not await part.is_ready():  # noqa: ASYNC110 - another process becomes ready: no event to wait for
            await asyncio.sleep(_POLL_SECONDS)
        first_time = part.name in self._waiting_for
        self._console.say(
            f"{part.name} is ready {'again ' if not first_time else ''}({time.monotonic() - started:.1f} s)."
        )
        if first_time:
            self._waiting_for.remove(part.name)
            if not self._waiting_for:
                self._on_ready()


def _meaning(code: int) -> str:
    """A process's exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def _gave_up(part: Part, times: int, child: Child) -> str:
    said = "\n".join(f"    {line}" for line in child.last_lines) or "    (nothing)"
    return (
        f"{part.name} ended {times} times in a row and never got ready, so it is not tried again.\n"
        f"  The last lines it said:\n{said}"
    )
