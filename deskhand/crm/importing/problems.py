"""What can be wrong with a file, and with one record of it."""

from __future__ import annotations

from dataclasses import dataclass

from deskhand.errors import DeskhandError


class ImportFailed(DeskhandError):
    """The file or its mapping cannot be used at all."""


@dataclass(frozen=True)
class Problem:
    """Of one field. Emails and names are not quoted: reports are shown and kept."""

    field: str
    problem: str
    what_to_do: str


class RecordRefused(Exception):
    """A record has problems. Caught by the import, which reports and skips it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__()
        self.problems = problems
