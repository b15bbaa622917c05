"""A question is added to a file whose other lines stay as they are."""

from __future__ import annotations

import pytest

from deskhand.knowledge.articles import ArticleError
from deskhand.knowledge.asked.adding import CannotAdd, add
from deskhand.knowledge.asked.files import read_asked

BODY = "## Price\n\nDelivery costs £3.95. It takes two days.\n\n## Islands\n\nIslands cost more."
FILE = """\
# Ours.

- article: shipping/delivery.md   # the usual
  answer: "Delivery costs"
  questions:
  -   how much is postage
  -   'what''s the charge'   # often

# Later.
- unanswered: true
  questions:
    - by drone?
"""


@pytest.fixture
def root(write_article, tmp_path):
    write_article("shipping/delivery.md", BODY, title="Delivery")
    return tmp_path


def test_the_first_question_makes_a_file_of_the_articles_topic(root) -> None:
    added = add(root, "shipping/delivery.md", "It takes two days", "how long: days?")

    assert (added.file, added.line, added.passage) == (root / "asked/shipping.yml", 4, "It takes two days.")
    assert added.file.read_text(encoding="utf-8") == (
        "- article: shipping/delivery.md\n  answer: It takes two days\n  questions:\n    - 'how long: days?'\n"
    )


def test_a_question_with_a_known_answer_joins_its_entry(root) -> None:
    file = root / "asked/own.yml"
    file.parent.mkdir()
    file.write_text(FILE, encoding="utf-8")
    added = add(root, "shipping/delivery.md", "£3.95", "how  dear is it")

    assert (added.file, added.line) == (file, 8)
    assert file.read_text(encoding="utf-8") == FILE.replace("# often\n", "# often\n  - how dear is it\n")


def test_another_answer_of_the_article_goes_to_the_end_of_its_file(root) -> None:
    file = root / "asked/own.yml"
    file.parent.mkdir()
    file.write_text(FILE.rstrip("\n"), encoding="utf-8")
    add(root, "shipping/delivery.md", "Islands", "and to an island?")

    assert file.read_text(encoding="utf-8").startswith(FILE)
    assert read_asked(root).entries[-1].answer == "Islands"


def test_what_is_written_in_one_line_is_not_taken_apart(root) -> None:
    file = root / "asked/own.yml"
    file.parent.mkdir()
    line = "- {article: shipping/delivery.md, answer: Islands, questions: [and islands]}\n"
    file.write_text(line, encoding="utf-8")
    add(root, "shipping/delivery.md", "Islands", "to an island?")

    assert file.read_text(encoding="utf-8").startswith(line)
    assert [q.text for e in read_asked(root).entries for q in e.questions] == ["and islands", "to an island?"]


@pytest.mark.parametrize(
    ("article", "words", "question", "problem"),
    [
        ("shipping/none.md", "Islands", "q", "no article shipping/none.md"),
        ("shipping/delivery.md", "It is free", "q", "is not in shipping/delivery.md"),
        ("shipping/delivery.md", "Islands", " ?", "is empty"),
        ("shipping/delivery.md", "Islands", "How much is POSTAGE", r"there already: .*own\.yml:6"),
    ],
)
def test_what_would_be_of_no_use_is_refused(root, article: str, words: str, question: str, problem: str) -> None:
    file = root / "asked/own.yml"
    file.parent.mkdir()
    file.write_text(FILE, encoding="utf-8")
    with pytest.raises(CannotAdd, match=problem):
        add(root, article, words, question)

    assert file.read_text(encoding="utf-8") == FILE


def test_a_file_that_cannot_be_read_is_left_alone(root) -> None:
    (root / "asked").mkdir()
    (root / "asked/shipping.yml").write_text("- no", encoding="utf-8")
    with pytest.raises(ArticleError, match=r"shipping\.yml:1"):
        add(root, "shipping/delivery.md", "Islands", "islands?")
