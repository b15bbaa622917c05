"""Plain `rasa` commands in a project's folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

RASA = str(Path(sys.executable).parent / "rasa")


def environment(home: Path) -> dict[str, str]:
    """Ours without settings of Deskhand or Rasa, and with a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DESKHAND_", "RASA_"))}
    return {**kept, "HOME": str(home), "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"}


def rasa(project: Path, *arguments: str, status: int = 0) -> str:
    """What `rasa …` prints in this folder."""
    done = subprocess.run(
        [RASA, *arguments],
        cwd=project,
        env=environment(project.parent),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode == status, output
    return output
