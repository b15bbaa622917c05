"""The model that is measured: `--model`, or the newest of the project."""

from __future__ import annotations

import argparse
from pathlib import Path

from deskhand.runtime.training import newest_model


def add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, help="the newest without it")


def model_of(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> Path:
    """Ends the program with a message when there is none."""
    newest = newest_model(Path.cwd())
    if arguments.model is None and newest is None:
        parser.error("There is no model. Train one: deskhand train")
    model: Path = arguments.model or newest.file
    return model
