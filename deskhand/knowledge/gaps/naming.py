"""A few words that set one group of texts apart from the others."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from deskhand.knowledge.words import COMMON, KINDS, stem

MOST_WORDS = 3
_WORD = re.compile(r"[^\W\d_][\w'’-]+")
_FEWEST_TEXTS = 0.34
"""A word that less than a third of the texts have does not speak for them."""


def telling_words(groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """For each group up to three words, in the order in which its texts have them: many of its texts have them, and
    few other groups. Each word as it is written most often.

    Weighted as in class-based TF-IDF (M. Grootendorst: BERTopic, 2022), with texts counted and not words.
    """
    spoken = [[_stems(text) for text in group] for group in groups]
    texts_with = [Counter(stem for text in group for stem in text) for group in spoken]
    groups_with = Counter(stem for counts in texts_with for stem in counts)
    return [
        _words(group, counts, {each: math.log(1 + len(groups) / groups_with[each]) for each in counts})
        for group, counts in zip(spoken, texts_with, strict=True)
    ]


def _words(group: Sequence[dict[str, str]], counts: Counter[str], rarity: dict[str, float]) -> tuple[str, ...]:
    enough = max(1.0, _FEWEST_TEXTS * len(group))
    chosen = sorted((each for each in counts if counts[each] >= enough), key=lambda each: -counts[each] * rarity[each])
    places = {each: _mean(list(text).index(each) / len(text) for text in group if each in text) for each in chosen}
    best = sorted(chosen[:MOST_WORDS], key=lambda each: places[each])
    return tuple(Counter(text[each] for text in group if each in text).most_common(1)[0][0] for each in best)


def _stems(text: str) -> dict[str, str]:
    """The stems of a text's words that say something, with the words as they are written."""
    found: dict[str, str] = {}
    for word in _WORD.findall(text.lower()):
        stemmed = stem(word.replace("'", "").replace("’", ""))
        if stemmed not in COMMON and stemmed not in KINDS:
            found.setdefault(stemmed, word)
    return found


def _mean(numbers: Iterable[float]) -> float:
    listed = list(numbers)
    return sum(listed) / len(listed)
