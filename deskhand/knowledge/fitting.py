"""Fits the decision whether to answer: `python -m deskhand.knowledge.fitting tests/knowledge/dev`.

Run it when the way of finding changes, on questions that nothing is measured on, with the settings' database synced.
It writes `decision.json`. Thresholds are chosen on questions that the coefficients beside them were not fitted on.

There are two decisions, so that articles without asked questions are decided on as if there were no such thing: one is
fitted with no asked question in sight, the other with all of them. The second also learns a little from the asked
questions themselves, each of them left out while it is asked, and every other time with all that ask the same.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deskhand.knowledge.asked.known import known_from
from deskhand.knowledge.asked.learning import learn
from deskhand.knowledge.clues import Clues
from deskhand.knowledge.composing import compose_best
from deskhand.knowledge.contracts import Finder
from deskhand.knowledge.decision import FILE
from deskhand.knowledge.embedding import current_embedder_name
from deskhand.knowledge.known_questions import KnownQuestion, read_known_questions
from deskhand.knowledge.leaving_out import LeavingOut
from deskhand.store.answer_model import AnswerModel

FEATURES: tuple[str, ...] = (
    "meaning",
    "sentence",
    "article",
    "ahead",
    "missing",
    "kind_missing",
    "kind_there",
    "own_dealings",
)
ASKED_FEATURES: tuple[str, ...] = (
    "asked",
    "asked_share",
    "answer_share",
    "unanswered",
    "unanswered_ahead",
    "none_share",
)
"""All are 0 where there are no asked questions."""
FOLDS, REPEATS, SEED = 10, 5, 20
FOLDS_OF_ASKED = 3
REGULARISATION = 0.3
DECLINED_ENOUGH, MOST_DECLINED_FALSELY = 0.85, 0.05
LEFT_FOR_OTHERS = 0.1
"""This share of the false declines that are allowed is left for questions that nothing was chosen on."""
MOST_ASKED = 600
"""So many of the asked questions are fitted on, too."""
WEIGHT_OF_ASKED = 0.1
"""Of each of them, beside a development question: their writers had the article before them."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    known: KnownQuestion
    found: dict[str, float]
    right: bool
    """Whether what would be answered is right."""


async def judge(finder: Finder, clues: Clues, known: KnownQuestion) -> Judged:
    """What would be answered, and whether that is right."""
    candidates = await finder.search(known.question, previous=known.previous)
    composed = compose_best(known.question, candidates) if candidates else None
    if composed is None:
        return Judged(known, {}, right=False)
    cited = any(candidate.passage.source in known.articles for candidate in composed.used)
    found = clues.of(known.question, composed, candidates)
    return Judged(known, found, right=cited and known.is_answered_by(composed.text))


@dataclass(frozen=True)
class Fitted:
    weights: dict[str, float]
    bias: float = 0.0

    def logits(self, judged: Sequence[Judged]) -> Matrix:
        """[questions]"""
        logits: Matrix = _values(judged, list(self.weights)) @ np.array(list(self.weights.values())) + self.bias
        return logits

    def probabilities(self, judged: Sequence[Judged]) -> Matrix:
        probabilities: Matrix = 1 / (1 + np.exp(-self.logits(judged)))
        return probabilities


def fit(plain: Sequence[Judged], asked: Sequence[Judged], left_out: Sequence[Judged]) -> dict[str, Any]:
    """The content of `decision.json` but for where the questions are from. `plain`: the questions judged without any
    asked question; `asked`: the same with them; `left_out`: asked questions, each judged without itself."""
    first = fit_plain(plain)
    apart = _probabilities_apart(plain, plain, [])
    threshold = best_threshold(apart, plain)
    content: dict[str, Any] = {
        "weights": _rounded(first.weights),
        "bias": round(first.bias, 4),
        "threshold": round(threshold, 3),
        "cross_validated": _figures(apart, plain, threshold),
    }
    if any(each.found.get("asked_there") for each in asked):
        of_asked = fit_asked(asked, left_out)
        apart = _probabilities_apart(plain, asked, left_out)
        threshold = best_threshold(apart, asked)
        content["with_asked"] = {
            "weights": _rounded(of_asked.weights),
            "bias": round(of_asked.bias, 4),
            "threshold": round(threshold, 3),
            "cross_validated": _figures(apart, asked, threshold),
        }
    return content


