"""Misspelt words of questions put right, by the words of the articles and of the other questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from deskhand.knowledge.index_words import AS_WRITTEN
from deskhand.knowledge.lexicon import Lexicon
from deskhand.knowledge.words import Vocabulary, stem, whole_words

_KNOWN_FROM = 3
"""A word that so many different questions have is taken to be right, also where no article has it."""


def corrected(
    texts: Sequence[str], found_in: Mapping[str, int], passages: int, is_word: Callable[[str], bool]
) -> list[str]:
    """`found_in`: in how many of the `passages` each word is, as `deskhand.knowledge.index_words` writes them."""
    written = Counter(word for text in set(texts) for word in set(whole_words(text)))
    known = Counter(found_in)
    for word, count in written.items():
        if count >= _KNOWN_FROM:
            known[stem(word)] += count
            if stem(word) != word:
                known[AS_WRITTEN + word] += count
    lexicon = Lexicon(known, max(passages, 1), Vocabulary(), is_word)
    return [lexicon.corrected(text) for text in texts]
