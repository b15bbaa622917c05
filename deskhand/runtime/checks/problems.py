"""What is wrong in a configuration file, in words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from deskhand.errors import DeskhandError


class ConfigurationError(DeskhandError):
    """A configuration file has a mistake. The message names the file and the line."""

    def __init__(self, file: Path, line: int | None, problem: str) -> None:
        place = f"{file}, line {line}" if line else str(file)
        super().__init__(f"{place}: {problem}")
        self.file = file
        self.line = line


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """ " Did you mean 'x'?" with the known name that is nearest, or all of them where none is near and they are few."""
    names = sorted(set(known))
    near = nearest(name, names)
    if near:
        return f" Did you mean '{near}'?"
    return f" There are: {', '.join(names)}." if 0 < len(names) <= 12 else ""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like `name`, if any is like it at all. Capitals do not count."""
    by_lower = {other.lower(): other for other in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None
