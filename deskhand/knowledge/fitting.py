"""Fits the decision whether to answer: `python -m deskhand.knowledge.fitting tests/knowledge/dev`.

Run it when the way of finding changes, on questions that nothing is measured on, with the settings' database synced.
It writes `decision.json`. The threshold is chosen on questions that the coefficients beside them were not fitted on.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deskhand.knowledge.clues import Clues
from deskhand.knowledge.composing import compose_best
from deskhand.knowledge.contracts import Finder
from deskhand.knowledge.decision import FILE
from deskhand.knowledge.known_questions import KnownQuestion, read_known_questions

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
FOLDS, REPEATS, SEED = 10, 5, 20
REGULARISATION = 0.3
DECLINED_ENOUGH, MOST_DECLINED_FALSELY = 0.85, 0.05


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


def fit(judged: Sequence[Judged], features: Sequence[str] = FEATURES) -> dict[str, Any]:
    """The content of `decision.json` but for where the questions are from."""
    from sklearn.linear_model import LogisticRegression

    values = np.array([[each.found.get(name, 0.0) for name in features] for each in judged])
    right = np.array([each.right for each in judged])
    means, spreads = values.mean(axis=0), values.std(axis=0) + 1e-9
    model = LogisticRegression(C=REGULARISATION).fit((values - means) / spreads, right)
    weights = model.coef_[0] / spreads
    apart = _probabilities_apart((values - means) / spreads, right)
    threshold = _threshold(apart, judged)
    return {
        "weights": {name: round(float(weight), 4) for name, weight in zip(features, weights, strict=True)},
        "bias": round(float(model.intercept_[0] - weights @ means), 4),
        "threshold": round(threshold, 3),
        "cross_validated": _figures(apart, judged, threshold),
    }


def _probabilities_apart(values: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The mean probability of each question over models that did not see it."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    repeats = [
        cross_val_predict(
            LogisticRegression(C=REGULARISATION),
            values,
            right,
            cv=StratifiedKFold(FOLDS, shuffle=True, random_state=SEED + repeat),
            method="predict_proba",
        )[:, 1]
        for repeat in range(REPEATS)
    ]
    return np.mean(repeats, axis=0, dtype=np.float64)  # type: ignore[no-any-return]  # numpy says Any here


def _threshold(probabilities: NDArray[np.float64], judged: Sequence[Judged]) -> float:
    """Where both demands are kept with the most room."""

    def room(threshold: float) -> float:
        figures = _figures(probabilities, judged, threshold)
        return min(
            (figures["unanswerable_declined"] - DECLINED_ENOUGH) / (1 - DECLINED_ENOUGH),
            (MOST_DECLINED_FALSELY - figures["right_ones_declined"]) / MOST_DECLINED_FALSELY,
        )

    return float(max(np.arange(0.02, 0.98, 0.01), key=lambda each: room(float(each))))


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


async def _fit_on(paths: Sequence[Path], features: Sequence[str]) -> dict[str, Any]:
    from deskhand.knowledge.opening import FOLDER, synonyms_of
    from deskhand.knowledge.retrieval import Retriever
    from deskhand.store.database import open_database
    from deskhand.store.passages import Passages

    vocabulary = synonyms_of(FOLDER)
    finder, clues = Retriever(Passages(await open_database()), vocabulary), Clues(vocabulary)
    known = read_known_questions(paths)
    judged = [await judge(finder, clues, question) for question in known]
    return {
        "about": "Written by deskhand.knowledge.fitting. Probability: 1 / (1 + exp(-(bias + sum(weight * clue)))).",
        "fitted_on": {"questions": [str(path) for path in paths], "count": len(known), "day": _today()},
        **fit(judged, features),
    }


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="files of known questions, or folders of them")
    parser.add_argument("--features", nargs="+", default=list(FEATURES))
    parser.add_argument("--out", type=Path, default=FILE)
    arguments = parser.parse_args()
    content = json.dumps(asyncio.run(_fit_on(arguments.paths, arguments.features)), indent=2)
    arguments.out.write_text(f"{content}\n", encoding="utf-8")
    print(content)


if __name__ == "__main__":
    main()
