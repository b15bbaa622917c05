"""Makes `.venv`: called by tools/environment, which finds the Python. Uses the standard library only.

The order matters: the locked packages (checked by their hashes), torch (in the build that suits the machine), Deskhand
itself, and last the line that loads its adaptations of Rasa when Python starts. A stamp is written at the end, so an
interrupted installation is seen and done again from a clean folder.
"""

# ruff: noqa: S603, S607 - it starts pip, venv and apt-get, with arguments of its own

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LOCKS = {
    "runtime": PROJECT / "requirements" / "runtime.lock",
    "dev": PROJECT / "requirements" / "dev.lock",
}
TORCH = "torch==2.13.0"
STAMP = "deskhand-environment"
UNFINISHED = "deskhand-unfinished"
LOG = "deskhand-environment.log"
LOADER = "deskhand_runtime.pth"
# What pip says about each package while it collects them; used to count.
COUNTED = re.compile(r"^(?:Collecting |Requirement already satisfied: |Processing \S*/)([A-Za-z0-9_.]+)")


class EnvironmentProblem(Exception):
    """Told to the person in these words."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/environment", description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    parser.add_argument("--venv", type=Path, default=PROJECT / ".venv", help="where (default: .venv)")
    parser.add_argument("--is-current", action="store_true", help="only say by the exit code whether it is up to date")
    arguments = parser.parse_args()
    kind = "dev" if arguments.dev else "runtime"
    venv = arguments.venv.resolve()
    if is_current(venv, kind):
        return 0
    if arguments.is_current:
        return 1
    try:
        with only_one_at_a_time():
            if not is_current(venv, kind):
                make(venv, kind)
    except EnvironmentProblem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The next call starts the installation again.", file=sys.stderr)
        return 130
    return 0


def wanted_stamp(venv: Path, kind: str) -> str:
    """One line that changes whenever the environment has to be made anew."""
    inputs = [LOCKS["runtime"], Path(__file__)]
    inputs += [LOCKS["dev"]] if kind == "dev" else []
    digest = hashlib.sha256()
    try:
        for file in inputs:
            digest.update(file.read_bytes())
        # Of pyproject.toml what concerns the installation: changing a linter's setting installs nothing.
        pyproject = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
        installed = [pyproject["build-system"], pyproject["project"], pyproject["tool"]["setuptools"]]
        digest.update(json.dumps(installed).encode())
    except OSError as exc:
        raise EnvironmentProblem(f"{exc.filename} is missing: the checkout is not complete.") from exc
    # The folders too: an environment that was copied or moved points at the old place.
    digest.update(f"{PROJECT}|{venv}|{os.environ.get('TORCH_INDEX', '')}".encode())
    return f"{kind} {digest.hexdigest()}"


def is_current(venv: Path, kind: str) -> bool:
    """Whether nothing needs doing. An environment for development serves for running, too."""
    try:
        stamp = (venv / STAMP).read_text(encoding="utf-8")
    except OSError:
        return False
    accepted = {kind, "dev"}
    try:
        return python_of(venv).exists() and stamp in {wanted_stamp(venv, each) for each in accepted}
    except EnvironmentProblem:
        return False


def python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


class only_one_at_a_time:  # noqa: N801
    """Holds a lock on this file, so that `make run` and `make test` do not install into each other."""

    def __enter__(self) -> None:
        self.file = open(__file__, "rb")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Another installation is running; waiting for it …", flush=True)
            fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self.file.close()


def make(venv: Path, kind: str) -> None:
    started = time.monotonic()
    lock = LOCKS[kind]
    stamp = wanted_stamp(venv, kind)
    print(f"Making the Python environment in {venv} (once; a few minutes) …", flush=True)
    if (venv / UNFINISHED).exists() or not works(venv):
        create(venv)
    (venv / STAMP).unlink(missing_ok=True)
    (venv / UNFINISHED).touch()
    install_locked(venv, lock)
    install_torch(venv, lock)
    pip(venv, "Deskhand", "install", "--no-deps", "--no-build-isolation", "--editable", str(PROJECT))
    (site_packages(venv) / LOADER).write_text("import deskhand.runtime.autoload\n", encoding="utf-8")
    (venv / UNFINISHED).unlink()
    (venv / STAMP).write_text(stamp, encoding="utf-8")
    print(f"The environment is ready ({time.monotonic() - started:.0f} s).", flush=True)


def works(venv: Path) -> bool:
    if not python_of(venv).exists():
        return False
    script = "import sys, pip; sys.exit(sys.version_info[:2] != (3, 11))"
    return subprocess.run([python_of(venv), "-I", "-c", script], capture_output=True).returncode == 0


def create(venv: Path) -> None:
    ensure_venv_module()
    shutil.rmtree(venv, ignore_errors=True)
    result = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True)
    if result.returncode:
        raise EnvironmentProblem(f"The environment could not be made:\n{result.stdout}{result.stderr}")


def ensure_venv_module() -> None:
    """Debian keeps `venv` in a package of its own, which a bare machine lacks."""
    if has_venv_module():
        return
    command = "apt-get install python3-venv"
    if shutil.which("apt-get") is None:
        raise EnvironmentProblem(f"{sys.executable} has no venv module (ensurepip). Install it and try again.")
    root = become_root()
    if root is None:
        raise EnvironmentProblem(
            f"Python's venv module is missing. Type this, and then the same command again:\n\n  sudo {command}\n"
        )
    print(f"Installing python3-venv ({command}) …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", "python3-venv"]):
        result = subprocess.run([*root, "apt-get", *step], env=environment, capture_output=True, text=True)
        # A failed update is not the end: the lists on the machine may do.
        if result.returncode and step[0] == "install":
            raise EnvironmentProblem(f"`{command}` failed:\n{result.stdout}{result.stderr}")
    if not has_venv_module():
        raise EnvironmentProblem(
            f"python3-venv is installed, but {sys.executable} still has no venv module: it is not Debian's Python. "
            "Name the one to use:  PYTHON=/usr/bin/python3 make run"
        )


def has_venv_module() -> bool:
    return subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True).returncode == 0


def become_root() -> list[str] | None:
    """What to write before a command so that root runs it; None where that would need a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def install_locked(venv: Path, lock: Path) -> None:
    # rasa declares Python <3.11, and old versions of what it needs: docs/decisions/0001.
    options = ["--no-deps", "--ignore-requires-python", "--require-hashes", "--requirement", str(lock)]
    pip(venv, "Packages", "install", *options, expected=len(pinned(lock)))


