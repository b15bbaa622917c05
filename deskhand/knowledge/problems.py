"""What is wrong, or worth a look, in the articles: each with its file and line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """In the order in which they are reported."""

    UNREADABLE = "can't be read"
    EMPTY = "empty"
    BROKEN_LINK = "broken link"
    ASKED_QUESTION = "asked question"
    CONTRADICTION = "contradiction"
    DUPLICATE_ARTICLE = "duplicate article"
    DUPLICATE_PASSAGE = "duplicate passage"
    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"


@dataclass(frozen=True)
class Problem:
    kind: Kind
    source: str
    """The file, relative to the folder of articles."""
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.kind}: {self.text}"


def in_order(problems: list[Problem]) -> list[Problem]:
    """By kind, the gravest first, and then by file and line."""
    kinds = list(Kind)
    return sorted(problems, key=lambda each: (kinds.index(each.kind), each.source, each.line))
