"""A long text as several messages, cut where a reader would pause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import regex

from deskhand.channels.telegram.richtext import Span, plain

# From the best place to the worst. Each ends where the next message begins.
_PAUSES = (
    re.compile(r"\n[ \t]*\n\s*"),
    re.compile(r"\n\s*"),
    re.compile(r"[.!?…][\"'”’)\]]*\s+"),
    re.compile(r"\s+"),
)
_LEAST_SHARE = 0.5
"""A better place counts only behind this much of what fits: messages of two words are worse than a cut sentence."""
_BLANK = "\u200b\u200c\u200d\u2060\ufeff"
"""Seen by nobody, yet no blanks to Python."""


def units(text: str) -> int:
    """How long Telegram takes a text for: in UTF-16 units, as in its entities."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(spans: Sequence[Span], limit: int) -> list[tuple[Span, ...]]:
    """The spans as messages of at most `limit` UTF-16 units each, none of them blank."""
    text = plain(spans)
    cuts = (_cut_spans(spans, start, end) for start, end in _ranges(text, limit))
    return [cut for cut in cuts if plain(cut).strip().strip(_BLANK)]


def _ranges(text: str, limit: int) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = start + _cut_at(text[start:], limit)
        yield _trimmed(text, start, end)
        start = end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut_at(text: str, limit: int) -> int:
    """How many characters go into the next message."""
    most = _characters_in(text, limit)
    if most == len(text):
        return most
    for pause in _PAUSES:
        ends = [found.end() for found in pause.finditer(text, 0, most)]
        if ends and ends[-1] >= most * _LEAST_SHARE:
            return ends[-1]
    return _whole_graphemes(text, most)


def _characters_in(text: str, limit: int) -> int:
    """How many characters from the start have no more than `limit` UTF-16 units."""
    if len(text) * 2 <= limit:
        return len(text)
    used = 0
    for index, character in enumerate(text):
        used += 2 if ord(character) > 0xFFFF else 1
        if used > limit:
            return index
    return len(text)


def _whole_graphemes(text: str, most: int) -> int:
    """Not between a letter and its accent, nor inside of an emoji of several characters."""
    begin = max(0, most - 64)
    starts = [found.start() for found in regex.finditer(r"\X", text[: most + 64], pos=begin)]
    fitting = [start for start in starts if begin < start <= most]
    return fitting[-1] if fitting else most


def _cut_spans(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    cut, at = [], 0
    for span in spans:
        first, last = max(start - at, 0), min(end - at, len(span.text))
        if first < last:
            cut.append(replace(span, text=span.text[first:last]))
        at += len(span.text)
    return tuple(cut)