def fit_plain(judged: Sequence[Judged]) -> Fitted:
    """The coefficients of all but asked questions."""
    return _fitted(judged, FEATURES, np.ones(len(judged)))


def fit_asked(asked: Sequence[Judged], left_out: Sequence[Judged]) -> Fitted:
    """The coefficients where it is known of asked questions what the article answers."""
    counts = np.array([1.0] * len(asked) + [WEIGHT_OF_ASKED] * len(left_out))
    return _fitted([*asked, *left_out], (*FEATURES, *ASKED_FEATURES), counts)


def _fitted(judged: Sequence[Judged], features: Sequence[str], counts: Matrix) -> Fitted:
    values = _values(judged, features)
    means, spreads = values.mean(axis=0), values.std(axis=0) + 1e-9
    columns = np.column_stack([(values - means) / spreads, np.ones(len(judged))])
    found = _minimised(columns, judged, counts)
    weights = found[:-1] / spreads
    return Fitted(dict(zip(features, map(float, weights), strict=True)), float(found[-1] - weights @ means))


def _minimised(values: Matrix, judged: Sequence[Judged], counts: Matrix) -> Matrix:
    """The coefficients of a logistic regression with a penalty on all but the last, which is the bias."""
    from scipy.optimize import minimize

    signs = np.array([1.0 if each.right else -1.0 for each in judged])
    penalised = np.array([1.0] * (values.shape[1] - 1) + [0.0])

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        margins = signs * (values @ weights)
        slopes = -signs * counts / (1 + np.exp(margins))
        penalty = weights * penalised / REGULARISATION
        return float((counts * np.logaddexp(0, -margins)).sum() + weights @ penalty / 2), values.T @ slopes + penalty

    found: Matrix = minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B").x
    return found


def _values(judged: Sequence[Judged], features: Sequence[str]) -> Matrix:
    return np.array([[each.found.get(name, 0.0) for name in features] for each in judged], dtype=np.float64)


def _rounded(weights: dict[str, float]) -> dict[str, float]:
    return {name: round(weight, 4) for name, weight in weights.items()}


def _probabilities_apart(plain: Sequence[Judged], judged: Sequence[Judged], left_out: Sequence[Judged]) -> Matrix:
    """The mean probability of each question over models that saw neither it nor any other on its article."""
    from sklearn.model_selection import StratifiedGroupKFold

    right = np.array([each.right for each in judged])
    names = sorted({_subject(each.known) for each in judged})
    subjects = [names.index(_subject(each.known)) for each in judged]
    apart = np.zeros((REPEATS, len(judged)))
    for repeat in range(REPEATS):
        folds = StratifiedGroupKFold(min(FOLDS, len(names)), shuffle=True, random_state=SEED + repeat)
        for seen, unseen in folds.split(right, right, subjects):
            rows = [judged[at] for at in seen]
            model = fit_plain(rows) if judged is plain else fit_asked(rows, left_out)
            apart[repeat, unseen] = model.probabilities([judged[at] for at in unseen])
    return np.mean(apart, axis=0, dtype=np.float64)  # type: ignore[no-any-return]  # numpy says Any here


def _subject(known: KnownQuestion) -> str:
    return known.articles[0] if known.articles else known.id


