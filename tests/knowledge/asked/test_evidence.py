"""What near asked questions say of passages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import numpy as np
import pytest

from deskhand.knowledge.asked.evidence import FEATURES, Pointed, asked_evidence
from deskhand.knowledge.ranking import rank
from deskhand.knowledge.similarity import Query
from deskhand.store.passages import AskedOfPassage, Match, StoredPassage, Unanswered

NOBODY = UUID(int=0)


def vector(*parts: float) -> np.ndarray:
    """Of length 1, in three dimensions."""
    made = np.array([*parts, *[0.0] * (3 - len(parts))], dtype=np.float32)
    return made / np.linalg.norm(made)


QUERY = Query(vector(1.0)[None], np.ones(1, dtype=np.float32), [])


def match(number: int, near: float, *asked: tuple[float, tuple[int, int] | None]) -> Match:
    """A passage so near to the question, with asked questions so near to it, each with where it points."""
    stored = StoredPassage(number, NOBODY, f"{number}.md", "T", "u", date.min, 0, (), ("One.", "Two."), (), ())
    vectors = [vector(at, np.sqrt(1 - at**2)) for at, _ in asked]
    texts, places = tuple(map(str, asked)), tuple(place for _, place in asked)
    return Match(
        passage=stored,
        vector=vector(near, np.sqrt(1 - near**2)),
        sentence_vectors=np.stack([vector(near, 1.0), vector(0.0, 1.0)]).astype(np.float16),
        ranks=np.zeros(0, dtype=np.float32),
        asked=AskedOfPassage(texts, np.stack(vectors), places) if asked else None,
        has_asked=bool(asked),
    )


def unanswered(*near: float) -> Unanswered:
    return Unanswered(tuple(map(str, near)), np.stack([vector(at, np.sqrt(1 - at**2)) for at in near]))


def test_the_nearest_asked_question_says_where_the_answer_stands() -> None:
    evidence = asked_evidence([match(1, 0.5, (0.6, (0, 0)), (0.9, (1, 1))), match(2, 0.5)], QUERY, None, None)

    first, second = evidence.pointed
    assert first == Pointed(pytest.approx(0.9), (1, 1))
    assert second is None


def test_a_passage_with_a_near_asked_question_comes_before_one_without() -> None:
    plain, asked = match(1, 0.55), match(2, 0.5, (0.95, None))

    assert [each.match.passage.id for each in rank([plain, replace(asked, asked=None)], QUERY, None)] == [1, 2]
    assert [each.match.passage.id for each in rank([plain, asked], QUERY, None)] == [2, 1]


def test_what_is_near_and_unanswered_speaks_against_every_passage() -> None:
    passages = [match(1, 0.5, (0.6, None)), match(2, 0.4)]
    alone = asked_evidence(passages, QUERY, None, None).features
    beside = asked_evidence(passages, QUERY, None, unanswered(0.9, 0.8)).features

    assert alone["unanswered"].tolist() == [0.0, 0.0]
    assert beside["unanswered"].min() == beside["unanswered"].max() > 0.8
    assert beside["unanswered_ahead"].tolist() == pytest.approx([0.25, 0.25])
    assert alone["unanswered_ahead"].tolist() == [0.0, 0.0]
    assert beside["asked_share"][0] < alone["asked_share"][0] == 1.0
    assert beside["asked"].tolist() == alone["asked"].tolist()


def test_only_the_nearest_few_say_whether_such_questions_are_answered() -> None:
    """A dozen more that are farther change nothing, and one that is nearest of all does not outweigh the others."""
    passages, many = [match(1, 0.5, *((0.6, None),) * 5)], [0.5] * 12

    (ahead,) = asked_evidence(passages, QUERY, None, unanswered(0.7, *many)).features["unanswered_ahead"]

    assert ahead == pytest.approx(0.54 - 0.6)


def test_what_is_far_is_as_good_as_nothing() -> None:
    features = asked_evidence([match(1, 0.5, (0.1, None))], QUERY, None, unanswered(0.1)).features

    assert (features["asked"][0], features["unanswered"][0]) == (0.0, 0.0)


def test_without_asked_questions_everything_ranks_as_if_there_were_no_such_thing() -> None:
    passages = [match(number, near) for number, near in enumerate((0.3, 0.8, 0.5))]
    ranked = rank(passages, QUERY, None)

    assert [each.match.passage.id for each in ranked] == [1, 2, 0]
    for each in ranked:
        assert {each.features[name] for name in FEATURES} == {0.0}
        features = each.features
        assert each.score == pytest.approx(
            0.2 * features["meaning"] + 0.4 * features["sentence"] + 0.4 * features["words"], abs=1e-6
        )
