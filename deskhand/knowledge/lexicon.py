"""The words of all passages: what a question's words weigh, and what its misspelt ones should be."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from deskhand.knowledge.index_words import AS_WRITTEN
from deskhand.knowledge.words import COMMON, Term, Vocabulary, stem, stems, whole_words

MOST_WORDS = 60
"""A question longer than this is judged by its beginning, so that nobody can keep the server busy with one."""

_SHORTEST = 4
_TWO_MISTAKES = 10
"""From this length on a word may have two letters wrong, and one below."""
_SHORTEST_PART = 3
_RAW_WORD = re.compile(r"[^\W\d_]+(?:['’‘][^\W\d_]+)*")


@dataclass(frozen=True)
class SearchTerm:
    """Something that a question speaks of."""

    word: str
    """Its stem, or the stems of a phrase."""
    queries: tuple[str, ...]
    """The word and then its synonyms, each in the form of a `tsquery`."""
    idf: float
    """The rarer in the passages, the more."""
    share: float
    """Of the passages that have the word or a synonym of it, 0 to 1."""
    kind: bool
    """Whether it only says what kind of answer is wanted: a place, a time, an amount."""


class Lexicon:
    def __init__(
        self,
        found_in: Mapping[str, int],
        passages: int,
        synonyms: Vocabulary,
        is_word: Callable[[str], bool] = lambda word: False,
    ) -> None:
        """`found_in`: in how many of the `passages` each word is, as `index_words` wrote them. `is_word`: whether a
        word that no passage has is one all the same, and no mistake."""
        self._found_in = {word: count for word, count in found_in.items() if not word.startswith(AS_WRITTEN)}
        self._passages = passages
        self._synonyms = synonyms
        self._is_word = is_word
        self._phrases: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for phrase, groups in synonyms.phrases.items():
            for group in groups:
                self._phrases[group].append(phrase)
        self._known = set(self._found_in) | synonyms.words | COMMON
        self._spellings = self._by_first_letter(found_in)

    def corrected(self, text: str) -> str:
        """The text with misspelt words put right where the passages have a word that is nearly the same."""
        words = 0

        def put_right(match: re.Match[str]) -> str:
            nonlocal words
            words += 1
            return match.group() if words > MOST_WORDS else self._spelt(match.group())

        return _RAW_WORD.sub(put_right, text)

    def terms(self, text: str) -> list[SearchTerm]:
        """What the text speaks of, each once, in order. Common words are left out."""
        found = dict.fromkeys(self._synonyms.terms(stems(text)[:MOST_WORDS]))
        return [self._search_term(term) for term in found]

    def _search_term(self, term: Term) -> SearchTerm:
        own = tuple(term.word.split(" "))
        others = [phrase for group in sorted(term.groups) for phrase in self._phrases[group]]
        phrases = [p for p in dict.fromkeys([own, *others]) if p == own or all(word in self._found_in for word in p)]
        count = min(self._passages, sum(min(self._found_in.get(word, 0) for word in phrase) for phrase in phrases))
        return SearchTerm(
            word=term.word,
            queries=tuple(" <-> ".join(f"'{word}'" for word in phrase) for phrase in phrases),
            idf=math.log(1 + (self._passages - count + 0.5) / (count + 0.5)),
            share=count / self._passages if self._passages else 0.0,
            kind=term.kind,
        )

    def _spelt(self, written: str) -> str:
        word = "".join(whole_words(written))
        if len(word) < _SHORTEST or stem(word) in self._known or self._is_word(word):
            return written
        return self._nearest(word) or self._in_two(word) or written

    def _nearest(self, word: str) -> str | None:
        """Hardly anybody gets the first letter wrong; of words equally near, the one that more passages have."""
        allowed = 2 if len(word) >= _TWO_MISTAKES else 1
        near = process.extract(
            word, self._spellings.get(word[0], ()), scorer=OSA.distance, score_cutoff=allowed, limit=None
        )
        best = min(near, key=lambda each: (each[1], -self._count(each[0])), default=None)
        return None if best is None else str(best[0])

    def _in_two(self, word: str) -> str | None:
        """ "firepit" is "fire pit" where the passages speak of it so."""
        for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            parts = word[:at], word[at:]
            if all(stem(part) in self._found_in for part in parts):
                return " ".join(parts)
        return None

    def _count(self, word: str) -> int:
        return self._found_in.get(stem(word), 0)

    def _by_first_letter(self, found_in: Mapping[str, int]) -> dict[str, list[str]]:
        with_endings = [word.removeprefix(AS_WRITTEN) for word in found_in if word.startswith(AS_WRITTEN)]
        endings: dict[str, int] = defaultdict(int)
        for word in with_endings:
            endings[stem(word)] += found_in[AS_WRITTEN + word]
        # A stem that is hardly ever without an ending is no word by itself: "charg".
        bare = [word for word, count in self._found_in.items() if count > endings.get(word, 0)]
        letters: dict[str, list[str]] = defaultdict(list)
        for word in _worth_knowing([*with_endings, *bare]):
            letters[word[0]].append(word)
        return letters


def _worth_knowing(words: Iterable[str]) -> list[str]:
    return [word for word in words if len(word) >= _SHORTEST and word.isalpha()]
