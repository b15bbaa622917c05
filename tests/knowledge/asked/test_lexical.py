"""The words of a question as a vector: rare ones count most, and what all have in common counts nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from deskhand.knowledge.asked.lexical import LENGTH, lexical, rarity, with_lexical

VOCABULARY = ["how", "wide", "heavy", "tent"]


class FakeWords:
    def subwords(self, texts: Sequence[str]) -> list[list[int]]:
        return [[VOCABULARY.index(word) for word in text.split()] for text in texts]

    def word_vectors(self, numbers: Sequence[int]) -> np.ndarray:
        return np.eye(len(VOCABULARY), dtype=np.float32)[list(numbers)]


WORDS = FakeWords()
TEXTS = ["how wide tent", "how heavy tent", "how tent", "how wide"]
RARE = rarity(WORDS.subwords(TEXTS))


def test_a_word_that_few_questions_have_counts_most() -> None:
    assert RARE.argmax() == VOCABULARY.index("heavy")
    assert RARE[VOCABULARY.index("how")] == pytest.approx(np.log(4 / 5))


def test_questions_differ_by_what_is_asked_for() -> None:
    wide, heavy, wide_again = lexical(WORDS, ["how wide tent", "how heavy tent", "tent wide how"], RARE)

    assert wide @ wide_again == pytest.approx(LENGTH**2)
    assert wide @ heavy < 0.5 * LENGTH**2


def test_a_word_that_was_never_asked_with_counts_nothing() -> None:
    rare = rarity([[0, 1], [0]])

    assert np.array_equal(lexical(WORDS, ["wide tent"], rare), lexical(WORDS, ["wide"], rare))


def test_a_question_without_any_known_word_has_a_vector_without_length() -> None:
    assert not lexical(WORDS, ["tent"], rarity([[0, 1]])).any()


def test_without_words_the_questions_vectors_stay_as_they_are() -> None:
    vectors = np.ones((1, 2), dtype=np.float32)

    assert with_lexical(vectors, None, ["how"], RARE) is vectors
    assert with_lexical(vectors, WORDS, ["how"], np.zeros(0, dtype=np.float32)) is vectors
    assert with_lexical(vectors, WORDS, ["how"], RARE).shape == (1, 6)
