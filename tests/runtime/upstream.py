"""Running a piece of Python in a fresh process, with all adaptations, or with all but one."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    status: int
    output: str


def run(code: str, folder: Path, without: str | None = None, **environment: str) -> Outcome:
    """What the code prints, errors included, and its exit status."""
    start = f"from deskhand.runtime import adaptations\nadaptations.apply(without={without!r})\n"
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DESKHAND_", "RASA_", "DATABASE_URL", "LOG_LEVEL"))
    }
    script = folder / "piece.py"
    script.write_text(start + code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=folder,
        env=inherited | {"DESKHAND_RUNTIME": "off", "PYTHONPATH": str(folder)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        start_new_session=True,  # when its workers fail, sanic kills its whole process group
        check=False,
    )
    return Outcome(done.returncode, done.stdout + done.stderr)
