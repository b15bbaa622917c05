from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import policy
from benchmarks.policy_data import library
from benchmarks.results_file import ResultsFile, Run


def test_no_held_out_story_is_learned_from(tmp_path: Path) -> None:
    counts = library().write_split(1, tmp_path)

    train, heldout = (
        set((tmp_path / name).read_text(encoding="utf-8").split("- story:")[1:])
        for name in ("train.yml", "heldout.yml")
    )
    bodies = [{part.split("\n", 1)[1] for part in parts} for parts in (train, heldout)]
    assert (len(train), len(heldout)) == (counts["train"], counts["heldout"])
    assert not bodies[0] & bodies[1]


@pytest.mark.slow
def test_a_small_run_is_measured_and_printed_as_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "policy.json"
    chosen = ["--only", "policy-library", "--sides", "deskhand", "--seeds", "1", "--epochs", "1", "--threads", "1"]

    assert policy.main([*chosen, "--out", str(out)]) == 0

    figures = ResultsFile(out).runs[Run("policy-library", 1, "deskhand")]
    assert 0 < figures["measures"]["accuracy"] <= 1
    assert figures["train"]["seconds"] > 0
    assert "| library | Deskhand |" in capsys.readouterr().out


def test_policies_that_were_asked_nothing_have_no_measures() -> None:
    with pytest.raises(policy.BenchmarkError, match="nothing"):
        policy.measure([])
