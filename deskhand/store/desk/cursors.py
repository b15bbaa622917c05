"""Where a page of a queue ended, as a text for an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

_SEPARATOR = "~"


@dataclass(frozen=True)
class Cursor:
    """The values that the last row of a page is sorted by."""

    values: tuple[int | datetime | UUID | None, ...]

    def fits(self, types: Sequence[type]) -> bool:
        """Whether the values are of these types: cursors come from addresses, which anybody can write."""
        return [type(value) for value in self.values] == list(types)

    def __str__(self) -> str:
        return _SEPARATOR.join(_written(value) for value in self.values)


def cursor_from(text: str) -> Cursor | None:
    """The cursor that `str` made this text of; None for any other text."""
    try:
        return Cursor(tuple(_read(part) for part in text[:200].split(_SEPARATOR)))
    except ValueError:
        return None


def _written(value: int | datetime | UUID | None) -> str:
    if isinstance(value, datetime):
        return f"t{value.isoformat()}"
    if isinstance(value, UUID):
        return f"u{value.hex}"
    return "" if value is None else f"n{value}"


def _read(part: str) -> int | datetime | UUID | None:
    kind, rest = part[:1], part[1:]
    match kind:
        case "t":
            return datetime.fromisoformat(rest)
        case "u":
            return UUID(rest)
        case "n" if len(rest) < 6:
            return int(rest)
        case "":
            return None
    raise ValueError("This is no cursor.")
