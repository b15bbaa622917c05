"""When tools/environment makes the environment anew, and what it says."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).parents[2] / "tools"
PYPROJECT = """
[build-system]
requires = ["setuptools"]
[project]
name = "deskhand"
version = "1"
[tool.setuptools]
[tool.ruff]
line-length = 100
"""


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, over a project of its own."""
    spec = importlib.util.spec_from_file_location("environment", TOOLS / "environment.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "requirements").mkdir()
    locks = {kind: tmp_path / "requirements" / f"{kind}.lock" for kind in ("runtime", "dev")}
    for kind, lock in locks.items():
        lock.write_text(f"{kind}==1\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    monkeypatch.setattr(module, "PROJECT", tmp_path)
    monkeypatch.setattr(module, "LOCKS", locks)
    return module


def make(environment: ModuleType, kind: str) -> Path:
    """An environment as it is after a successful installation, without what was installed."""
    venv: Path = environment.PROJECT / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    (venv / environment.STAMP).write_text(environment.wanted_stamp(venv, kind), encoding="utf-8")
    return venv


def change(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_current_after_an_installation(environment: ModuleType) -> None:
    assert environment.is_current(make(environment, "runtime"), "runtime")


def test_an_environment_for_development_serves_for_running_and_not_the_reverse(environment: ModuleType) -> None:
    assert environment.is_current(make(environment, "dev"), "runtime")
    (environment.PROJECT / ".venv").rename(environment.PROJECT / "old")
    assert not environment.is_current(make(environment, "runtime"), "dev")


def test_a_changed_lock_file_makes_it_old(environment: ModuleType) -> None:
    venv = make(environment, "runtime")
    change(environment.LOCKS["runtime"], "==1", "==2")
    assert not environment.is_current(venv, "runtime")


def test_a_changed_installation_makes_it_old_and_a_linters_setting_does_not(environment: ModuleType) -> None:
    venv = make(environment, "runtime")
    change(environment.PROJECT / "pyproject.toml", "line-length = 100", "line-length = 120")
    assert environment.is_current(venv, "runtime")
    change(environment.PROJECT / "pyproject.toml", 'version = "1"', 'version = "2"')
    assert not environment.is_current(venv, "runtime")


def test_an_environment_without_its_python_is_not_current(environment: ModuleType) -> None:
    venv = make(environment, "runtime")
    (venv / "bin" / "python").unlink()
    assert not environment.is_current(venv, "runtime")


def test_an_environment_that_was_moved_is_not_current(environment: ModuleType) -> None:
    moved = make(environment, "runtime").rename(environment.PROJECT / "moved")
    assert not environment.is_current(moved, "runtime")


def test_a_checkout_without_lock_files_is_said(environment: ModuleType) -> None:
    environment.LOCKS["runtime"].unlink()
    with pytest.raises(environment.EnvironmentProblem, match=r"runtime\.lock is missing"):
        environment.wanted_stamp(environment.PROJECT / ".venv", "runtime")


def test_without_python_3_11_it_says_what_to_do(tmp_path: Path) -> None:
    """With a PATH on which `python3` is an older one, and a copy of the script that has no .venv beside it."""
    tools = tmp_path / "project" / "tools"
    tools.mkdir(parents=True)
    script = (TOOLS / "environment").read_text(encoding="utf-8").replace("/usr/bin/python3", "/no/python3")
    (tools / "environment").write_text(script, encoding="utf-8")
    old = tmp_path / "bin" / "python3"
    old.parent.mkdir()
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    for name in ("dirname", "cat", "sh"):
        (old.parent / name).symlink_to(f"/usr/bin/{name}")
    done = subprocess.run(
        ["/bin/sh", str(tools / "environment")],
        capture_output=True,
        text=True,
        env={"PATH": str(old.parent), "HOME": os.environ.get("HOME", "/")},
    )
    assert done.returncode == 1
    assert "Deskhand needs Python 3.11, and this machine has: Python 3.9.2" in done.stderr
    assert "apt-get install python3" in done.stderr
