"""Sentences as vectors of the frozen encoder, and which of them are near each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray

from deskhand.encoders.encoder import Subwords, SubwordTokenizer, load_encoder, pad, pooled
from deskhand.encoders.weights import find_weights

Vectors = NDArray[np.float32]

_MAX_TOKENS = 64
_BATCH = 64
_WORKERS = 2
_ROWS = 1024


def sentence_vectors(texts: Sequence[str], weights: str) -> Vectors:
    """A vector of length 1 for each text. [texts, hidden]. Raises `WeightsError`."""
    folder = find_weights(weights).folder
    encoder = load_encoder(folder, frozen_layers=0, dropout=0.0)
    subwords = SubwordTokenizer(folder, _MAX_TOKENS)(texts)
    # Alike lengths together, so that little is padded; the longest first, so that no worker ends late.
    order = sorted(range(len(texts)), key=lambda number: -len(subwords[number].ids))
    vectors = np.zeros((len(texts), encoder.hidden_size), dtype=np.float32)

    @torch.inference_mode()
    def fill(numbers: list[int]) -> None:
        ids, mask = pad([_ids(subwords[number]) for number in numbers])
        hidden = encoder.upper(encoder.lower(ids, mask), mask)
        vectors[numbers] = pooled(hidden, mask, encoder.first_token_is_sentence).numpy()

    # Threads of Python's with one of PyTorch's each: with the core taken by others, PyTorch's own wait for each
    # other in every layer, and took six times as long.
    with ThreadPoolExecutor(_WORKERS, initializer=torch.set_num_threads, initargs=(1,)) as workers:
        list(workers.map(fill, (order[start : start + _BATCH] for start in range(0, len(order), _BATCH))))
    return vectors


def _ids(text: Subwords) -> torch.Tensor:
    return torch.tensor(text.ids)


def near_pairs(vectors: Vectors, least: float) -> Iterator[tuple[int, int]]:
    """Pairs of rows whose cosine is at least `least`, each once."""
    for start in range(0, len(vectors), _ROWS):
        cosines = vectors[start : start + _ROWS] @ vectors.T
        rows, columns = np.nonzero(cosines >= least)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if start + row < column:
                yield start + row, column


def nearest(vectors: Vectors, count: int) -> NDArray[np.intp]:
    """The `count` rows nearest to each, the nearest first. [rows, count]"""
    count = min(count, len(vectors) - 1)
    found = []
    for start in range(0, len(vectors), _ROWS):
        cosines = vectors[start : start + _ROWS] @ vectors.T
        here = np.arange(len(cosines))
        cosines[here, start + here] = -np.inf
        some = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        ranks = np.argsort(-np.take_along_axis(cosines, some, axis=1), axis=1, kind="stable")
        found.append(np.take_along_axis(some, ranks, axis=1))
    return np.concatenate(found)
