from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import knowledge, knowledge_data
from benchmarks.errors import DataMissing
from benchmarks.knowledge_answers import verdict
from benchmarks.knowledge_data import Question
from benchmarks.knowledge_sides import Bm25, hits
from deskhand.knowledge.answer import Answer, Citation
from deskhand.knowledge.known_questions import KnownQuestion
from deskhand.knowledge.sources.reading import read_folder

TEXTS = {
    "a1": "Opening Hours\nWe open at nine.We close at five.\xa0 On *Sundays* we are closed.\n- Ring the bell.",
    "b2": "Borrowing Books\nYou may borrow ten books. Each is due after three weeks.",
    "c3": "Fines\nA late book costs ten cents a day.",
}


@pytest.fixture
def wixqa_file(tmp_path: Path) -> Path:
    rows = [
        {"id": "1", "question": "when do you open", "article_ids": ["a1"]},
        {"id": "2", "question": "how many books may i borrow", "article_ids": ["b2", "c3"]},
    ]
    contexts = [{"id": name, "text": text} for name, text in TEXTS.items()]
    file = tmp_path / "wixqa.jsonl"
    file.write_text("\n".join(json.dumps({**row, "contexts": contexts}) for row in rows), encoding="utf-8")
    return file


def test_articles_become_files_that_say_the_same(wixqa_file, tmp_path):
    found = knowledge_data.wixqa(wixqa_file, tmp_path / "articles")

    assert [question.gold for question in found.questions] == [{"a1.md"}, {"b2.md", "c3.md"}]
    reading = read_folder(found.articles, known={}, maker="", thorough=True)
    assert not reading.failed
    hours = next(each for each in reading.articles if each.source == "a1.md")
    assert hours.article.title == "Opening Hours"
    assert [sentence for passage in hours.passages for sentence in passage.sentences] == [
        "We open at nine.",
        "We close at five.",
        "On *Sundays* we are closed.",
        "- Ring the bell.",
    ]


def test_a_file_of_something_else_is_refused(tmp_path):
    (tmp_path / "x.jsonl").write_text("[1, 2]\n", encoding="utf-8")

    with pytest.raises(DataMissing, match=r"x\.jsonl"):
        knowledge_data.wixqa(tmp_path / "x.jsonl", tmp_path)


def test_as_many_passages_are_made_as_asked_for_and_no_two_are_the_same(tmp_path):
    examples = [("Tents", ("Poles",), ("A sleeve mends it.", "Slide it on.")), ("Stoves", (), ("Clean the jet.",))]

    knowledge_data.write_many(23, examples, tmp_path)

    made = read_folder(tmp_path, known={}, maker="", thorough=True)
    passages = [passage for each in made.articles for passage in each.passages]
    assert len(passages) == 23
    assert len({(passage.article.title, passage.headings, passage.text) for passage in passages}) == 23


def test_rare_words_count_more_in_bm25():
    scores = Bm25(["the tent", "the stove", "the jet of the stove"]).scores("the tent")

    assert np.argmax(scores) == 0
    assert scores[0] > 0


def test_hits_count_the_questions_that_have_an_answer():
    questions = [
        Question("1", "q", frozenset({"a"})),
        Question("2", "q", frozenset({"b", "c"})),
        Question("3", "q", frozenset()),
    ]
    rankings = [["a", "b"], ["x", "c"], ["a", "b"]]

    assert hits(rankings, questions, 1) == 0.5
    assert hits(rankings, questions, 2) == 1.0


@pytest.mark.parametrize(
    ("text", "url", "expected"),
    [
        ("It is £3.95.", "u/a", "right"),
        ("It is £3.95.", "u/b", "wrong"),
        ("It is £5.", "u/a", "wrong"),
        (None, "", "none"),
    ],
)
def test_a_right_answer_has_the_words_and_the_source(text, url, expected):
    question = KnownQuestion("1", "q", None, ("a.md",), ("£3.95",))
    answer = Answer(text, (Citation("A", url),), 0.9) if text else None

    assert verdict(question, answer, {"a.md": "u/a", "b.md": "u/b"}) == expected


@pytest.mark.slow
def test_a_small_run_is_measured_and_printed(wixqa_file, tmp_path, capsys):
    out, questions, articles = tmp_path / "knowledge.json", tmp_path / "questions.yml", tmp_path / "own"
    knowledge_data.wixqa(wixqa_file, articles)
    questions.write_text(
        "- {id: a, question: when do you open, article: a1.md, answer: nine}\n"
        "- {id: b, question: do you sell kayaks, unanswerable: true}\n",
        encoding="utf-8",
    )
    chosen = [
        "--wixqa",
        str(wixqa_file),
        "--questions",
        str(questions),
        "--articles",
        str(articles),
        "--passages",
        "20",
    ]

    assert knowledge.main([*chosen, "--threads", "1", "--out", str(out)]) == 0

    figures = json.loads(out.read_text(encoding="utf-8"))
    assert figures["wixqa"]["hits"]["Deskhand"]["5"] == 1.0
    assert figures["answers"]["unanswerable"] in ({"wrong": 0, "none": 1}, {"wrong": 1, "none": 0})
    assert figures["speed"]["retrieval_p95_ms"] > figures["speed"]["embedding_p95_ms"] > 0
    assert figures["speed"]["passages"] == 20
    printed = capsys.readouterr().out
    assert "| Deskhand | 100.0 |" in printed
    assert "| with none | 1 |" in printed
