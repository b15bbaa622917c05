"""What was learned from asked questions says which answer a question asks for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from deskhand.knowledge.asked.answers import LEADING_SHARE, answer_shares
from deskhand.knowledge.asked.learning import FEWEST, digest_of, learn
from deskhand.knowledge.similarity import Query
from deskhand.store.answer_model import AnswerModel
from deskhand.store.asked_examples import AskedExamples, Told

SIZE = 8
KINDS = 4
"""Three places of answers, the first two in one passage, and what nothing answers."""
PASSAGES, FIRST = (7, 7, 9, 0), (0, 2, -1, -1)


def unit(axis: int, noise: np.ndarray | None = None) -> np.ndarray:
    found = np.eye(SIZE, dtype=np.float32)[axis] + (0 if noise is None else noise.astype(np.float32))
    return (found / np.linalg.norm(found)).astype(np.float32)


def examples(each: int = 60) -> AskedExamples:
    random = np.random.default_rng(1)
    kinds = [kind for kind in range(KINDS) for _ in range(each)]
    return AskedExamples(
        texts=tuple(f"{kind} {number}" for number, kind in enumerate(kinds)),
        vectors=np.stack([unit(kind, random.normal(scale=0.25, size=SIZE)) for kind in kinds]),
        passage_ids=np.array([PASSAGES[kind] for kind in kinds], dtype=np.int64),
        first_sentences=np.array([FIRST[kind] for kind in kinds], dtype=np.int64),
        last_sentences=np.array([FIRST[kind] for kind in kinds], dtype=np.int64),
        near=("",) * len(kinds),
    )


def query(*axes: int) -> Query:
    shares = np.full(len(axes), 1 / len(axes), dtype=np.float32)
    return Query(np.stack([unit(axis) for axis in axes]), shares, ())


@pytest.fixture(scope="module")
def model():
    return learn(examples())


def test_a_question_like_those_of_one_answer_points_at_its_place(model) -> None:
    shares = answer_shares(model, query(1))

    assert max(shares.by_passage, key=shares.by_passage.__getitem__) == 7
    assert shares.places[7] == (2, 2)
    assert shares.by_passage[7] > LEADING_SHARE > shares.none


def test_an_answer_that_is_a_whole_passage_has_no_sentences(model) -> None:
    assert answer_shares(model, query(2)).places[9] is None


def test_a_question_like_unanswered_ones_is_probably_unanswered(model) -> None:
    shares = answer_shares(model, query(3))

    assert shares.none > 0.5 > sum(shares.by_passage.values())


def test_what_is_asked_in_vain_is_learned_apart_for_each_article_it_comes_near_to() -> None:
    """The two kinds have nothing in common: one is asked beside one article, the other beside another."""
    asked = examples()
    kind = np.array([int(text[0]) for text in asked.texts])
    near = tuple({2: "care.md", 3: "tents.md"}.get(each, "") for each in kind)
    learned = learn(replace(asked, passage_ids=np.where(kind == 2, 0, asked.passage_ids), near=near))

    assert learned is not None
    assert np.count_nonzero(learned.passage_ids == 0) == 2
    assert (
        min(answer_shares(learned, query(axis)).none for axis in (2, 3)) > 0.5 > answer_shares(learned, query(0)).none
    )


def test_what_is_asked_in_vain_beside_many_articles_hides_no_answer() -> None:
    kinds = 60
    weights, biases = np.zeros((kinds + 1, SIZE), dtype=np.float32), np.zeros(kinds + 1, dtype=np.float32)
    biases[kinds] = -1.0
    passages = np.array([0] * kinds + [7])
    whole = np.full(kinds + 1, -1)
    shares = answer_shares(AnswerModel(passages, whole, whole, weights, biases, np.zeros(0, np.float32)), query(0))

    assert 0 < shares.by_passage[7] < 1 / kinds
    assert shares.none == pytest.approx(1 - shares.by_passage[7])


def test_another_note_of_what_comes_near_is_something_else_to_learn() -> None:
    asked = examples()
    noted = replace(asked, near=("",) * (len(asked.near) - 1) + ("care.md",))

    assert digest_of(noted) != digest_of(asked)
    assert noted.without(set(asked.texts[:-1])).near == ("care.md",)


def test_a_question_that_goes_on_from_another_is_like_both(model) -> None:
    shares = answer_shares(model, query(0, 2))

    assert min(shares.by_passage[7], shares.by_passage[9]) > LEADING_SHARE


def test_a_passage_that_does_not_hold_today_has_no_say(model) -> None:
    shares = answer_shares(model, query(0)).among(frozenset({9}))

    assert list(shares.by_passage) == [9]
    assert shares.by_passage[9] > answer_shares(model, query(0)).by_passage[9]
    assert shares.none <= 1


def test_the_same_questions_give_the_same_model_and_others_another_digest(model) -> None:
    again = learn(examples())

    assert again is not None
    assert np.array_equal(again.weights, model.weights)
    assert digest_of(examples()) == digest_of(examples())
    assert digest_of(examples()) != digest_of(examples().without({"0 3"}))


def test_questions_with_nearly_the_same_vectors_are_told_apart_by_their_words() -> None:
    class TwoWords:
        def subwords(self, texts):
            return [[1 if text.startswith("0") else 2, 0] for text in texts]

        def word_vectors(self, numbers):
            return np.eye(3, dtype=np.float32)[list(numbers)]

    same = examples()
    same = replace(same, vectors=np.repeat(same.vectors[:1], len(same.vectors), axis=0))
    learned = learn(same, TwoWords())
    asked = Query(same.vectors[:1], np.ones(1, dtype=np.float32), (), ["0 wide"])

    assert learned is not None
    assert answer_shares(learned, asked, TwoWords()).by_passage[7] > 0.5


def test_what_the_article_says_there_is_learned_from_too() -> None:
    """A question may use the article's words where no asked question does."""
    told = Told(9, "Care", ("Oil it.", "Hang it up."), np.stack([unit(5), unit(6)]))
    without, beside = learn(examples()), learn(replace(examples(), told=(told,)))
    assert without is not None
    assert beside is not None

    def share(model):
        return answer_shares(model, query(5)).by_passage.get(9, 0.0)

    assert share(beside) > 1.4 * share(without)


def test_too_few_questions_teach_nothing() -> None:
    assert learn(examples(FEWEST // 3 - 1)) is None
