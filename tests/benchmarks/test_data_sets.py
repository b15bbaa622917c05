from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.data_sets import (
    EXPERIMENTS,
    Sentence,
    WordSpan,
    entities_of,
    load,
    missing,
    read_split,
    sample_of_each_intent,
)
from benchmarks.errors import DataMissing
from tests.benchmarks.conftest import OUTSIDE, SENTENCES


def test_words_intents_and_entities_are_read(data: Path) -> None:
    first = read_split(data / "SNIPS" / "train")[0]

    assert first.text == "may i take home the novel"
    assert first.intent == "borrow_book"
    assert first.entities == (WordSpan(3, 3, "place"), WordSpan(5, 5, "kind"))


def test_an_entity_knows_its_characters() -> None:
    sentence = Sentence(("play", "so", "what", "now"), "play", (WordSpan(1, 2, "track"),))

    start, end = sentence.characters(sentence.entities[0])

    assert sentence.text[start:end] == "so what"


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("O B-a I-a O", [(1, 2, "a")]),
        ("B-a B-a", [(0, 0, "a"), (1, 1, "a")]),
        ("B-a I-b", [(0, 0, "a"), (1, 1, "b")]),
        ("I-a I-a O I-a", [(0, 1, "a"), (3, 3, "a")]),
        ("", []),
    ],
)
def test_tags_are_read_as_conlleval_reads_them(tags: str, spans: list[tuple[int, int, str]]) -> None:
    assert entities_of(tags.split()) == tuple(WordSpan(*span) for span in spans)


def test_a_sample_has_the_same_number_of_different_sentences_of_each_intent() -> None:
    sentences = [Sentence((word, str(number % 7)), word) for word in ("yes", "no") for number in range(14)]

    drawn = sample_of_each_intent(sentences, 5, seed=1)

    assert len(set(drawn)) == 10
    assert [sum(each.intent == intent for each in drawn) for intent in ("yes", "no")] == [5, 5]
    assert drawn == sample_of_each_intent(sentences, 5, seed=1)
    assert drawn != sample_of_each_intent(sentences, 5, seed=2)


def test_messages_of_no_intent_come_with_the_set_that_has_them(data: Path) -> None:
    clinc = load(EXPERIMENTS["clinc150-10"], data, seed=1)
    banking = load(EXPERIMENTS["banking77-10"], data, seed=1)

    assert [sentence.text for sentence in clinc.outside] == list(OUTSIDE)
    assert {sentence.intent for sentence in clinc.outside} == {None}
    assert banking.outside == ()
    assert {sentence.intent for sentence in banking.train} == set(SENTENCES)


def test_missing_files_are_named(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "sets")
    (tmp_path / "sets" / "CLINC150" / "oos_test.json").unlink()

    assert missing(["banking77-10", "snips-100"], tmp_path / "sets") == []
    assert missing(["clinc150-5"], tmp_path / "sets") == [tmp_path / "sets" / "CLINC150" / "oos_test.json"]


def test_lines_that_do_not_fit_together_are_refused(data: Path, tmp_path: Path) -> None:
    split = tmp_path / "split"
    shutil.copytree(data / "SNIPS" / "test", split)
    tags = (split / "seq.out").read_text()

    (split / "seq.out").write_text(tags.replace("O", "O O", 1))
    with pytest.raises(DataMissing, match=r"line 1: 7 tags for 6 words"):
        read_split(split)

    (split / "seq.out").write_text(tags + "O\n")
    with pytest.raises(DataMissing, match=r"seq\.out 13"):
        read_split(split)
