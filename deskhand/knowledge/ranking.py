"""Which of the passages found are the best: by what is known of them already, without reading any anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deskhand.knowledge.asked.answers import AnswerShares
from deskhand.knowledge.asked.evidence import Pointed, asked_evidence
from deskhand.knowledge.lexicon import SearchTerm
from deskhand.knowledge.similarity import Floats, Query, similarities
from deskhand.store.passages import Match, Unanswered

_SYNONYM = 0.9
"""A synonym counts a little less than the word itself."""
_KIND = 0.5
""" "How long" or "where" decides only between passages on the same thing."""


WEIGHTS = {
    "meaning": 0.2,
    "sentence": 0.4,
    "words": 0.4,
    "asked": 0.05,
    "answer_scale": 0.8,
}
"""What makes the score. Fitted (softmax over a question's candidates) on this project's development questions and on
250 one-line descriptions of a desktop's help pages; with more of them nothing was gained.

- meaning: how near the question is to the passage;
- sentence: how near it is to the passage's nearest sentence;
- words: how much of what it speaks of is in the passage, and where: a word in the title counts most;
- asked: how near it is to the nearest asked question that the passage answers, from `FAR` on; 0 where there is none,
  so that articles without asked questions are ranked as if there were no such thing;
- answer_scale: how probable the passage is to hold the answer by what was learned, on a scale of logarithms: the scores
  of two passages then differ as their odds do, and what the words say still counts where the learned is in doubt.
"""
FEATURES = (
    *WEIGHTS,
    "asked_share",
    "answer_share",
    "coverage",
    "article",
    "asked_there",
    "unanswered",
    "unanswered_ahead",
    "none_share",
)
"""Also kept, for those who decide whether to answer: the passage's share in the nearest asked questions of all
passages, the nearer counting more; its probability to hold the answer; how much of what the question speaks of is in
the passage at all; how near it is to the article's other passages that were found; whether any asked question is the
article's; how near the nearest unanswered asked question is; how much nearer the nearest few unanswered ones are than
the nearest few answered ones."""


@dataclass(frozen=True)
class Ranked:
    match: Match
    features: dict[str, float]
    """By name, each about 0 to 1."""
    score: float
    sentence_similarities: Floats
    """[sentences + steps]."""
    pointed: Pointed | None


def rank(
    matches: Sequence[Match],
    query: Query,
    mean: Floats | None,
    unanswered: Unanswered | None = None,
    shares: AnswerShares | None = None,
) -> list[Ranked]:
    """Best first. `mean` is that of all passages' vectors: what they have in common tells nothing.
    `unanswered`: the nearest asked questions that no article answers."""
    if not matches:
        return []
    vectors = np.stack([match.vector for match in matches])
    lengths = [len(match.sentence_vectors) for match in matches]
    sentences = np.concatenate([match.sentence_vectors for match in matches]).astype(np.float32)
    meaning = similarities(vectors, query, mean)
    by_sentence = np.split(similarities(sentences, query, mean), np.cumsum(lengths)[:-1])
    nearest = np.array([each.max(initial=-1.0) for each in by_sentence], dtype=np.float32)
    words, coverage = _word_scores(matches, query.terms)
    asked = asked_evidence(matches, query, mean, unanswered, shares)
    columns = {
        "meaning": meaning,
        "sentence": nearest,
        "words": words,
        "coverage": coverage,
        "article": _of_article(matches, meaning),
        **asked.features,
    }
    rows = np.stack([columns[name] for name in FEATURES], axis=1)
    scores = rows[:, : len(WEIGHTS)] @ np.array(list(WEIGHTS.values()), dtype=np.float32)
    return [
        Ranked(
            matches[at],
            dict(zip(FEATURES, map(float, rows[at]), strict=True)),
            float(scores[at]),
            by_sentence[at],
            asked.pointed[at],
        )
        for at in np.argsort(-scores, kind="stable")
    ]


def _word_scores(matches: Sequence[Match], terms: Sequence[SearchTerm]) -> tuple[Floats, Floats]:
    """[passages] each: `words` and `coverage`."""
    importance = np.array([term.idf * (_KIND if term.kind else 1.0) for term in terms], dtype=np.float32)
    if not importance.sum():
        return np.zeros(len(matches), np.float32), np.zeros(len(matches), np.float32)
    importance /= importance.sum()
    ranks = np.stack([match.ranks for match in matches])
    ends = np.cumsum([len(term.queries) for term in terms])
    best = np.stack(
        [_best_rank(ranks[:, end - len(t.queries) : end]) for t, end in zip(terms, ends, strict=True)], axis=1
    )
    return best @ importance, (best > 0) @ importance


def _best_rank(ranks: Floats) -> Floats:
    """[passages, the word and its synonyms] → [passages]."""
    discount = np.full(ranks.shape[1], _SYNONYM, dtype=np.float32)
    discount[0] = 1.0
    best: Floats = (ranks * discount).max(axis=1)
    return best


def _of_article(matches: Sequence[Match], meaning: Floats) -> Floats:
    """The best `meaning` among the article's other passages; a passage's own where there is no other."""
    by_article: dict[str, list[int]] = defaultdict(list)
    for at in np.argsort(-meaning, kind="stable"):
        by_article[matches[at].passage.source].append(int(at))
    best = np.array(meaning)
    for places in by_article.values():
        if len(places) > 1:
            best[places] = meaning[places[0]]
            best[places[0]] = meaning[places[1]]
    return best
