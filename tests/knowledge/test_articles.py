from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from deskhand.knowledge.articles import ArticleError, Audience
from deskhand.knowledge.problems import Kind
from deskhand.knowledge.sources.markdown import read_article, read_articles
from deskhand.knowledge.sync import check_folder

ROOT = Path(__file__).parents[2]


def test_front_matter_is_read(write_article):
    article = read_article(write_article(title='"Tents: care"', valid_until="2026-12-31"))

    assert article.title == "Tents: care"
    assert article.url == "https://shop.example/article"
    assert article.audience is Audience.CUSTOMER
    assert (article.valid_from, article.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert article.body == "## Heading\n\nA sentence."


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 2, 28), True),
        (date(2026, 3, 1), False),
    ],
)
def test_article_holds_from_its_first_day_to_its_last(write_article, day, valid):
    assert read_article(write_article(valid_until="2026-02-28")).is_valid_on(day) is valid


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("# No front matter\n", 1, "begins with a line '---'"),
        ("", 1, "begins with a line '---'"),
        ("---\ntitle: T\n", 2, "no closing line"),
        ("---\ntitle: [T\n---\nText.\n", 2, "isn't valid YAML"),
        ("---\n- title\n---\nText.\n", 2, "needs lines like"),
        ("---\ntitle: T\nautor: x\n---\nText.\n", 3, "unknown field 'autor'"),
        ("---\ntitle: T\nurl: help/t\naudience: customer\nvalid_from: 2026-01-01\n---\nText.\n", 3, "web address"),
        ("---\ntitle: T\nurl: https://a.b\naudience: all\nvalid_from: 2026-01-01\n---\nText.\n", 4, "customer or"),
        ("---\ntitle: T\nurl: https://a.b\naudience: customer\nvalid_from: soon\n---\nText.\n", 5, "a day like"),
        ("---\ntitle: T\nurl: https://a.b\naudience: customer\n---\nText.\n", 1, "valid_from must be a day"),
        ("---\ntitle: T\nurl: https://a.b\naudience: customer\nvalid_from: 2026-01-01\n---\n\n", 7, "empty"),
        ("---\ntitle: T\nvalid_from: 2026-02-30\n---\nText.\n", 2, "isn't valid YAML"),
    ],
)
def test_a_broken_article_is_named_with_file_and_line(tmp_path, text, line, words):
    file = tmp_path / "broken.md"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ArticleError) as caught:
        read_article(file)

    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert words in str(caught.value)


def test_an_end_before_the_beginning_is_refused(write_article):
    with pytest.raises(ArticleError, match=r":6: valid_until is before valid_from"):
        read_article(write_article(valid_until="2025-01-01"))


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ArticleError, match="no such folder"):
        read_articles(tmp_path / "nowhere")


def test_articles_are_found_in_subfolders(write_article, tmp_path):
    write_article("b/two.md")
    write_article("a/one.md")

    assert [article.file.name for article in read_articles(tmp_path)] == ["one.md", "two.md"]


def test_the_shops_articles_are_in_order():
    """Some repeat or contradict each other, as in life, and some are for later or over."""
    as_in_life = {Kind.CONTRADICTION, Kind.DUPLICATE_ARTICLE, Kind.DUPLICATE_PASSAGE, Kind.EXPIRED, Kind.NOT_YET_VALID}
    reading = check_folder(ROOT / "knowledge", date(2026, 6, 1))

    assert len(reading.articles) >= 60
    assert [str(problem) for problem in reading.problems if problem.kind not in as_in_life] == []


@pytest.mark.parametrize(
    ("languages", "expected"),
    [("no-such", ("no-such",)), ("[en, pt-BR]", ("en", "pt-BR")), ('"no"', ("no",)), ("[de, de]", ("de",))],
)
def test_languages_are_read(write_article, languages, expected):
    assert read_article(write_article(languages=languages)).languages == expected


@pytest.mark.parametrize("languages", ["no", "English", "[]", "[en, 1]", "{en: 1}"])
def test_what_is_no_language_is_refused(write_article, languages):
    with pytest.raises(ArticleError, match=r":6: languages must be a language"):
        read_article(write_article(languages=languages))


def test_who_reads_a_language_reads_its_varieties(write_article):
    article = read_article(write_article(languages="[en-GB, pt-BR, pt]"))

    assert article.readers_languages == ("en-GB", "en", "pt-BR", "pt")
    assert read_article(write_article()).languages == ("en",)
