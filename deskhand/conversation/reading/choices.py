"""Which of several things a customer means: "the blue one", "my last order", "2", "the tent and the lamp"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5,
    "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8, "ninth": 9, "9th": 9,
}  # fmt: skip
_NEWEST = re.compile(r"\b(my )?(last|latest|newest|most recent|recent|just (ordered|bought|placed))\b", re.I)
_ALL = re.compile(r"\b(all|both|everything|every one|the lot|whole (order|thing|lot))\b", re.I)
_AND = re.compile(r"\b(?:and|plus|also)\b|[,&+]", re.I)
_CLOSE_ENOUGH = 84
"""rapidfuzz's ratio (0 to 100) from which two words count as the same one with a typo."""


@dataclass(frozen=True)
class Option:
    """Something to choose from. `words` are what it may be called by: product, colour, number, city."""

    key: str
    words: tuple[str, ...] = ()


def choose(text: str, options: Sequence[Option], *, newest_first: bool = True, positions: bool = True) -> list[str]:
    """The keys of the options that the text points at, in the options' order; empty when it points at none.

    Several come back when the text names several or fits several equally well: the caller knows whether
    that is an answer or needs another question. Without `positions`, "the second" and "my last" mean nothing.
    """
    if not options:
        return []
    if _ALL.search(text):
        named = _by_words(text, options)  # "both lanterns", of two lanterns and a tent
        return named if 1 < len(named) < len(options) else [option.key for option in options]
    parts = [part for part in _AND.split(text) if part.strip()]
    if len(parts) > 1:
        chosen = {
            key for part in parts for key in choose(part, options, newest_first=newest_first, positions=positions)
        }
        return [option.key for option in options if option.key in chosen]
    by_position = _positions(text, options, newest_first) if positions else []
    by_words = _by_words(text, options)
    if by_words and (not by_position or len(by_words) < len(options)):
        return by_words
    return by_position


def _positions(text: str, options: Sequence[Option], newest_first: bool) -> list[str]:
    lowered = text.lower()
    found = {_ORDINALS[word] for word in re.findall(r"\w+", lowered) if word in _ORDINALS}
    found |= {int(digit) for digit in re.findall(r"(?<![\w£$.-])#?([1-9])(?![\w.]|-\d)", lowered)}
    keys = [option.key for place, option in enumerate(options, 1) if place in found]
    if not keys and _NEWEST.search(lowered):
        keys = [options[0 if newest_first else -1].key]
    if not keys and re.search(r"\b(oldest|bottom)\b", lowered):
        keys = [options[-1 if newest_first else 0].key]
    return keys


def _by_words(text: str, options: Sequence[Option]) -> list[str]:
    """The options that share the most telling words with the text. A word that all share tells nothing."""
    said = [word for word in re.findall(r"\w+", text.lower()) if len(word) > 2]
    scores = [sum(_matches(word, said) for word in _distinct(option, options)) for option in options]
    best = max(scores)
    if best == 0:
        return []
    return [option.key for option, score in zip(options, scores, strict=True) if score == best]


def _distinct(option: Option, options: Sequence[Option]) -> set[str]:
    words = _words_of(option)
    shared = set.intersection(*(_words_of(other) for other in options)) if len(options) > 1 else set()
    return words - shared


def _words_of(option: Option) -> set[str]:
    return {part for phrase in option.words for part in re.findall(r"\w+", phrase.lower()) if len(part) > 2}


def _matches(word: str, said: Sequence[str]) -> bool:
    return any(
        word == other
        or word.rstrip("s") == other.rstrip("s")
        or (len(word) > 4 and fuzz.ratio(word, other) >= _CLOSE_ENOUGH)
        for other in said
    )
