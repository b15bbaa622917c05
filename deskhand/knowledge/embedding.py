"""Texts → vectors: passages with their sentences when articles are synced, questions when they are asked.

Importing this loads no PyTorch; `Embedder.open()` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from deskhand.encoders.errors import WeightsError
from deskhand.encoders.weights import DEFAULT_WEIGHTS, find_weights

if TYPE_CHECKING:
    from deskhand.knowledge.pooling import Pooling

DIMENSION = 384
METHOD = 1
"""How vectors are made of a text. A new number means that all passages are embedded anew."""

_WINDOW = 512
"""So many passages are sorted by length at a time: batches of like lengths, and results that don't wait for the end."""

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class PassageText:
    """What is embedded of a passage."""

    head: str
    """The article's title and the headings above the passage."""
    sentences: tuple[str, ...]
    """Its sentences, then its steps."""


@dataclass(frozen=True)
class PassageVectors:
    vector: Vector
    """[384], of length 1."""
    sentences: NDArray[np.float16]
    """[sentences, 384], each of length 1: what each means where it stands."""


class Embedder:
    """The encoder, for finding. Not for training."""

    def __init__(self, pooling: Pooling, name: str) -> None:
        self._pooling = pooling
        self.name = name
        """The weights and the method. Vectors of different names can't be compared."""

    @classmethod
    def open(cls, weights: str = DEFAULT_WEIGHTS) -> Self:
        """Loads the encoder: a second or two, the first time in a process. Raises `WeightsError`."""
        from deskhand.knowledge.pooling import Pooling  # loads PyTorch

        found = find_weights(weights)
        pooling = Pooling(found.folder)
        if pooling.dimension != DIMENSION:
            raise WeightsError(
                f"The encoder in {found.folder} has vectors of {pooling.dimension} numbers; the passages' table "
                f"has {DIMENSION}. Choose an encoder of that size, such as {DEFAULT_WEIGHTS}."
            )
        return cls(pooling, embedder_name(found.sha256))

    def embed_query(self, text: str) -> Vector:
        """[384], of length 1."""
        vector: Vector = self.embed_queries([text])[0]
        return vector

    def embed_queries(self, texts: Sequence[str]) -> Vector:
        """[texts, 384], each of length 1. On one thread: others are serving customers on the next core."""
        return self._pooling.whole(texts)

    def embed_asked(self, texts: Sequence[str], on_progress: Callable[[int], Any] = lambda done: None) -> Vector:
        """[texts, 384]: as `embed_queries`, of many questions, on as many threads as PyTorch is set to."""
        return self._pooling.many(texts, on_progress)

    def subwords(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of the words, and parts of words, of each text."""
        return self._pooling.subwords(texts)

    def word_vectors(self, numbers: Sequence[int]) -> Vector:
        """[numbers, size]: what each word means by itself, without what all have in common."""
        return self._pooling.word_vectors(numbers)

    def is_word(self, text: str) -> bool:
        """Whether the encoder has the text as one word, as it has the usual ones of its language."""
        return self._pooling.is_word(text)

    def embed_passages(
        self, passages: Sequence[PassageText], on_progress: Callable[[int], Any] = lambda done: None
    ) -> Iterator[PassageVectors]:
        """The vectors of each passage, in order. `on_progress` is told how many are done.

        On as many threads as PyTorch is set to.
        """
        for start in range(0, len(passages), _WINDOW):
            window = passages[start : start + _WINDOW]
            told = partial(_tell, on_progress, start)
            yield from self._pooling.by_sentence(
                [(passage.head, passage.sentences) for passage in window],
                told,
            )


def _tell(on_progress: Callable[[int], Any], before: int, done: int) -> None:
    on_progress(before + done)


def embedder_name(sha256: str) -> str:
    """The name that vectors of these weights are kept under."""
    return f"{sha256[:16]}/{METHOD}"


def current_embedder_name(weights: str = DEFAULT_WEIGHTS) -> str:
    """What `Embedder.open(weights).name` would be, without loading the encoder. Raises `WeightsError`."""
    return embedder_name(find_weights(weights).sha256)
