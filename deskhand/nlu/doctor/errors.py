"""Why the doctor cannot look at the data at all."""

from __future__ import annotations

from pathlib import Path

from deskhand.nlu.errors import NluError


class TrainingDataError(NluError):
    """A file of NLU data, or the domain, cannot be read. The message names the file and the line."""

    def __init__(self, file: Path, line: int | None, problem: str) -> None:
        super().__init__(f"{file}, line {line}: {problem}" if line else f"{file}: {problem}")
