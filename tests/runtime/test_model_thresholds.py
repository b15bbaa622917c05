"""What is demanded of a model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deskhand.runtime.model_tests import ModelBelowThreshold, NoThresholds, Thresholds, judge, thresholds

WANTED = Thresholds(intent_f1=0.9, entity_f1=0.8)


def write_reports(folder: Path, *, intents: float, **extractors: float) -> Path:
    for name, f1 in {"intent": intents, **extractors}.items():
        scores = {"f1-score": f1, "support": 100}
        report = {"order_status": scores, "greet": {"f1-score": 1.0, "support": 5}, "weighted avg": scores}
        (folder / f"{name}_report.json").write_text(json.dumps(report), encoding="utf-8")
    return folder


def test_a_model_at_its_thresholds_passes(tmp_path: Path) -> None:
    measured = judge(write_reports(tmp_path, intents=0.9, TransformerClassifier=0.8), WANTED)
    assert "0.900" in measured[0]
    assert "0.800" in measured[1]


@pytest.mark.parametrize(("intents", "entities"), [(0.89, 0.9), (0.95, 0.79)])
def test_a_model_below_one_of_them_fails_and_names_its_weakest(tmp_path: Path, intents: float, entities: float) -> None:
    with pytest.raises(ModelBelowThreshold, match="weakest: order_status"):
        judge(write_reports(tmp_path, intents=intents, TransformerClassifier=entities), WANTED)


def test_of_several_extractors_the_best_counts(tmp_path: Path) -> None:
    judge(write_reports(tmp_path, intents=0.95, TransformerClassifier=0.85, RegexEntityExtractor=0.2), WANTED)


def test_the_project_says_its_thresholds() -> None:
    wanted = thresholds(Path(__file__).parents[2])
    assert 0.5 < wanted.intent_f1 <= 1
    assert 0.5 < wanted.entity_f1 <= 1


def test_a_project_that_says_none_is_told_where(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    with pytest.raises(NoThresholds, match=r"tool\.deskhand\.thresholds"):
        thresholds(tmp_path)
