from __future__ import annotations

from pathlib import Path

import pytest

from deskhand.knowledge.known_questions import KnownQuestion, KnownQuestionsError, read_known_questions


def write(folder: Path, text: str, name: str = "questions.yml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_questions_are_read_from_files_and_folders(tmp_path):
    write(tmp_path, "- {id: price, question: how much, article: a.md, answer: £3.95}", "sub/one.yml")
    other = write(
        tmp_path,
        "- {id: b, question: and there, previous: how much, article: [a.md, b.md], answer: [x, y]}",
        "two.yaml",
    )
    write(tmp_path, "- {id: kayaks, question: do you sell kayaks, unanswerable: true}", "three.yml")

    found = read_known_questions([tmp_path, other])

    assert found == [
        KnownQuestion("price", "how much", None, ("a.md",), ("£3.95",)),
        KnownQuestion("kayaks", "do you sell kayaks"),
        KnownQuestion("b", "and there", "how much", ("a.md", "b.md"), ("x", "y")),
    ]
    assert [question.answerable for question in found] == [True, False, True]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- {id: a, question: q}", "a: a question has an 'article'"),
        ("- {id: a, question: q, article: x.md}", "a: a question has an 'article'"),
        ("- {id: a, question: q, article: x.md, answer: x, unanswerable: true}", "a: a question has an 'article'"),
        ("- {id: a, question: q, article: x.md, answer: 3.95}", "a: 'answer' must be a text"),
        ("- {id: a, article: x.md, answer: x}", "a: the 'question' is missing"),
        ("- {id: a, question: q, says: x}", r"a: unknown \['says'\]"),
        ("- {question: q}", "must have a text as its 'id'"),
        ("{a: b}", "must be a list of questions"),
        ("- {id: a, question: q, unanswerable: true}\n- {id: a, question: r, unanswerable: true}", "two questions"),
        ("- {", "can't be read as YAML"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_file_and_question(tmp_path, text, problem):
    file = write(tmp_path, text)

    with pytest.raises(KnownQuestionsError, match=problem) as raised:
        read_known_questions([file])
    assert str(file) in str(raised.value)


def test_an_answer_is_right_when_it_contains_everything(tmp_path):
    question = KnownQuestion("a", "q", None, ("a.md",), ("£3.95", "three to five|3 to 5"))

    assert question.is_answered_by("It costs £3.95.\nIt takes Three\nto five days.")
    assert question.is_answered_by("It costs £3.95 and takes 3 to 5 days.")
    assert not question.is_answered_by("It costs £3.95.")
    assert not KnownQuestion("b", "q").is_answered_by("Anything.")
