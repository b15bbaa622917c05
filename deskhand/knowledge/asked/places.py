"""From a few words of an article to the place that they stand in: a sentence, a step, or all below a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deskhand.knowledge.passages import Passage, parse, plain

METHOD = 1
"""How places are found. A new number means that all are looked for anew."""

_WORD = re.compile(r"[£€$%]|[^\W_]+(?:[.,:][^\W_]+)*")
_APOSTROPHES = re.compile(r"['’‘ʼ]")
_CELLS = "|"


@dataclass(frozen=True)
class Place:
    position: int
    """The passage's place in the article, from 0."""
    sentences: tuple[int, int] | None = None
    """The first and the last of its sentences and then steps; None for all of it."""


@dataclass(frozen=True)
class Found:
    places: tuple[Place, ...] = ()
    """Several only where a heading is meant that has several passages below it."""
    times: int = 0
    """How often the words are there; the places are those of the first time."""


def find(words: str, passages: Sequence[Passage]) -> Found:
    """Where the words stand in an article's passages: in their text, else in a row of a table, else as a heading."""
    text = _plain(words)
    wanted = _words(text)
    if not wanted:
        return Found()
    found = [place for at, passage in enumerate(passages) for place in _in_text(wanted, at, passage)]
    if not found and _CELLS in text:
        cells = [_words(cell) for cell in text.split(_CELLS)]
        found = [place for at, passage in enumerate(passages) for place in _in_row(cells, at, passage)]
    if found:
        return Found((found[0],), len(found))
    return _below_heading(wanted, passages)


def _plain(markdown: str) -> str:
    """As passages' own text is made: without emphasis, and links only with their words."""
    return " ".join(plain(token) for token in parse(markdown) if token.type == "inline") or markdown


def _words(text: str) -> list[str]:
    return _WORD.findall(_APOSTROPHES.sub("", text.casefold()))


def _in_text(wanted: list[str], position: int, passage: Passage) -> Iterator[Place]:
    words: list[str] = []
    owners: list[int] = []
    for at, text in enumerate((*passage.sentences, *passage.steps)):
        own = _words(text)
        words += own
        owners += [at] * len(own)
    start, length = 0, len(wanted)
    while start + length <= len(words):
        if words[start : start + length] == wanted:
            yield Place(position, (owners[start], owners[start + length - 1]))
            start += length
        else:
            start += 1


def _in_row(cells: Sequence[list[str]], position: int, passage: Passage) -> Iterator[Place]:
    """A row of a table is a sentence that has its cells in their order, and the columns' names between them."""
    for at, sentence in enumerate(passage.sentences):
        words, start = _words(sentence), 0
        for cell in cells:
            places = range(start, len(words) - len(cell) + 1)
            start = next((place + len(cell) for place in places if words[place : place + len(cell)] == cell), -1)
            if start < 0:
                break
        if start >= 0:
            yield Place(position, (at, at))


def _below_heading(wanted: list[str], passages: Sequence[Passage]) -> Found:
    """The title means the first passage: the others have headings."""
    if passages and _words(passages[0].article.title) == wanted:
        return Found((Place(0),), 1)
    below: dict[tuple[str, ...], list[Place]] = {}
    for position, passage in enumerate(passages):
        for depth, heading in enumerate(passage.headings, start=1):
            if _words(heading) == wanted:
                below.setdefault(passage.headings[:depth], []).append(Place(position))
                break
    return Found(tuple(next(iter(below.values()))), len(below)) if below else Found()
