"""How good answers are: right and cited, wrong, or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from deskhand.knowledge.answer import Answer, Knowledge
from deskhand.knowledge.known_questions import KnownQuestion
from deskhand.store.database import Database
from deskhand.store.knowledge_tables import articles


async def measure_answers(knowledge: Knowledge, questions: Sequence[KnownQuestion], db: Database) -> dict[str, Any]:
    """Counts over the questions that the articles answer, and over those that they don't."""
    async with db.begin() as connection:
        rows = await connection.execute(select(articles.c.source, articles.c.url))
        urls = {row.source: row.url for row in rows}
    verdicts = {question.id: "" for question in questions}
    for question in questions:
        previous = [question.previous] if question.previous else []
        verdicts[question.id] = verdict(question, await knowledge.answer(question.question, previous=previous), urls)
    answerable = [verdicts[each.id] for each in questions if each.answerable]
    others = [verdicts[each.id] for each in questions if not each.answerable]
    return {
        "answerable": {name: answerable.count(name) for name in ("right", "wrong", "none")},
        "unanswerable": {name: others.count(name) for name in ("wrong", "none")},
        "not_right": sorted(each.id for each in questions if verdicts[each.id] != _RIGHT[each.answerable]),
    }


_RIGHT = {True: "right", False: "none"}


def verdict(question: KnownQuestion, answer: Answer | None, urls: dict[str, str]) -> str:
    """ "none" for no answer; "right" for one that contains what it must and cites an article that says it."""
    if answer is None:
        return "none"
    cited = {citation.url for citation in answer.citations}
    gold = {urls[source] for source in question.articles if source in urls}
    return "right" if question.is_answered_by(answer.text) and cited & gold else "wrong"
