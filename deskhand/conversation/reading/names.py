"""Which of a few named services a customer means: "get my knives sharpened" is "Knife sharpening"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz import fuzz

_SAYS_LITTLE = {"repair", "service", "workshop", "appointment", "fix"}
"""Words that name no service by themselves: "I need a repair" may be any."""
_PLACES = {"first": 1, "1st": 1, "1": 1, "second": 2, "2nd": 2, "2": 2, "third": 3, "3rd": 3, "3": 3, "fourth": 4,
           "4th": 4, "4": 4, "fifth": 5, "5th": 5, "5": 5}  # fmt: skip
_CLOSE_ENOUGH = 84


def named(text: str, names: Mapping[str, str], *, place: bool = False) -> list[str]:
    """The keys whose names the text points at, in their order; empty when it points at none.

    With `place`, when they were listed, "the second one" and "2" count too.
    """
    said = {_stem(word) for word in _words(text)}
    scores = {key: _score(said, name) for key, name in names.items()}
    best = max(scores.values(), default=0)
    if best > 0:
        return [key for key, score in scores.items() if score == best]
    if place:
        found = [_PLACES[word] for word in re.findall(r"\w+", text.lower()) if word in _PLACES]
        keys = list(names)
        return [keys[found[0] - 1]] if len(set(found)) == 1 and found[0] <= len(keys) else []
    return []


def _score(said: set[str], name: str) -> int:
    """Telling words count, the others only decide between equals."""
    stems = {_stem(word) for word in _words(name)}
    little = {_stem(word) for word in _SAYS_LITTLE}
    telling = sum(2 for stem in stems - little if any(_same(stem, other) for other in said))
    return telling + (1 if telling and stems & little & said else 0)


def _words(text: str) -> list[str]:
    """Words of three letters and more; "re-proofing" is one."""
    return [word for word in re.findall(r"[a-z]+", text.lower().replace("-", "")) if len(word) > 2]


def _stem(word: str) -> str:
    if word.endswith("ves"):
        return word[:-3] + "f"
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _same(stem: str, other: str) -> bool:
    return stem == other or (len(stem) > 4 and fuzz.ratio(stem, other) >= _CLOSE_ENOUGH)
