"""What asked questions that are near to a customer's say of the passages that may answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from deskhand.knowledge.asked.answers import AnswerShares
from deskhand.knowledge.similarity import Floats, Query, similarities
from deskhand.store.passages import Match, Unanswered

FEATURES = (
    "asked",
    "asked_share",
    "answer_share",
    "answer_scale",
    "asked_there",
    "unanswered",
    "unanswered_ahead",
    "none_share",
)
VERY_NEAR = 0.75
"""From this similarity on, what an asked question points at leads the answer."""
FAR = 0.3
"""An asked question that is no nearer is about something else."""
_AROUND = 5
"""So many of the nearest asked questions tell whether such questions are rather answered or not: one of them alone is
often about the same thing and asks for something else."""
_NOTICED = 0.003
"""A share of all answers that is no larger hardly says anything."""
_SOFTNESS = 0.1
"""Of the votes: one that is so much nearer counts e times as much."""


@dataclass(frozen=True)
class Pointed:
    """Where the nearest asked question of a passage points."""

    similarity: float
    """Of the question to it, -1 to 1; where the answer was learned, as if it were very near."""
    sentences: tuple[int, int] | None
    """The first and the last of the passage's sentences and then steps that answer; None for all of it."""


@dataclass(frozen=True)
class AskedEvidence:
    features: Mapping[str, Floats]
    """By the names of `FEATURES`, one for each passage. All are 0 where there are no asked questions."""
    pointed: Sequence[Pointed | None]


def asked_evidence(
    matches: Sequence[Match],
    query: Query,
    mean: Floats | None,
    unanswered: Unanswered | None,
    shares: AnswerShares | None = None,
) -> AskedEvidence:
    """`unanswered`: the nearest that no article answers."""
    count = len(matches)
    near, votes = np.zeros(count, dtype=np.float32), np.zeros(count, dtype=np.float32)
    pointed: list[Pointed | None] = [None] * count
    by_passage = _by_passage(matches, query, mean)
    for at, found in by_passage:
        best = int(found.argmax())
        asked = matches[at].asked
        assert asked is not None
        pointed[at] = Pointed(float(found[best]), asked.sentences[best])
        near[at] = _nearness(float(found[best]))
        votes[at] = np.exp(found / _SOFTNESS).sum()
    none, ahead, all_votes = 0.0, 0.0, float(votes.sum())
    if unanswered is not None:
        found = similarities(unanswered.vectors, query, mean)
        none = _nearness(float(found.max()))
        ahead = _around([found]) - _around([of_passage for _, of_passage in by_passage])
        all_votes += float(np.exp(found / _SOFTNESS).sum())
    answers, no_answer = np.zeros(count, dtype=np.float32), 0.0
    if shares is not None:
        held = shares.among(frozenset(match.passage.id for match in matches))
        no_answer = held.none
        answers = np.array([held.by_passage.get(match.passage.id, 0.0) for match in matches], dtype=np.float32)
        for at, match in enumerate(matches):
            if match.passage.id in held.places:
                before = pointed[at]
                nearness = max(VERY_NEAR, before.similarity if before else VERY_NEAR)
                pointed[at] = Pointed(nearness, held.places[match.passage.id])
    features = {
        "asked": near,
        "asked_share": votes / all_votes if all_votes else votes,
        "answer_share": answers,
        "answer_scale": (np.log1p(answers / _NOTICED) / np.log1p(1 / _NOTICED)).astype(np.float32),
        "asked_there": np.array([match.has_asked for match in matches], dtype=np.float32),
        "unanswered": np.full(count, none, dtype=np.float32),
        "unanswered_ahead": np.full(count, ahead, dtype=np.float32),
        "none_share": np.full(count, no_answer, dtype=np.float32),
    }
    return AskedEvidence(features, pointed)


def _by_passage(matches: Sequence[Match], query: Query, mean: Floats | None) -> list[tuple[int, Floats]]:
    """The similarities to the asked questions of each passage that has any."""
    places = [at for at, match in enumerate(matches) if match.asked is not None]
    vectors = [each.asked.vectors for each in matches if each.asked is not None]
    if not vectors:
        return []
    ends = np.cumsum([len(each) for each in vectors])[:-1]
    found = np.split(similarities(np.concatenate(vectors), query, mean), ends)
    return list(zip(places, found, strict=True))


def _around(found: Sequence[Floats]) -> float:
    """How near the nearest few of all are on average; far where there are none."""
    return float(np.sort(np.concatenate(found))[-_AROUND:].mean()) if found else FAR


def _nearness(similarity: float) -> float:
    """0 for what is about something else, to 1 for the same words."""
    return max(0.0, (similarity - FAR) / (1 - FAR))
