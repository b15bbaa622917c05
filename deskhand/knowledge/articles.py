"""Articles: what a business has written for its customers and its people, one file an article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from deskhand.errors import DeskhandError

ALWAYS = date.min
"""The first day of an article that has always held."""
ENGLISH = ("en",)
FENCE = "---"
"""The line above and below the front matter of a Markdown file."""


class ArticleError(DeskhandError):
    """An article can't be read. The message names the file and the line."""

    def __init__(self, file: Path, line: int, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}")
        self.file = file
        self.line = line
        self.problem = problem


class EmptyArticle(ArticleError):
    """A file that says nothing."""


class Audience(StrEnum):
    CUSTOMER = "customer"
    INTERNAL = "internal"


@dataclass(frozen=True)
class Article:
    title: str
    url: str
    audience: Audience
    valid_from: date
    valid_until: date | None
    """The last day on which the article holds; None when it has no end."""
    body: str
    """Markdown, without the front matter."""
    file: Path
    languages: tuple[str, ...] = ENGLISH
    """What the article is written in, as in HTML's `lang`: "en", "pt-BR". The first one is the main one."""
    first_line: int = 1
    """The body's first line in the file, where the file is Markdown."""
    anchors: frozenset[str] = frozenset()
    """What a link into the article may name after its `#`, beside the headings."""

    @property
    def readers_languages(self) -> tuple[str, ...]:
        """With the language of each variety: who reads "en" reads "en-GB", too."""
        return tuple(dict.fromkeys(name for each in self.languages for name in (each, each.partition("-")[0])))

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
