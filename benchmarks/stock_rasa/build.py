"""Builds the environment with stock Rasa 3.6.21 and TensorFlow 2.12 beside this file: `make stock-rasa`.

Rasa declares Python <3.11 and runs on 3.11 all the same, with the packages that it asks for or the first later ones
that have wheels for 3.11 (requirements.in). A second call finds in a moment that there is nothing to do.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tools import environment
from tools.environment import EnvironmentProblem

HERE = Path(__file__).resolve().parent
LOCKS = (HERE / "requirements.lock", HERE / "by_hand.lock")
STAMP = "built-from"


def main() -> int:
    """Returns 0 when the environment is there and Rasa starts in it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stock_rasa.build", description=__doc__)
    parser.add_argument("--venv", type=Path, default=HERE / ".venv", help="where (default: beside this file)")
    venv: Path = parser.parse_args().venv.resolve()
    try:
        if is_current(venv):
            print(f"Stock Rasa is installed in {venv}: nothing to do.")
        else:
            build(venv)
    except EnvironmentProblem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The next call goes on.", file=sys.stderr)
        return 130
    return 0


def build(venv: Path) -> None:
    """Makes the environment, or completes one that was interrupted. Raises `EnvironmentProblem`."""
    print(f"Installing stock Rasa with TensorFlow in {venv} (once; some minutes, 3 GB) …", flush=True)
    if not environment.works(venv):
        environment.create(venv)
    options = ["--no-deps", "--ignore-requires-python", "--prefer-binary", "--require-hashes"]
    for lock in LOCKS:
        options += ["--requirement", str(lock)]
    expected = sum(len(environment.pinned(lock)) for lock in LOCKS)
    try:
        environment.pip(venv, "Packages", "install", *options, expected=expected)
    except EnvironmentProblem as exc:
        raise EnvironmentProblem(
            f"{exc}\nThe first time this needs a network, and a Python package index: look at the lines above."
        ) from exc
    print(version(venv), flush=True)
    (venv / STAMP).write_text(wanted(venv), encoding="utf-8")


def is_current(venv: Path) -> bool:
    """Whether it was built to the end, from the present lock files, at this place."""
    try:
        return (venv / STAMP).read_text(encoding="utf-8") == wanted(venv) and environment.python_of(venv).exists()
    except OSError:
        return False


def wanted(venv: Path) -> str:
    """A line that changes with the lock files and the place."""
    return f"{hashlib.sha256(b''.join(lock.read_bytes() for lock in LOCKS)).hexdigest()} {venv}"


def version(venv: Path) -> str:
    """What `rasa --version` says. Raises `EnvironmentProblem` when Rasa does not start."""
    result = subprocess.run(  # noqa: S603 - the rasa that was just installed
        [venv / "bin" / "rasa", "--version"],
        env=os.environ | {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise EnvironmentProblem(f"Rasa is installed and does not start:\n{result.stdout}{result.stderr}")
    return result.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
