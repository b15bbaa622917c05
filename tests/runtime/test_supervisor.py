"""The supervisor with tiny parts: what starts, restarts, stops, and what is left behind (nothing)."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

SUPERVISED = Path(__file__).with_name("supervised.py")
LONG = 20.0

# Fake parts. Each says its process id, so that the tests can see whether it is gone.
RUNS = "print('pid', os.getpid()); ready(); time.sleep(600)"
RUNS_WITH_GRANDCHILD = (
    "import subprocess; g = subprocess.Popen(['sleep', '600']); print('pid', g.pid); print('pid', os.getpid()); "
    "ready(); time.sleep(600)"
)
IGNORES_SIGTERM = "signal.signal(signal.SIGTERM, signal.SIG_IGN); " + RUNS
CRASHES_AT_ONCE = "print('actions.py, line 3: no such module'); sys.exit(3)"


class Supervised:
    """A running supervisor process; collects what it prints."""

    def __init__(self, folder: Path, *codes: str) -> None:
        self.lines: list[str] = []
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, str(SUPERVISED), str(folder), *codes],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()

    def wait_for(self, pattern: str, times: int = 1) -> None:
        def seen() -> bool:
            return sum(bool(re.search(pattern, line)) for line in self.lines) >= times

        with self._changed:
            assert self._changed.wait_for(seen, LONG), f"{pattern!r} not in {self.lines}"

    def wait(self) -> int:
        return self.process.wait(LONG)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def pids(self) -> list[int]:
        return [int(match[1]) for line in self.lines if (match := re.search(r"│ pid (\d+)", line))]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Supervised]]:
    running: list[Supervised] = []

    def start(*codes: str) -> Supervised:
        running.append(Supervised(tmp_path, *codes))
        return running[-1]

    yield start
    for each in running:
        for pid in each.pids:
            if psutil.pid_exists(pid):
                os.kill(pid, signal.SIGKILL)
        each.process.kill()
        each.process.wait()


def gone(pids: list[int]) -> bool:
    """Waits for the processes to end; zombies count as ended."""
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        if not any(psutil.pid_exists(pid) and _runs(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_says_ready_only_when_every_part_is(supervise: Callable[..., Supervised]) -> None:
    running = supervise(RUNS, "print('slow'); time.sleep(0.3); ready(); time.sleep(600)")
    running.wait_for("^ready$")
    assert running.text.index("part2") < running.text.index("\nready")
    assert re.search(r"part2 is ready", running.text)


def test_ctrl_c_stops_everything_and_leaves_no_process(supervise: Callable[..., Supervised]) -> None:
    running = supervise(RUNS, RUNS_WITH_GRANDCHILD)
    running.wait_for("^ready$")
    started = time.monotonic()
    running.process.send_signal(signal.SIGINT)
    assert running.wait() == 130
    assert time.monotonic() - started < 3
    assert len(running.pids) == 3
    assert gone(running.pids)


def test_sigterm_stops_with_exit_code_0(supervise: Callable[..., Supervised]) -> None:
    running = supervise(RUNS)
    running.wait_for("^ready$")
    running.process.send_signal(signal.SIGTERM)
    assert running.wait() == 0
    assert gone(running.pids)


def test_a_part_that_ignores_the_signal_is_killed_after_the_grace(supervise: Callable[..., Supervised]) -> None:
    running = supervise(IGNORES_SIGTERM)
    running.wait_for("^ready$")
    running.process.send_signal(signal.SIGTERM)
    assert running.wait() == 0
    assert "was killed" in running.text
    assert gone(running.pids)


def test_second_ctrl_c_kills_at_once(supervise: Callable[..., Supervised]) -> None:
    running = supervise(IGNORES_SIGTERM)
    running.wait_for("^ready$")
    running.process.send_signal(signal.SIGINT)
    running.wait_for("Stopping …")
    started = time.monotonic()
    running.process.send_signal(signal.SIGINT)
    assert running.wait() == 130
    assert time.monotonic() - started < 1.5  # the grace is 2 s
    assert gone(running.pids)


def test_crashed_part_is_started_again_and_said_to_be_back(supervise: Callable[..., Supervised]) -> None:
    running = supervise(RUNS, RUNS)
    running.wait_for("^ready$")
    crashed = next(line for line in running.lines if line.startswith("part1    │ pid "))
    os.kill(int(crashed.split()[-1]), signal.SIGKILL)
    running.wait_for(r"part1 ended \(SIGKILL\).*Starting it again")
    running.wait_for(r"part1 is ready again")
    running.wait_for(r"│ pid ", times=3)
    assert "part2 ended" not in running.text
    assert running.process.poll() is None


def test_part_that_never_gets_ready_stops_everything_with_its_last_words(
    supervise: Callable[..., Supervised],
) -> None:
    running = supervise(RUNS, CRASHES_AT_ONCE)
    assert running.wait() == 1
    running.wait_for("never got ready")
    running.wait_for("    actions.py, line 3: no such module")
    assert sum("│ actions.py" in line for line in running.lines) == 5
    assert gone(running.pids)


def test_program_that_does_not_exist_is_said_at_once(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\n"
        "from deskhand.runtime.supervisor import Console, Part, Signals, Supervisor\n"
        "async def never(): return False\n"
        "asyncio.run(Supervisor([Part('x', ['/no/such/program'], never)], Console()).run(Signals()))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=LONG)
    assert "x cannot be started: /no/such/program: No such file or directory" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_children_end_when_the_supervisor_is_killed(supervise: Callable[..., Supervised]) -> None:
    running = supervise(RUNS, RUNS)
    running.wait_for("^ready$")
    running.process.kill()
    running.wait()
    assert len(running.pids) == 2
    assert gone(running.pids)


def test_very_long_lines_and_progress_bars_do_not_break_the_log(supervise: Callable[..., Supervised]) -> None:
    running = supervise("print('x' * 300_000); print('10%\\r50%\\r100%'); print('after'); ready(); time.sleep(600)")
    running.wait_for("│ after")
    running.wait_for("│ 100%$")
    assert max(len(line) for line in running.lines) < 5_000
