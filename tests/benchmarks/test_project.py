from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from benchmarks.data_sets import Sentence, WordSpan, read_split
from benchmarks.errors import BenchmarkError
from benchmarks.project import DESKHAND, SIDES, STOCK, pipeline_of, write_project


def names(side: str, *, refusing: bool = False) -> list[str]:
    return [component["name"] for component in pipeline_of(side, refusing=refusing, seed=1)]


def test_rasa_reads_what_was_written(data: Path, tmp_path: Path) -> None:
    sentences = read_split(data / "SNIPS" / "train")

    write_project(tmp_path, sentences, pipeline_of(STOCK, refusing=False, seed=3))

    domain = yaml.safe_load((tmp_path / "domain.yml").read_text())
    assert domain["intents"] == ["borrow_book", "opening_hours", "pay_fine"]
    assert domain["entities"] == ["amount", "day", "kind", "place", "sort"]
    assert "can i have that [old atlas](sort) for a week" in (tmp_path / "nlu.yml").read_text()


def test_a_sentence_that_reads_as_an_annotation_is_refused(tmp_path: Path) -> None:
    sentence = Sentence(("see", "[here](there)"), "look")

    with pytest.raises(BenchmarkError, match="here"):
        write_project(tmp_path, [sentence], [])


def test_brackets_that_mean_nothing_to_rasa_stay(tmp_path: Path) -> None:
    sentence = Sentence(("transfer", "to", "[country]", "(401(k))", ":"), "move", (WordSpan(3, 3, "plan"),))

    write_project(tmp_path, [sentence], [])

    assert "transfer to [country] [(401(k))](plan) :" in (tmp_path / "nlu.yml").read_text()


@pytest.mark.parametrize("side", SIDES)
def test_every_side_is_seeded(side: str) -> None:
    seeded = [component for component in pipeline_of(side, refusing=True, seed=7) if "random_seed" in component]

    assert [component["random_seed"] for component in seeded] == [7]


def test_stock_refuses_only_where_that_is_measured() -> None:
    assert "FallbackClassifier" in names(STOCK, refusing=True)
    assert "FallbackClassifier" not in names(STOCK)


def test_deskhand_is_measured_with_the_pipeline_of_the_project() -> None:
    config = yaml.safe_load(Path("config.yml").read_text())

    assert names(DESKHAND) == [component["name"] for component in config["pipeline"]]
