"""How the decision is fitted: asked questions come second, and change nothing where there are none."""

from __future__ import annotations

import random

import numpy as np
import pytest

from deskhand.knowledge.fitting import ASKED_FEATURES, FEATURES, Judged, best_threshold, fit, fit_asked
from deskhand.knowledge.known_questions import KnownQuestion


def answerable(number: int) -> KnownQuestion:
    """Several are on one article."""
    return KnownQuestion(f"a{number}", "q", None, (f"{number % 30}.md",), ("x",))


def unanswerable(number: int) -> KnownQuestion:
    return KnownQuestion(f"u{number}", "q")


def judged(count: int, *, with_asked: bool) -> list[Judged]:
    """What is near is mostly right; what is near to something unanswered is not."""
    choice = random.Random(1)
    made = []
    for number in range(count):
        right = number % 2 == 0
        found = {"meaning": choice.gauss(0.7 if right else 0.5, 0.2), "ahead": choice.random()}
        asked = {"asked_there": 1.0, "unanswered": max(0.0, choice.gauss(0.1 if right else 0.6, 0.2))}
        known = answerable(number) if right or number % 4 == 1 else unanswerable(number)
        made.append(Judged(known, found | (asked if with_asked else {}), right))
    return made


PLAIN, ASKED = judged(200, with_asked=False), judged(200, with_asked=True)


def test_the_decision_without_asked_questions_is_not_touched_by_them() -> None:
    alone, beside = fit(PLAIN, PLAIN, []), fit(PLAIN, ASKED, [])

    assert "with_asked" not in alone
    assert {name: beside[name] for name in alone} == alone


def test_what_is_near_to_something_unanswered_is_less_probable() -> None:
    weights = fit_asked(ASKED, []).weights

    assert weights["meaning"] > 0 > weights["unanswered"]
    assert set(weights) == {*FEATURES, *ASKED_FEATURES}


def test_asked_questions_make_fewer_mistakes_and_have_a_threshold_of_their_own() -> None:
    content = fit(PLAIN, ASKED, ASKED[:20])
    without, beside = content["cross_validated"], content["with_asked"]["cross_validated"]

    assert 0 < content["threshold"] < 1
    assert 0 < content["with_asked"]["threshold"] < 1
    assert beside["unanswerable_declined"] > without["unanswerable_declined"]
    assert beside["right_ones_declined"] < without["right_ones_declined"]


def test_without_asked_questions_nothing_is_fitted_on_them() -> None:
    content = fit(PLAIN, PLAIN, [])

    assert set(content["weights"]) == set(FEATURES)
    assert "with_asked" not in content


def sure_of(right: list[float], unanswerable_ones: list[float]) -> float:
    """The threshold for right answers and unanswerable questions that are so probable to be answered."""
    rows = [Judged(answerable(number), {}, right=True) for number, _ in enumerate(right)]
    rows += [Judged(unanswerable(number), {}, right=False) for number, _ in enumerate(unanswerable_ones)]
    return best_threshold(np.array([*right, *unanswerable_ones]), rows)


def test_the_threshold_is_the_highest_that_keeps_both_demands() -> None:
    """Of a hundred right answers it may cost four: five are allowed, and some of that is left for other questions."""
    right = [0.305, 0.405, 0.505, 0.605, 0.655, *[0.9] * 95]

    assert sure_of(right, [0.1] * 90 + [0.95] * 10) == pytest.approx(0.65)


def test_where_both_demands_cannot_be_kept_the_threshold_comes_nearest_to_both() -> None:
    right = [0.35] * 20 + [0.9] * 80

    assert 0.2 < sure_of(right, [0.2] * 60 + [0.5] * 40) <= 0.35
