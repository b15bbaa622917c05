"""Text that is too long for one message, cut where it hurts least. The same on every channel."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from deskhand.knowledge.sentences import split_sentences

_GRAPHEME = regex.compile(r"\X")
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"
"""Seen by nobody, yet no blanks to Python."""


def size(text: str) -> int:
    """Length in UTF-16 units: so Telegram counts. Meta does not say what a character is; no count of them is larger."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` units, in order. Blank text has none."""
    return [text[start:end] for start, end in ranges(text, limit)]


def ranges(text: str, limit: int) -> Iterator[tuple[int, int]]:
    """Where the parts of a text begin and end. Cut between paragraphs, lines or sentences, else between words, else
    between characters; nothing is lost but blanks where it is cut."""
    start = 0
    while (start := _visible_from(text, start)) < len(text):
        rest = text[start : start + 2 * limit]
        whole = len(text) - start <= limit and size(rest) <= limit
        end = len(text) if whole else start + _cut(rest, limit)
        shown = text[start:end].rstrip()
        if shown.strip(_UNSEEN).strip():
            yield start, start + len(shown)
        start = end


def clipped(text: str, limit: int) -> str:
    """The text, or its beginning and "…"."""
    if size(text) <= limit:
        return text
    return f"{text[: _between_characters(text, limit - 1)].rstrip()}…"


def _visible_from(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _cut(text: str, limit: int) -> int:
    """Where the first part ends. What follows is not empty, and neither is the part."""
    room = _room(text, limit)
    window = text[: room + 1]  # with the one after, which says whether a word or a sentence ends here
    return (
        _last(window, "\n\n")
        or _last(window, "\n")
        or _last_sentence(window)
        or _last_word(window)
        or _between_characters(text, limit)
    )


def _room(text: str, limit: int) -> int:
    """How many code points of the text fit."""
    units = 0
    for at, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return at
    return len(text)


def _last(window: str, pause: str) -> int:
    """Before the last such pause, if what stands before it fills at least half of the window."""
    at = window.rfind(pause)
    return at if at >= len(window) // 2 else 0


def _last_sentence(window: str) -> int:
    """After the last sentence that ends within the window."""
    last = split_sentences(window)[-1]
    return len(window.rstrip()) - len(last) if window.rstrip().endswith(last) else 0


def _last_word(window: str) -> int:
    return next((at for at in range(len(window) - 1, 0, -1) if window[at].isspace()), 0)


def _between_characters(text: str, limit: int) -> int:
    """Not within an emoji or between a letter and its accent, unless one such is larger than the limit."""
    room = _room(text, limit)
    ends = [found.end() for found in _GRAPHEME.finditer(text, max(0, room - 200), min(len(text), room + 200))]
    return next((end for end in reversed(ends) if 0 < end <= room), 0) or max(1, room)
