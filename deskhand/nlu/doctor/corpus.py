"""The sentences that the checks look at."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from deskhand.nlu.doctor.findings import Finding, Place, Quote

_WORD = re.compile(r"\w+|[^\w\s]")
_QUOTES = str.maketrans("‘’´`“”", "''''\"\"")
T = TypeVar("T")


@dataclass(frozen=True)
class Annotation:
    """An entity in a sentence, by characters of the plain text."""

    start: int
    end: int
    text: str
    entity: str
    value: str
    role: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class Sentence:
    """One example: as it stands in the file, and as Rasa reads it."""

    place: Place
    intent: str
    source: str
    text: str
    annotations: tuple[Annotation, ...] = ()

    def quote(self, note: str = "") -> Quote:
        return Quote(self.place, self.source, self.intent, note)

    @cached_property
    def normal(self) -> str:
        """The text without what makes no difference."""
        return normal(self.text)

    @cached_property
    def bare(self) -> str:
        """Its words and emoji alone: without punctuation, too. Empty where there are none."""
        parts = _WORD.findall(self.normal.replace("'", ""))
        return " ".join(part for part in parts if not unicodedata.category(part[0]).startswith("P"))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Words and punctuation marks, with where they stand."""
        return tuple(Word(match.group().casefold(), *match.span()) for match in _WORD.finditer(self.text))


@dataclass(frozen=True)
class Word:
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Corpus:
    """What was read from one file or folder, and what could not be."""

    sentences: tuple[Sentence, ...] = ()
    synonyms: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @cached_property
    def by_intent(self) -> dict[str, list[Sentence]]:
        return grouped(self.sentences, lambda sentence: sentence.intent)


def normal(text: str) -> str:
    """Without differences of case, space, Unicode form and curly quotes."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES).split())


def grouped(items: Iterable[T], key: Callable[[T], Hashable]) -> dict[str, list[T]]:
    """The items by key, in the order in which the keys first come."""
    groups: dict[str, list[T]] = defaultdict(list)
    for item in items:
        groups[str(key(item))].append(item)
    return dict(groups)
