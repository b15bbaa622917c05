"""In which words a question is asked, as a vector: the sum of the encoder's word vectors, each counting by its rarity.

The vector of a whole question tells what it is about, and forgets its words: how wide, how heavy and how much are near
to each other. What was asked beside what articles say differs in just these words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Protocol

import numpy as np

from deskhand.knowledge.similarity import Floats

LENGTH = 0.7
"""Beside the question's vector, which has the length 1."""


class Words(Protocol):
    """The words and parts of words that an encoder knows, by number."""

    def subwords(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of each text's, in order."""
        ...

    def word_vectors(self, numbers: Sequence[int]) -> Floats:
        """[numbers, size]: what each means by itself, without what all have in common."""
        ...


def rarity(texts: Sequence[Sequence[int]]) -> Floats:
    """For each number, the logarithm of how many of the texts there are for one that has it."""
    found_in = Counter(chain.from_iterable(map(set, texts)))
    counts = np.zeros(max(found_in, default=-1) + 1, dtype=np.float32)
    counts[list(found_in)] = list(found_in.values())
    rare: Floats = np.log(max(1, len(texts)) / (1 + counts))
    return rare


def lexical(words: Words, texts: Sequence[str], rare: Floats) -> Floats:
    """[texts, size], each of the length `LENGTH`. `rare`: by number; one that is beyond it is not counted."""
    vectors = []
    for numbers in words.subwords(texts):
        known = [number for number in numbers if number < len(rare)]
        summed = rare[known] @ words.word_vectors(known)
        vectors.append(summed * (LENGTH / max(float(np.linalg.norm(summed)), 1e-9)))
    return np.stack(vectors).astype(np.float32)


def with_lexical(vectors: Floats, words: Words | None, texts: Sequence[str], rare: Floats) -> Floats:
    """What is learned from, and what the learned is asked with: the questions' vectors, and these beside them if there
    is any `rare`."""
    if words is None or not len(rare):
        return vectors
    return np.concatenate([vectors, lexical(words, texts, rare)], axis=1)
