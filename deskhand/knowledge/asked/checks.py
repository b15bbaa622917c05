"""What is wrong in files of asked questions that can each be read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from deskhand.knowledge.articles import Article, Audience
from deskhand.knowledge.asked.files import AskedEntry, AskedFiles, AskedQuestion
from deskhand.knowledge.asked.places import find
from deskhand.knowledge.problems import Kind, Problem
from deskhand.knowledge.sources.reading import ReadArticle, Reading

Asked = tuple[AskedEntry, AskedQuestion]


def check_asked(asked: AskedFiles, reading: Reading, today: date) -> list[Problem]:
    """The problems of all entries, beside a thorough reading of the articles."""
    articles = {each.source: each for each in reading.articles}
    unread = {
        *reading.failed,
        *(source for source in map(_source_named, asked.entries) if reading.listing.is_unseen(source)),
    }
    return [
        *(_problem(source, 1, "is not read: this folder is for asked questions.") for source in asked.misplaced),
        *(
            problem
            for each in asked.entries
            if _source_named(each) not in unread
            for problem in _wrong_places(each, articles)
        ),
        *_useless(asked, articles, today),
        *_repeated(asked, articles),
    ]


def _source_named(entry: AskedEntry) -> str:
    return entry.article or entry.near or ""


def _wrong_places(entry: AskedEntry, articles: dict[str, ReadArticle]) -> Iterator[Problem]:
    if entry.article is None:
        if entry.near and entry.near not in articles:
            problem = f"'near' names {entry.near}, which is no article of this folder."
            yield _problem(entry.source, entry.line, problem)
        return
    if entry.article not in articles:
        yield _problem(entry.source, entry.line, f"{entry.article} is no article of this folder; nobody is answered.")
        return
    found = find(entry.answer, articles[entry.article].passages)
    if found.times == 0:
        problem = f"{entry.answer!r} is not in {entry.article} any more; nobody is answered."
        yield _problem(entry.source, entry.line, problem)
    elif found.times > 1:
        problem = f"{entry.answer!r} is in {entry.article} {found.times} times; the first one counts. Give more words."
        yield _problem(entry.source, entry.line, problem)


def _useless(asked: AskedFiles, articles: dict[str, ReadArticle], today: date) -> Iterator[Problem]:
    """Once for each article in a file."""
    seen = set()
    for entry in asked.entries:
        if entry.article not in articles or (entry.source, entry.article) in seen:
            continue
        seen.add((entry.source, entry.article))
        article = articles[entry.article].article
        if article.audience is not Audience.CUSTOMER:
            yield _problem(entry.source, entry.line, f"{entry.article} is internal: no customer is answered from it.")
        elif article.valid_until is not None and article.valid_until < today:
            problem = f"{entry.article} held until {article.valid_until}: nobody is answered from it any more."
            yield Problem(Kind.EXPIRED, entry.source, entry.line, problem)


def _repeated(asked: AskedFiles, articles: dict[str, ReadArticle]) -> Iterator[Problem]:
    by_text: dict[str, list[Asked]] = defaultdict(list)
    for entry in asked.entries:
        for question in entry.questions:
            same = by_text[_comparable(question.text)]
            first = next((each for each in same if _clash(each[0], entry, articles)), None)
            if first is not None:
                yield _problem(entry.source, question.line, _repeat(first, entry, question))
            same.append((entry, question))


def _repeat(first: Asked, entry: AskedEntry, question: AskedQuestion) -> str:
    where = f"{first[0].source}:{first[1].line}"
    if (first[0].article is None) != (entry.article is None):
        return f"{question.text!r} is both answered and unanswered: see {where}."
    if first[0].article != entry.article:
        return f"{question.text!r} is answered by another article, too: see {where}."
    return f"{question.text!r} is there twice: see {where}."


def _clash(one: AskedEntry, other: AskedEntry, articles: dict[str, ReadArticle]) -> bool:
    """Last year's article and this year's may well answer the same question."""
    first, second = articles.get(one.article or ""), articles.get(other.article or "")
    if first is None or second is None or first is second:
        return True
    return _hold_together(first.article, second.article)


def _hold_together(one: Article, other: Article) -> bool:
    begins = max(one.valid_from, other.valid_from)
    return all(each.valid_until is None or begins <= each.valid_until for each in (one, other))


def _comparable(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold())) or text


def _problem(source: str, line: int, text: str) -> Problem:
    return Problem(Kind.ASKED_QUESTION, source, line, text)
