"""Asked questions as questions whose answers are known: the decision whether to answer is fitted on them, too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from deskhand.knowledge.articles import Audience
from deskhand.knowledge.asked.files import AskedEntry, read_asked
from deskhand.knowledge.asked.places import find
from deskhand.knowledge.known_questions import KnownQuestion
from deskhand.knowledge.sources.reading import ReadArticle, read_folder


def known_from(root: Path, day: date) -> list[tuple[KnownQuestion, tuple[str, ...]]]:
    """Each question that is unanswered or that an article for customers answers on the day, with all of its entry.

    Raises `NoArticles`.
    """
    reading = read_folder(root, known={}, maker="", thorough=True)
    articles = {
        each.source: each
        for each in reading.articles
        if each.article.audience is Audience.CUSTOMER and each.article.is_valid_on(day)
    }
    return [known for entry in read_asked(root).entries for known in _known(entry, articles)]


def _known(entry: AskedEntry, articles: dict[str, ReadArticle]) -> list[tuple[KnownQuestion, tuple[str, ...]]]:
    texts = tuple(question.text for question in entry.questions)
    found: tuple[str, ...] = ()
    if entry.article is not None:
        found = _answer(entry, articles.get(entry.article))
        if not found:
            return []
    sources = (entry.article,) if entry.article is not None else ()
    return [
        (KnownQuestion(f"{entry.source}:{each.line}", each.text, None, sources, found), texts)
        for each in entry.questions
    ]


def _answer(entry: AskedEntry, article: ReadArticle | None) -> tuple[str, ...]:
    """The first sentence of the answer; nothing where it isn't there."""
    places = find(entry.answer, article.passages).places if article else ()
    if not places or article is None:
        return ()
    passage = article.passages[places[0].position]
    first, _ = places[0].sentences or (0, 0)
    return ((*passage.sentences, *passage.steps)[first],)
