"""What is wrong between articles that can each be read: links, repeats, contradictions, days."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations
from urllib.parse import unquote

from deskhand.knowledge.articles import ALWAYS, Article
from deskhand.knowledge.links import Link, LinkChecker, LinkedArticle, bare
from deskhand.knowledge.problems import Kind, Problem
from deskhand.knowledge.sources import MARKDOWN
from deskhand.knowledge.sources.reading import ReadArticle, Reading

_FEWEST_WORDS = 8
"""Shorter passages may be the same in many articles: "Ask us in the chat."."""


def check(reading: Reading, today: date) -> list[Problem]:
    """The problems of all articles of a thorough reading."""
    return [
        *_broken_links(reading),
        *_repeated_articles(reading.articles),
        *_contradictions(reading.articles),
        *_repeated_passages(reading.articles),
        *_days(reading.articles, today),
    ]


def _broken_links(reading: Reading) -> Iterator[Problem]:
    linked = [LinkedArticle(each.source, each.article) for each in reading.articles]
    # An article that can't be read now is there all the same.
    files = [*reading.listing.others, *(listed.source for listed in reading.listing.files)]
    checker = LinkChecker(linked, files)
    for each in linked:
        for link, problem in checker.broken(each):
            yield Problem(Kind.BROKEN_LINK, each.source, _line_of_link(each.article, link), problem)


def _repeated_articles(articles: Sequence[ReadArticle]) -> Iterator[Problem]:
    by_text, by_url = defaultdict(list), defaultdict(list)
    for each in articles:
        by_text[_text(each)].append(each)
        by_url[bare(each.article.url)].append(each)
    for same in by_text.values():
        for other in same[1:]:
            yield _repeat(other, f"says the same as {same[0].source}. Delete one of them.")
    for same in by_url.values():
        for one, other in combinations(same, 2):
            if _overlap(one.article, other.article) and _text(one) != _text(other):
                line = _line_of_field(other.article, "url")
                problem = f"has the same address as {one.source}: {other.article.url}"
                yield Problem(Kind.DUPLICATE_ARTICLE, other.source, line, problem)


def _contradictions(articles: Sequence[ReadArticle]) -> Iterator[Problem]:
    by_title = defaultdict(list)
    for each in articles:
        by_title[_words(each.article.title)].append(each)
    for same in by_title.values():
        for one, other in combinations(same, 2):
            first, second = one.article, other.article
            differ = _text(one) != _text(other)
            if differ and _meant_for_the_same(first, second) and _overlap(first, second):
                older, newer = sorted((one, other), key=lambda each: each.article.valid_from)
                line = _line_of_field(older.article, "valid_until" if older.article.valid_until else "valid_from")
                yield Problem(Kind.CONTRADICTION, older.source, line, _contradicting(older, newer))


def _contradicting(older: ReadArticle, newer: ReadArticle) -> str:
    begins = newer.article.valid_from
    since = "always" if begins == ALWAYS else f"from {begins}"
    ends = min((each.article.valid_until for each in (older, newer) if each.article.valid_until), default=None)
    until = f" until {ends}" if ends else ""
    remedy = "Give this one a valid_until." if older.article.valid_from < begins else "Give one of them a valid_until."
    return f"{newer.source} has the same title and says something else; both hold {since}{until}. {remedy}"


def _repeated_passages(articles: Sequence[ReadArticle]) -> Iterator[Problem]:
    found = defaultdict(list)
    for each in articles:
        for passage in each.passages:
            if len(passage.text.split()) >= _FEWEST_WORDS:
                found[_words(passage.text)].append((each, passage))
    whole = {_text(each) for each in articles}
    for same in found.values():
        (first, first_passage), *others = same
        for other, passage in others:
            is_whole_article = _text(first) == _text(other) and _text(first) in whole and first is not other
            if _overlap(first.article, other.article) and not is_whole_article:
                where = f"{first.source}:{first_passage.line}"
                problem = f"{passage.heading or 'the beginning'!r} says the same as {where}."
                yield Problem(Kind.DUPLICATE_PASSAGE, other.source, passage.line, problem)


def _days(articles: Sequence[ReadArticle], today: date) -> Iterator[Problem]:
    for each in articles:
        first, last = each.article.valid_from, each.article.valid_until
        if last is not None and last < today:
            line = _line_of_field(each.article, "valid_until")
            yield Problem(Kind.EXPIRED, each.source, line, f"held until {last}; nobody is shown it any more.")
        elif first > today:
            line = _line_of_field(each.article, "valid_from")
            yield Problem(Kind.NOT_YET_VALID, each.source, line, f"holds from {first}; nobody is shown it before.")


def _repeat(each: ReadArticle, problem: str) -> Problem:
    return Problem(Kind.DUPLICATE_ARTICLE, each.source, 1, problem)


def _meant_for_the_same(one: Article, other: Article) -> bool:
    return one.audience == other.audience and not set(one.readers_languages).isdisjoint(other.readers_languages)


def _overlap(one: Article, other: Article) -> bool:
    first = max(one.valid_from, other.valid_from)
    return all(each.valid_until is None or first <= each.valid_until for each in (one, other))


def _text(each: ReadArticle) -> str:
    return _words(" ".join(passage.text for passage in each.passages))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _line_of_link(article: Article, link: Link) -> int:
    """In Markdown the line is known; in another file it is the first with the link's target."""
    if article.file.suffix.lower() in MARKDOWN:
        return link.line
    return _line_with(article, re.escape(link.target), re.escape(unquote(link.target)))


def _line_of_field(article: Article, field: str) -> int:
    return _line_with(article, rf"^{field}\s*:", f"deskhand:{field}")


def _line_with(article: Article, *patterns: str) -> int:
    try:
        text = article.file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 1  # it was there a moment ago
    found = next((at for pattern in patterns if (at := re.search(pattern, text, re.MULTILINE))), None)
    return text.count("\n", 0, found.start()) + 1 if found else 1
