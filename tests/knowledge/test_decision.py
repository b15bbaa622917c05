"""Whether to answer at all."""

from __future__ import annotations

import json

import pytest

from deskhand.knowledge.clues import Clues
from deskhand.knowledge.composing import Composed
from deskhand.knowledge.decision import FILE, Decision, fitted
from deskhand.knowledge.words import Vocabulary
from tests.knowledge.found import candidate


def test_a_probability_stays_one_however_sure_it_is() -> None:
    decision = Decision({"score": 1e9}, 0.0, 0.5)

    assert decision.probability({"score": 1.0}) == pytest.approx(1.0)
    assert decision.probability({"score": -1.0}) == pytest.approx(0.0)


def test_more_of_what_speaks_for_an_answer_makes_it_more_probable() -> None:
    decision = Decision({"score": 2.0, "lead": 1.0}, -1.0, 0.5)

    assert decision.probability({"score": 1.0, "lead": 0.5}) > decision.probability({"score": 1.0, "lead": 0.1}) > 0.5


def test_the_fitted_decision_says_where_it_is_from_and_uses_clues_that_exist() -> None:
    content = json.loads(FILE.read_text(encoding="utf-8"))
    found = candidate("a")
    known = Clues(Vocabulary()).of("q", Composed("a", (found,)), [found])

    assert set(content) >= {"about", "fitted_on", "weights", "bias", "threshold", "cross_validated"}
    assert content["weights"]
    assert set(content["weights"]) <= set(known)
    assert 0.0 < fitted().threshold < 1.0


def test_what_is_far_ahead_of_few_others_is_no_answer_if_it_is_about_something_else() -> None:
    alone = {"ahead": 1.0, "meaning": 0.15}

    assert not fitted().answers(alone, 0.9)
    assert fitted().answers(alone | {"meaning": 0.5}, 0.9)
    assert fitted().answers(alone | {"asked_there": 1.0}, 0.9)


def test_the_fitted_decision_declines_what_nothing_was_found_for() -> None:
    nothing = dict.fromkeys(fitted().weights, 0.0) | {"missing": 1.0}

    assert fitted().probability(nothing) < fitted().threshold
