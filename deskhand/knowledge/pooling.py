"""The encoder's forward pass for finding: one vector for a text, and one for each sentence in it.

The sentences' vectors are means over their sub-words in the whole passage's own pass ("late chunking", Günther et al.
2024), so they cost no second pass, and a "this" in them knows what it stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from deskhand.encoders.encoder import Subwords, SubwordTokenizer, load_encoder, pad, pooled
from deskhand.encoders.threads import one_thread
from deskhand.knowledge.embedding import PassageVectors

MOST_TOKENS_OF_PASSAGE = 384
MOST_TOKENS_OF_QUESTION = 128
"""A question is judged by its beginning, so that nobody can keep the server busy with one."""

_TOKENS_A_BATCH = 4096


class Pooling:
    def __init__(self, folder: Path) -> None:
        """Raises `WeightsError`."""
        self._questions = SubwordTokenizer(folder, MOST_TOKENS_OF_QUESTION)
        self._passages = SubwordTokenizer(folder, MOST_TOKENS_OF_PASSAGE)
        self._encoder = load_encoder(folder, frozen_layers=0, dropout=0.0)
        if isinstance(self._encoder, nn.Module):
            self._encoder.eval()
        self.dimension = self._encoder.hidden_size
        self._word_vectors = _numpy(self._encoder.word_vectors().detach())
        self._mean_word = self._word_vectors.mean(axis=0)

    @torch.inference_mode()
    def whole(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """[texts, dimension], each of length 1."""
        with one_thread():
            hidden, mask = self._hidden(self._questions(texts))
            return _numpy(pooled(hidden, mask, self._encoder.first_token_is_sentence))

    @torch.inference_mode()
    def many(self, texts: Sequence[str], on_progress: Callable[[int], Any]) -> NDArray[np.float32]:
        """As `whole`, in batches of like lengths. `on_progress` is told how many are done."""
        tokenized = self._questions(texts)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        done = 0
        for batch in _batches([len(subwords.ids) for subwords in tokenized]):
            hidden, mask = self._hidden([tokenized[at] for at in batch])
            vectors[batch] = _numpy(pooled(hidden, mask, self._encoder.first_token_is_sentence))
            done += len(batch)
            on_progress(done)
        return vectors

    def subwords(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of each text's sub-words, special ones included."""
        return [subwords.ids for subwords in self._questions(texts)]

    def word_vectors(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        """[numbers, size]: the encoder's first vectors of sub-words, their mean taken away."""
        vectors: NDArray[np.float32] = self._word_vectors[list(numbers)] - self._mean_word
        return vectors

    def is_word(self, text: str) -> bool:
        """Whether the text is one sub-word."""
        return len(self._questions([text])[0].ids) == len(self._questions([""])[0].ids) + 1

    def by_sentence(
        self, passages: Sequence[tuple[str, Sequence[str]]], on_progress: Callable[[int], Any]
    ) -> list[PassageVectors]:
        """The vectors of passages, each a head and sentences, in order."""
        placed = [_place(head, sentences) for head, sentences in passages]
        tokenized = self._passages([text for text, _ in placed])
        vectors: list[PassageVectors | None] = [None] * len(passages)
        done = 0
        for batch in _batches([len(subwords.ids) for subwords in tokenized]):
            made = self._batch([tokenized[at] for at in batch], [placed[at][1] for at in batch])
            for at, each in zip(batch, made, strict=True):
                vectors[at] = each
            done += len(batch)
            on_progress(done)
        return [each for each in vectors if each is not None]

    @torch.inference_mode()
    def _batch(self, tokenized: Sequence[Subwords], starts: Sequence[Sequence[int]]) -> list[PassageVectors]:
        hidden, mask = self._hidden(tokenized)
        whole = _numpy(pooled(hidden, mask, self._encoder.first_token_is_sentence))
        made = []
        for row, (subwords, first) in enumerate(zip(tokenized, starts, strict=True)):
            means = _means(hidden[row, : len(subwords.ids)], _owners(subwords, first), len(first))
            # A sentence beyond the encoder's reach is taken to mean what the passage means.
            sentences = np.where(np.isnan(means), whole[row], means).astype(np.float16)
            made.append(PassageVectors(whole[row], sentences))
        return made

    def _hidden(self, tokenized: Sequence[Subwords]) -> tuple[Tensor, Tensor]:
        ids, mask = pad([torch.tensor(subwords.ids) for subwords in tokenized])
        return self._encoder.upper(self._encoder.lower(ids, mask), mask), mask


def _place(head: str, sentences: Sequence[str]) -> tuple[str, list[int]]:
    """The whole text of a passage, and at which character each sentence starts."""
    text, starts = f"{head}\n", []
    for sentence in sentences:
        starts.append(len(text))
        text += f"{sentence} "
    return text, starts


def _owners(subwords: Subwords, starts: Sequence[int]) -> NDArray[np.int64]:
    """For each sub-word the number of its sentence; -1 for those of the head and the special ones."""
    offsets = np.array(subwords.offsets)
    owners = np.searchsorted(np.array(starts, dtype=np.int64), offsets[:, 0], side="right") - 1
    return np.where(offsets[:, 1] > offsets[:, 0], owners, -1)


def _means(hidden: Tensor, owners: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """The mean over each sentence's sub-words, of length 1. [length, size] → [count, size]; not a number where a
    sentence has none."""
    belongs = torch.from_numpy(owners[None, :] == np.arange(count)[:, None]).to(hidden.dtype)
    sums = belongs @ hidden
    return _numpy(sums / sums.norm(dim=-1, keepdim=True))


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Places of texts of like lengths together, the longest first: what fails for want of memory fails early."""
    batches: list[list[int]] = []
    for at in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        if not batches or (len(batches[-1]) + 1) * lengths[batches[-1][0]] > _TOKENS_A_BATCH:
            batches.append([])
        batches[-1].append(at)
    return batches


def _numpy(tensor: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = tensor.numpy()
    return array
