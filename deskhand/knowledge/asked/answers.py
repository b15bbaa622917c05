"""Which answer a question asks for, by what was learned from the asked questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from deskhand.knowledge.asked.lexical import Words, with_lexical
from deskhand.knowledge.similarity import Floats, Query
from deskhand.store.answer_model import AnswerModel

LEADING_SHARE = 0.25
"""A place with this share in all answers leads what is said of its passage."""
MOST_PASSAGES = 10
_CLASSES_LOOKED_AT = 40
_LEAST_ANSWERED = 0.02
"""Shares of less than this say nothing of one another."""

Place = tuple[int, int] | None
"""The first and last of a passage's sentences and steps; None for all of them."""


@dataclass(frozen=True)
class AnswerShares:
    """How probable each passage is to hold the answer."""

    by_passage: Mapping[int, float]
    """By passage id, the most probable ones; once `among` has been asked, of those that any article answers."""
    places: Mapping[int, Place]
    """By passage id, where in it the answer is, if that is clear."""
    none: float
    """That none of the articles answers. All shares together are at most 1."""

    def among(self, passages: frozenset[int]) -> AnswerShares:
        """As if there were only these passages: the others don't hold today, or are in another language."""
        others = sum(share for passage, share in self.by_passage.items() if passage not in passages)
        answered = max(_LEAST_ANSWERED, 1.0 - others - self.none)
        shares = {passage: share / answered for passage, share in self.by_passage.items() if passage in passages}
        return AnswerShares(shares, self.places, self.none / (self.none + answered))


def answer_shares(model: AnswerModel, query: Query, words: Words | None = None) -> AnswerShares:
    """Of one question; where it goes on from another, both have their say. `words`: those of the encoder, if the model
    was learned with them."""
    shares = np.zeros(len(model.biases), dtype=np.float32)
    inputs = with_lexical(query.vectors, words, query.texts, model.rarity)
    for vector, weight in zip(inputs, query.shares, strict=True):
        shares += weight * _softmax(model.weights @ vector + model.biases)
    none = float(shares[model.passage_ids == 0].sum())
    by_passage: dict[int, float] = {}
    places: dict[int, Place] = {}
    answered = np.flatnonzero(model.passage_ids)
    for of in answered[np.argsort(-shares[answered])[:_CLASSES_LOOKED_AT]]:
        passage, share = int(model.passage_ids[of]), float(shares[of])
        if passage not in by_passage and share >= LEADING_SHARE:
            first, last = int(model.first_sentences[of]), int(model.last_sentences[of])
            places[passage] = None if first < 0 else (first, last)
        by_passage[passage] = by_passage.get(passage, 0.0) + share
    best = sorted(by_passage.items(), key=lambda each: -each[1])[:MOST_PASSAGES]
    return AnswerShares(dict(best), places, none)


def _softmax(logits: Floats) -> Floats:
    exp = np.exp(logits - logits.max())
    softmax: Floats = exp / exp.sum()
    return softmax
