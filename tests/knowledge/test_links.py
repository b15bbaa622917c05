"""Links that lead nowhere are found, and no others are complained about."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskhand.knowledge.articles import ALWAYS, Article, Audience
from deskhand.knowledge.links import LinkChecker, LinkedArticle

OTHER = "## The stove won't light\n\nText.\n\n## Twice\n\nA.\n\n## Twice\n\nB.\n\n<a id='own'></a>\n\nC."


def linked(source: str, body: str, anchors: frozenset[str] = frozenset()) -> LinkedArticle:
    url = f"https://shop.example/help/{Path(source).stem}"
    article = Article("T", url, Audience.CUSTOMER, ALWAYS, None, body, Path(source), first_line=8, anchors=anchors)
    return LinkedArticle(source, article)


def problems(target: str, source: str = "care/tents.md") -> list[str]:
    articles = [
        linked(source, f"## Here\n\nSee [this]({target})."),
        linked("care/stove.md", OTHER),
        linked("pages/lamp.html", "Text.", frozenset({"battery"})),
        linked("guides/tent.pdf", "Text."),
    ]
    checker = LinkChecker(articles, ["care/picture.png", "care/broken.md"])
    return [problem for _, problem in checker.broken(articles[0])]


@pytest.mark.parametrize(
    "target",
    [
        "stove.md",
        "./stove.md#the-stove-wont-light",
        "stove.md#twice-1",
        "stove.md#own",
        "../care/stove.md",
        "../pages/lamp.html#battery",
        "../guides/tent.pdf#page=3",
        "../guides/tent.pdf#any",
        "picture.png",
        "broken.md",
        "#here",
        "#top",
        "/tents",
        "/pages/lamp.html",
        "stove",
        "https://shop.example/help/stove#twice",
        "https://other.example:8080/path?a=b#c",
        "http://[::1]/",
        "//cdn.example/x.png",
        "mailto:help@shop.example?subject=Hi",
        "tel:+44%2020%207946%200000",
    ],
)
def test_good_links_are_left_alone(target: str) -> None:
    assert problems(target) == []


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("gone.md", "is no file of this folder"),
        ("../stove.md", "is no file of this folder"),
        ("../../outside.md", "is no file of this folder"),
        ("stove.md#nothing", "names a heading that care/stove.md doesn't have"),
        ("../pages/lamp.html#bulb", "names a heading that pages/lamp.html doesn't have"),
        ("https://shop.example/help/stove#nothing", "names a heading"),
        ("#there", "names a heading that care/tents.md doesn't have"),
        ("#", "leads nowhere"),
        ("https:///path", "isn't well formed"),
        ("http://shop..example/", "isn't well formed"),
        ("https://[shop", "isn't well formed"),
        ("htps://shop.example", "begins with 'htps:'"),
        ("mailto:help", "isn't well formed"),
        ("tel:call-us", "isn't well formed"),
    ],
)
def test_links_that_lead_nowhere_are_named(target: str, words: str) -> None:
    [problem] = problems(target)

    assert words in problem


def test_pictures_count_and_the_line_is_that_of_the_paragraph() -> None:
    article = linked("a.md", "One.\n\n![Alt](gone.png)\n\n- [x](gone.md)")
    found = list(LinkChecker([article], []).broken(article))

    assert [(link.target, link.line) for link, _ in found] == [("gone.png", 10), ("gone.md", 12)]
