"""Problems between articles that can each be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from deskhand.knowledge.problems import Kind, Problem
from deskhand.knowledge.sync import check_folder

TODAY = date(2026, 6, 1)
LONG = "Dry the tent for at least two full days before you pack it away."


@pytest.fixture
def found(tmp_path: Path) -> Callable[[], list[Problem]]:
    return lambda: check_folder(tmp_path, TODAY).problems


def test_good_articles_have_no_problems(write_article, found) -> None:
    write_article("a.md", "## A\n\nSee [b](b.md).", title="A")
    write_article("b.md", "## B\n\nAsk us.", title="B")

    assert found() == []


def test_each_problem_has_its_file_and_line(write_article, found, tmp_path: Path) -> None:
    write_article("in/a.md", "## A\n\nSee [this](gone.md).", title="A")
    write_article("old.md", "## B\n\nText b.", title="B", valid_until="2026-05-31")
    write_article("new.md", "## C\n\nText c.", title="C", valid_from="2026-06-02")
    write_article("bad.md", "Text.", title="D", audience="all")
    write_article("empty.md", "## Heading\n\n### Another", title="E")
    (tmp_path / "page.html").write_text("<html>\n<head></head><p>Text</p></html>", encoding="utf-8")

    assert [str(problem) for problem in found()] == [
        "bad.md:4: can't be read: audience is 'all'; it must be customer or internal.",
        "page.html:1: can't be read: the front matter needs a text as 'title'.",
        "empty.md:8: empty: the article has headings and nothing below them.",
        "in/a.md:10: broken link: 'gone.md' is no file of this folder.",
        "old.md:6: expired: held until 2026-05-31; nobody is shown it any more.",
        "new.md:5: not yet valid: holds from 2026-06-02; nobody is shown it before.",
    ]


def test_articles_with_one_title_contradict_each_other_while_both_hold(write_article, found) -> None:
    write_article("old.md", "It costs £3.", title="Delivery prices", valid_from="2025-01-01")
    write_article("new.md", "It costs £4.", title="Delivery  Prices", valid_from="2026-03-01", valid_until="2026-12-31")

    [problem] = found()
    assert (problem.kind, problem.source, problem.line) == (Kind.CONTRADICTION, "old.md", 5)
    assert problem.text == (
        "new.md has the same title and says something else; both hold from 2026-03-01 until 2026-12-31. "
        "Give this one a valid_until."
    )


@pytest.mark.parametrize("fields", [{"valid_until": "2026-02-28"}, {"audience": "internal"}, {"languages": "de"}])
def test_articles_that_never_meet_do_not_contradict(write_article, found, fields: dict[str, str]) -> None:
    write_article("old.md", "It costs £3.", title="Prices", **({"valid_from": "2025-01-01"} | fields))
    write_article("new.md", "It costs £4.", title="Prices", valid_from="2026-03-01")

    assert [problem for problem in found() if problem.kind is not Kind.EXPIRED] == []


def test_an_article_that_is_there_twice_is_named_once(write_article, found) -> None:
    write_article("a.md", f"## A\n\n{LONG}", title="A")
    write_article("b.md", f"## A\n\n**{LONG}**", title="B")

    [problem] = found()
    assert (problem.kind, problem.source) == (Kind.DUPLICATE_ARTICLE, "b.md")
    assert problem.text == "says the same as a.md. Delete one of them."


def test_two_articles_at_one_address_are_named(write_article, found) -> None:
    write_article("a.md", "Text a.", title="A", url="https://shop.example/x")
    write_article("b.md", "Text b.", title="B", url="https://shop.example/x/")

    [problem] = found()
    assert (problem.kind, problem.source, problem.line) == (Kind.DUPLICATE_ARTICLE, "b.md", 3)


def test_a_passage_that_is_there_twice_is_named(write_article, found) -> None:
    write_article("a.md", f"## A\n\n{LONG}\n\n## Z\n\nAsk us.", title="A")
    write_article("b.md", f"## B\n\nText.\n\n## Drying\n\n{LONG}\n\n## Z\n\nAsk us.", title="B")

    [problem] = found()
    assert (problem.kind, problem.source, problem.line) == (Kind.DUPLICATE_PASSAGE, "b.md", 12)
    assert problem.text == "'Drying' says the same as a.md:8."


def test_a_broken_link_of_a_page_has_its_line(found, tmp_path: Path) -> None:
    page = (
        '<title>T</title>\n<link rel="canonical" href="https://a.example/t">\n<p>One\n<a href="gone one.html">two</a>'
    )
    (tmp_path / "page.html").write_text(page, encoding="utf-8")

    [problem] = found()
    assert (problem.kind, problem.source, problem.line) == (Kind.BROKEN_LINK, "page.html", 4)
