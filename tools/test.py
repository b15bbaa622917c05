"""Runs the tests one after the other and sums them up: `make test`, and with --fast `make check`.

A failed step does not hide the others: all are run, and the exit code says whether all passed.
"""

# ruff: noqa: S603, S607, S314 - it starts our own commands and reads the reports that they have just written

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
BIN = PROJECT / ".venv" / "bin"
RESULTS = PROJECT / "results"


@dataclass(frozen=True)
class Step:
    """A command, and where it reports the single tests, if it does."""

    title: str
    command: tuple[str, ...]
    junit: Path | None = None


@dataclass(frozen=True)
class Done:
    title: str
    seconds: float
    passed: int
    failed: int
    skipped: int = 0


FAST = (
    Step("Lint", ("ruff", "check")),
    Step("Format", ("ruff", "format", "--check")),
    Step("Types", ("mypy",)),
    Step("Who imports whom", ("lint-imports",)),
)
CONTRACTS = Step(
    "Contracts", ("pytest", "-q", "tests/contract", f"--junitxml={RESULTS}/contract.xml"), RESULTS / "contract.xml"
)
FULL = (
    Step("Training data", ("rasa", "data", "validate", "--fail-on-warnings")),
    Step("Examples", ("deskhand", "nlu", "doctor")),
    Step("Training", ("deskhand", "train")),
    Step("Understanding", ("deskhand", "test", "--no-stories")),
    Step("Story tests", ("deskhand", "test", "--no-nlu")),
    Step(
        "Unit and integration tests",
        # Three at a time on two cores, for many wait for a browser or a process; each has a PostgreSQL of its own. The
        # tests of a file stay together and share what is slow to make.
        # In the order of their names: by their number of tests, the longest files, which have few, would come last.
        ("pytest", "-q", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder", f"--junitxml={RESULTS}/pytest.xml"),
        RESULTS / "pytest.xml",
    ),
    Step(
        "Conversations from end to end",
        ("deskhand", "e2e", "tests/e2e", "--junit", f"{RESULTS}/e2e.xml"),
        RESULTS / "e2e.xml",
    ),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/test.py", description=__doc__)
    parser.add_argument("--fast", action="store_true", help="only what takes a moment")
    fast: bool = parser.parse_args().fast
    RESULTS.mkdir(exist_ok=True)
    if not fast:
        ensure_browser()
        ensure_widget_tools()
    steps = (*FAST, CONTRACTS) if fast else (*FAST, *FULL)
    done = [run(step) for step in steps]
    return report(done)


def run(step: Step) -> Done:
    heading(f"{step.title}: {' '.join(step.command)}".replace(f"{PROJECT}/", ""))
    if step.junit:
        step.junit.unlink(missing_ok=True)
    started = time.monotonic()
    program, *arguments = step.command
    code = subprocess.run([BIN / program, *arguments], cwd=PROJECT, env=environment()).returncode
    seconds = time.monotonic() - started
    print(f"{'ok' if code == 0 else f'FAILED (exit code {code})'} in {seconds:.0f} s", flush=True)
    passed, failed, skipped = counted(step.junit) if step.junit else (0, 0, 0)
    if code and not failed:
        failed = 1  # it broke before or beside its tests
    if not code and not passed:
        passed = 1  # a step without single tests counts as one
    return Done(step.title, seconds, passed, failed, skipped)


def environment() -> dict[str, str]:
    """Tests keep away from the data of a running Deskhand."""
    return os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}", "DESKHAND_DATA_DIR": str(PROJECT / "var" / "test")}


def counted(junit: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped tests in a JUnit report; none if it was not written."""
    try:
        suites = list(ElementTree.parse(junit).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return 0, 0, 0
    total, failures, errors, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites) for name in ("tests", "failures", "errors", "skipped")
    )
    return total - failures - errors - skipped, failures + errors, skipped


def ensure_browser() -> None:
    """Debian's chromium for the tests of the chat page. Without it they are skipped."""
    if shutil.which("chromium"):
        return
    heading("Browser: chromium")
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet)
        command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"]
        subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL)
    if not shutil.which("chromium"):
        print("There is no chromium, so the tests of the chat page are skipped. On Debian: apt-get install chromium")


def ensure_widget_tools() -> None:
    """esbuild, TypeScript and axe-core, pinned in web/package-lock.json. Without them some tests are skipped."""
    if (PROJECT / "web" / "node_modules").exists():
        return
    heading("Tools of the widget: npm ci")
    if not shutil.which("npm") or subprocess.run(["npm", "ci"], cwd=PROJECT / "web").returncode:
        print("There is no npm, so the widget is neither built again nor looked at with axe-core.")


def report(done: list[Done]) -> int:
    heading("Summary")
    for each in done:
        state = "FAILED" if each.failed else "ok"
        print(f"  {state:<7} {each.title:<32} {each.passed:>5} passed {each.failed:>4} failed {each.seconds:>6.0f} s")
    passed, failed = sum(each.passed for each in done), sum(each.failed for each in done)
    skipped = sum(each.skipped for each in done)
    print(f"  {sum(each.seconds for each in done) / 60:.1f} minutes in all\n")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed else 0


def heading(text: str) -> None:
    print(f"\n── {text} {'─' * max(3, 100 - len(text))}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
