"""Which files a `rasa` command is about to read, and their checks."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from deskhand.runtime.checks.config import check_config
from deskhand.runtime.checks.credentials import check_credentials
from deskhand.runtime.checks.endpoints import check_endpoints

# Modules of commands that read none of the files, or are there to make them.
WITHOUT_FILES = ("rasa.cli.scaffold", "rasa.cli.telemetry", "rasa.cli.x")

FILES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "config": ("config.yml", check_config),
    "endpoints": ("endpoints.yml", check_endpoints),
    "credentials": ("credentials.yml", check_credentials),
}


def check_files(arguments: argparse.Namespace) -> None:
    """Check the files of a parsed `rasa` command. Raises `ConfigurationError`."""
    command = getattr(arguments, "func", None)
    if getattr(command, "__module__", None) in WITHOUT_FILES:
        return
    is_action_server = getattr(command, "__name__", "") == "run_actions"
    for option, (default, check) in FILES.items():
        if is_action_server and option != "endpoints":
            continue
        for file in _chosen(getattr(arguments, option, None), default):
            check(file)


def _chosen(value: object, default: str) -> list[Path]:
    """The files that the option names, or the default one; only those that exist (Rasa speaks up for the others)."""
    values = value if isinstance(value, list | tuple) else [value or default]
    return [file for file in map(Path, values) if file.is_file()]