def install_torch(venv: Path, lock: Path) -> None:
    """No hash: which build is right depends on the machine (see README: TORCH_INDEX)."""
    index = os.environ.get("TORCH_INDEX")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as constraints:
        constraints.write("\n".join(pinned(lock)))  # what torch needs must not move what is locked
        constraints.flush()
        options = ["--constraint", constraints.name, *(["--index-url", index] if index else []), TORCH]
        pip(venv, "PyTorch", "install", *options)


def pinned(lock: Path) -> list[str]:
    """`name==version` of each package in the lock file."""
    return re.findall(r"^[A-Za-z0-9_.-]+==[^\s;\\]+", lock.read_text(encoding="utf-8"), flags=re.M)


def site_packages(venv: Path) -> Path:
    return next((venv / "lib").glob("python3.11/site-packages"))


def pip(venv: Path, title: str, *arguments: str, expected: int = 0) -> None:
    """Runs pip quietly: one line of progress here, everything it says in a log. Raises with the end of that log."""
    log = venv / LOG
    # -I: packages in PYTHONPATH or in the working folder must not be taken for installed ones.
    command = [str(python_of(venv)), "-I", "-m", "pip", "--no-input", "--disable-pip-version-check", *arguments]
    command += ["--progress-bar", "off"] if arguments[0] == "install" else []
    progress = Progress(title, expected)
    with log.open("a", encoding="utf-8") as written:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=PROJECT)
        tail: list[str] = []
        try:
            for line in process.stdout or ():
                written.write(line)
                tail = [*tail[-24:], line]
                progress.hear(line)
            code = process.wait()
        finally:
            process.terminate()
            progress.end()
    if code:
        raise EnvironmentProblem(f"{''.join(tail)}\npip failed. All it said is in {log}.")


class Progress:
    """`Packages 131/214 sanic  0:42`, rewritten in place on a terminal, and a line now and then elsewhere."""

    def __init__(self, title: str, expected: int) -> None:
        self.title, self.expected = title, expected
        self.count, self.what = 0, ""
        self.started = time.monotonic()
        self.on_terminal = sys.stdout.isatty()
        self.ended = threading.Event()
        self.ticker = threading.Thread(target=self._tick, daemon=True)
        self.ticker.start()

    def hear(self, line: str) -> None:
        if match := COUNTED.match(line):
            self.count += 1
            self.what = match.group(1)
        elif line.startswith("Installing collected packages"):
            self.what = "unpacking"

    def end(self) -> None:
        self.ended.set()
        self.ticker.join()
        self.what = "done"
        self._show(last=True)

    def _tick(self) -> None:
        while not self.ended.wait(0.5 if self.on_terminal else 15):
            self._show(last=False)

    def _show(self, last: bool) -> None:
        seconds = int(time.monotonic() - self.started)
        counted = f"{min(self.count, self.expected)}/{self.expected} " if self.expected else ""
        line = f"  {self.title:<10} {counted}{self.what}  {seconds // 60}:{seconds % 60:02}"
        if self.on_terminal:
            print(f"\r\033[K{line}", end="\n" if last else "", flush=True)
        else:
            print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
