"""Which of the articles' languages a question is in.

Two things tell: common words ("und", "the"), which PostgreSQL knows of many languages, and words that only the articles
of one language have. No statistics of letters: on five words typed in haste they guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from deskhand.knowledge.words import raw_words, stems

ENGLISH = "en"
CLEAR = 2
"""So many words must speak for another language than English, and twice as many as for English; or all."""
_MOST_WORDS = 30
_MOST_KEPT = 10_000

Words = Mapping[str, frozenset[str]]


class CommonWords(Protocol):
    async def common_words(self, words: list[str], languages: list[str]) -> dict[str, frozenset[str]]: ...


class Languages:
    """Remembers which words are common in which languages."""

    def __init__(self, common: CommonWords) -> None:
        self._common = common
        self._known: dict[str, frozenset[str]] = {}

    async def of(self, question: str, previous: str | None, words_of: Words) -> str:
        """The language of the question; where it has no word that tells, that of the one before; else English.

        `words_of`: for each of the articles' languages, the words that only its articles have.
        """
        others = words_of.keys() - {ENGLISH}
        if not others:
            return ENGLISH
        for text in (question, previous):
            found = await self._told_by(text, words_of) if text else None
            if found is not None:
                return found
        return ENGLISH

    async def _told_by(self, text: str, words_of: Words) -> str | None:
        """None where nothing tells."""
        raw = raw_words(text)[:_MOST_WORDS]
        pairs = [(word, stem) for word in raw for stem in stems(word)[:1]]
        # Nothing is asked of the database for a question without any word that only other articles have.
        own = {language for _, stem in pairs for language, words in words_of.items() if stem in words}
        if not own - {ENGLISH}:
            return ENGLISH if own else None
        common = await self._common_in([word for word, _ in pairs], sorted({*words_of, ENGLISH}))
        votes = {
            language: sum(_speaks_for(language, common[word], stem, words_of) for word, stem in pairs)
            for language in {*words_of, ENGLISH}
        }
        english = votes.pop(ENGLISH)
        best = max(sorted(votes), key=lambda language: votes[language])
        clear = votes[best] >= CLEAR or votes[best] == len(pairs)
        if clear and votes[best] >= 2 * english:
            return best
        return ENGLISH if english else None

    async def _common_in(self, words: list[str], languages: list[str]) -> dict[str, frozenset[str]]:
        new = [word for word in dict.fromkeys(words) if word not in self._known]
        if len(self._known) > _MOST_KEPT:
            self._known.clear()
            new = words
        if new:
            self._known |= await self._common.common_words(new, languages)
        return {word: self._known.get(word, frozenset()) for word in words}


def _speaks_for(language: str, common_in: frozenset[str], stem: str, words_of: Words) -> bool:
    return common_in == {language} or (not common_in and stem in words_of.get(language, ()))
