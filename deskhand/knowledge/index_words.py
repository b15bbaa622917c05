"""What a passage is found by, besides its meaning: its words, as PostgreSQL's `tsvector` keeps them.

The words are cut and stemmed here and not by PostgreSQL's `to_tsvector`, so that those of a question, which are put
right and weighed before the database is asked, are the same ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from deskhand.knowledge.words import stem, whole_words

METHOD = 1
"""How a text becomes words. A new number means that all passages are indexed anew."""

AS_WRITTEN = "~"
"""Before a word with its ending, kept beside its stem: misspelt words are put right to words and not to stems."""

_TITLE, _HEADING, _TEXT = "A", "B", "D"
_LAST_POSITION = 16_383
_MOST_POSITIONS = 255
"""PostgreSQL's own limits."""


def tsvector(title: str, headings: Sequence[str], sentences: Sequence[str]) -> str:
    """A passage's words with places and weights, in the form that can be cast to `tsvector`: `'tent':1A,9 'peg':10`."""
    places: dict[str, list[str]] = defaultdict(list)
    for word, at, weight in _placed(
        [(title, _TITLE), *((h, _HEADING) for h in headings), *((s, _TEXT) for s in sentences)]
    ):
        if len(places[word]) < _MOST_POSITIONS:
            places[word].append(f"{min(at, _LAST_POSITION)}{weight}")
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


def _placed(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, int, str]]:
    """Each word, its place and its text's weight. Between two texts a place stays empty: no phrase goes across."""
    at = 1
    for text, weight in texts:
        for word in whole_words(text):
            found = stem(word)
            yield found, at, weight
            if found != word:
                yield AS_WRITTEN + word, at, weight
            at += 1
        at += 1