def best_threshold(probabilities: NDArray[np.float64], judged: Sequence[Judged]) -> float:
    """The highest at which both demands are kept, with `LEFT_FOR_OTHERS` to spare: a wrong answer is worse than none.
    Where there is no such threshold, the one that comes nearest to both demands."""

    def rooms(threshold: float) -> tuple[float, float]:
        figures = _figures(probabilities, judged, threshold)
        return (
            (figures["unanswerable_declined"] - DECLINED_ENOUGH) / (1 - DECLINED_ENOUGH),
            (MOST_DECLINED_FALSELY - figures["right_ones_declined"]) / MOST_DECLINED_FALSELY,
        )

    thresholds = [float(each) for each in np.arange(0.02, 0.98, 0.01)]
    kept = [each for each in thresholds if rooms(each)[0] >= 0 and rooms(each)[1] >= LEFT_FOR_OTHERS]
    return max(kept) if kept else max(thresholds, key=lambda each: min(rooms(each)))


def _figures(probabilities: NDArray[np.float64], judged: Sequence[Judged], threshold: float) -> dict[str, float]:
    given = probabilities >= threshold
    right = np.array([each.right for each in judged])
    answerable = np.array([each.known.answerable for each in judged])
    return {
        "unanswerable_declined": round(float((~given[~answerable]).mean()), 4),
        "right_ones_declined": round(float((~given[right]).mean()), 4),
        "answerable_answered_rightly": round(float((given & right)[answerable].mean()), 4),
        "answerable_answered_wrongly": round(float((given & ~right)[answerable].mean()), 4),
        "calibration_error": round(_calibration_error(probabilities, right), 4),
    }


def _calibration_error(probabilities: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """How far the probabilities are from the shares that were right, on average over bins of equal size."""
    order = np.argsort(probabilities)
    parts = np.array_split(order, bins)
    return float(sum(len(part) * abs(probabilities[part].mean() - right[part].mean()) for part in parts) / len(right))


async def _fit_on(paths: Sequence[Path], day: date) -> dict[str, Any]:
    from deskhand.knowledge.opening import FOLDER, synonyms_of
    from deskhand.knowledge.retrieval import Retriever, shared_embedder
    from deskhand.store.database import open_database

    class Fitting(Retriever):
        learned: AnswerModel | None = None

        def _answer_model(self, index: Any) -> AnswerModel | None:
            return self.learned

    vocabulary = synonyms_of(FOLDER)
    passages = LeavingOut(await open_database())
    finder, clues = Fitting(passages, vocabulary, today=lambda: day), Clues(vocabulary)
    known = read_known_questions(paths)
    passages.without_any = True
    plain = [await judge(finder, clues, question) for question in known]
    passages.without_any = False
    examples, words = await passages.asked_examples(current_embedder_name()), shared_embedder()
    finder.learned = learn(examples, words)
    asked = [await judge(finder, clues, question) for question in known]
    choice = random.Random(SEED)  # noqa: S311  # no secret
    questions = known_from(FOLDER, day)
    sample = [
        (question, {question.question, *(others if choice.random() < 0.5 else ())})
        for question, others in choice.sample(questions, min(MOST_ASKED, len(questions)))
    ]
    left_out = []
    for fold in range(FOLDS_OF_ASKED):
        rows = sample[fold::FOLDS_OF_ASKED]
        finder.learned = learn(examples.without(set().union(*(gone for _, gone in rows))), words)
        for question, gone in rows:
            passages.left_out = gone
            left_out.append(await judge(finder, clues, question))
    counts = {"count": len(known), "asked": len(left_out), "day": day.isoformat()}
    return {
        "about": "Written by deskhand.knowledge.fitting. Probability: 1 / (1 + exp(-(bias + sum(weight * clue)))).",
        "fitted_on": {"questions": [str(path) for path in paths], **counts},
        **fit(plain, asked, left_out),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).split("\n\n")[0])
    parser.add_argument("paths", nargs="+", type=Path, help="files of known questions, or folders of them")
    parser.add_argument("--day", type=date.fromisoformat, default=datetime.now(UTC).date(), help="articles hold on it")
    parser.add_argument("--out", type=Path, default=FILE)
    arguments = parser.parse_args()
    content = json.dumps(asyncio.run(_fit_on(arguments.paths, arguments.day)), indent=2)
    arguments.out.write_text(f"{content}\n", encoding="utf-8")
    print(content)


if __name__ == "__main__":
    main()
