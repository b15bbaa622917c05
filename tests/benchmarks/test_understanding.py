from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import understanding
from benchmarks.report import write_report
from benchmarks.results_file import ResultsFile, Run


def test_absent_data_is_named_and_exits_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = understanding.main(["--data", str(tmp_path / "nowhere"), "--only", "snips-100"])

    assert code == 2
    told = capsys.readouterr().err
    assert str(tmp_path / "nowhere" / "SNIPS" / "train" / "seq.in") in told
    assert "benchmarks/README.md" in told


def test_stock_rasa_that_is_not_installed_is_said(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.run.STOCK_PYTHON", tmp_path / "python")

    code = understanding.main(["--data", str(data), "--out", str(tmp_path / "out.json")])

    assert code == 1
    assert "make stock-rasa" in capsys.readouterr().err


@pytest.mark.slow
def test_a_small_run_through_rasa_is_measured_once(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    common = ["--data", str(data), "--sides", "deskhand", "--seeds", "1", "--epochs", "1", "--threads", "1"]

    assert understanding.main([*common, "--only", "clinc150-10", "--out", str(out)]) == 0

    figures = ResultsFile(out).runs[Run("clinc150-10", 1, "deskhand")]
    assert figures["sentences"] == {"train": 12, "test": 12, "outside": 2}
    assert set(figures["measures"]) >= {"accuracy", "slot_f1", "recall_as_served"}
    assert figures["train"]["seconds"] > 0
    assert figures["serve"]["parse_median_ms"] > 0
    assert set(figures["serve"]["bare"]) == {"parse_ms", "transformers_ms", "own_ms"}
    assert "tensorflow" not in figures["versions"]
    written = out.read_bytes()

    capsys.readouterr()
    assert understanding.main([*common, "--only", "clinc150-10", "--out", str(out)]) == 0

    assert "measured before" in capsys.readouterr().out
    assert out.read_bytes() == written


@pytest.mark.slow
def test_a_side_that_fails_is_quoted(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.yml"
    config.write_text("pipeline: [{name: nowhere.DIETClassifier}]")
    monkeypatch.setattr("benchmarks.project.CONFIG_OF_PROJECT", config)
    command = ["--data", str(data), "--sides", "deskhand", "--only", "snips-100", "--out", str(tmp_path / "out.json")]

    assert understanding.main(command) == 1

    told = capsys.readouterr().err
    assert "snips-100, seed 1, deskhand: the step `train` failed" in told
    assert "No module named 'nowhere'" in told


def test_the_tables_are_written_between_their_markers(tmp_path: Path) -> None:
    results, readme = tmp_path / "results.json", tmp_path / "README.md"
    readme.write_text("before\n<!-- understanding: start -->\nold\n<!-- understanding: end -->\nafter\n")
    file = ResultsFile(results)
    for seed, ours, theirs in ((1, 0.88, 0.66), (2, 0.9, 0.68)):
        file.put(Run("banking77-10", seed, "deskhand"), figures(ours, training=20.0))
        file.put(Run("banking77-10", seed, "stock"), figures(theirs, training=400.0))

    write_report(results, readme)

    text = readme.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert "| BANKING77, 10 a intent: accuracy, % | 67.0 ± 1.4 | 89.0 ± 1.4 | +22.0 | 87.5 | 89.8 |" in text
    assert "| 400 ± 0 | 20 ± 0 | 20.0 × faster |" in text
    assert "| SNIPS, 100 an intent: slot F1, % | – | – | – |" in text
    assert "made of brass" in text


def figures(accuracy: float, training: float) -> dict[str, object]:
    return {
        "machine": "2 × made of brass",
        "threads": 2,
        "versions": {"rasa": "3.6.21"},
        "train": {"seconds": training, "peak_mb": 500.0},
        "serve": {"load_seconds": 1.0, "loaded_mb": 400.0, "parse_median_ms": 5.0, "parse_p95_ms": 8.0},
        "measures": {"accuracy": accuracy, "accuracy_as_served": accuracy, "calibration_error": 0.02},
    }


def test_a_file_that_holds_no_results_is_not_overwritten(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "notes.json"
    other.write_text(json.dumps({"notes": []}))

    assert understanding.main(["--data", str(data), "--sides", "deskhand", "--out", str(other)]) == 1

    assert "not a results file" in capsys.readouterr().err
    assert json.loads(other.read_text()) == {"notes": []}
