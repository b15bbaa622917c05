"""A supervisor over fake parts, in a process of its own: what the tests of signals run.

python supervised.py FOLDER CODE…   each CODE is the Python source of one part; a part is ready when it has made the
file FOLDER/ready-<its number>. Prints the parts' process ids as they say them, and "ready" when all are.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from deskhand.errors import DeskhandError
from deskhand.runtime.supervisor import Console, Part, RestartPolicy, Signals, Supervisor

FAST = RestartPolicy(first_delay_seconds=0.02, longest_delay_seconds=0.1, well_after_seconds=60, give_up_after=5)


def fake_part(folder: Path, number: int, code: str) -> Part:
    async def is_ready() -> bool:
        return (folder / f"ready-{number}").exists()

    prelude = f"import os, signal, sys, time; ready = lambda: open({str(folder / f'ready-{number}')!r}, 'w').close()\n"
    return Part(f"part{number}", [sys.executable, "-IuS", "-c", prelude + code], is_ready)


def main() -> int:
    folder = Path(sys.argv[1])
    parts = [fake_part(folder, number, code) for number, code in enumerate(sys.argv[2:], start=1)]
    console = Console(tuple(part.name for part in parts))
    supervisor = Supervisor(parts, console, on_ready=lambda: console.plain("ready"), policy=FAST, grace_seconds=2)

    async def run() -> int:
        with Signals() as signals:
            return await supervisor.run(signals)

    try:
        return asyncio.run(run())
    except DeskhandError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
