"""Files of asked questions are read with care: a mistake is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskhand.knowledge.articles import ArticleError
from deskhand.knowledge.asked.files import AskedEntry, AskedQuestion, entries_of, read_asked

GOOD = """\
# How customers put it.
- article: shipping/delivery.md
  answer: Standard delivery costs £3.95
  questions:
    - how much is postage
    - "how long: days or weeks?"
- unanswered: true
  near: shipping/delivery.md
  questions:
    - do you deliver by drone
"""


def written(folder: Path, text: str, name: str = "asked/shipping.yml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_entries_are_read_with_their_lines(tmp_path: Path) -> None:
    first, second = entries_of(written(tmp_path, GOOD), "asked/shipping.yml")

    assert first == AskedEntry(
        source="asked/shipping.yml",
        line=2,
        questions=(AskedQuestion("how much is postage", 5, 5), AskedQuestion("how long: days or weeks?", 6, 6)),
        article="shipping/delivery.md",
        answer="Standard delivery costs £3.95",
    )
    assert (second.article, second.near, second.questions[0].text) == (
        None,
        "shipping/delivery.md",
        "do you deliver by drone",
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]\n"])
def test_a_file_may_be_empty(tmp_path: Path, text: str) -> None:
    assert entries_of(written(tmp_path, text), "asked/shipping.yml") == []


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("article: a.md\n", 1, "must be a list of entries"),
        ("- how much is it\n", 1, "an entry has lines like"),
        ("- article: a.md\n  answer: A\n  question: q\n", 3, "unknown field 'question'; known here are article"),
        ("\n- answer: A\n  questions: [q]\n", 2, "needs 'article'"),
        ("- article: a.md\n  questions: [q]\n", 1, "needs 'answer'"),
        ("- article: a.md\n  answer: A\n", 1, "needs 'questions'"),
        ("- article: a.md\n  answer: A\n  questions: q\n", 3, "must be a list of questions"),
        ("- article: a.md\n  answer: A\n  questions: []\n", 3, "must be a list of questions"),
        ("- article: a.md\n  answer: A\n  questions:\n    - q\n    - how: much\n", 5, "must be a text"),
        ("- article: a.md\n  answer: A\n  questions:\n    - no\n", 4, "put it in quotation marks"),
        ("- article: a.md\n  answer: 3.95\n  questions: [q]\n", 2, "answer must be a text"),
        ("- article: [a.md]\n  answer: A\n  questions: [q]\n", 1, "article must be a text"),
        ("- article: a.md\n  article: b.md\n  answer: A\n  questions: [q]\n", 2, "is there twice"),
        ("- unanswered: false\n  questions: [q]\n", 1, "can only be true"),
        ("- unanswered: true\n  answer: A\n  questions: [q]\n", 2, "unknown field 'answer'"),
        ("- article: a.md\n  answer: 'A\n", 3, "isn't valid YAML"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    with pytest.raises(ArticleError, match=problem) as raised:
        entries_of(written(tmp_path, text), "asked/shipping.yml")

    assert raised.value.line == line


def test_one_bad_file_stops_no_other(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, "- no", "asked/a/bad.yaml")
    written(tmp_path, "x", "asked/notes.txt")
    written(tmp_path, "x", "asked/.hidden.yml")
    written(tmp_path, "---\ntitle: T\n---\n", "asked/article.md")
    (tmp_path / "asked/bytes.yml").write_bytes(b"\xff\xfe\xff")

    found = read_asked(tmp_path)

    assert [entry.source for entry in found.entries] == ["asked/shipping.yml"] * 2
    assert found.failed == ["asked/bytes.yml", "asked/a/bad.yaml"]
    assert len(found.errors) == 2
    assert found.misplaced == ["asked/article.md"]


def test_there_need_not_be_any(tmp_path: Path) -> None:
    found = read_asked(tmp_path)

    assert (found.entries, found.failed, found.errors) == ([], [], [])
