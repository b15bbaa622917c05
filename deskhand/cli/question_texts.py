"""Gaps and questions, as the command line shows them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from deskhand.conversation.questions import Question
    from deskhand.knowledge.gaps import Gap, NearArticle

_SHORT = 8
_STANDINGS = {
    "far": "about something else: nothing is written on this",
    "not_good_enough": "it exists, but its words did not answer",
    "expired": "expired",
    "not_yet_valid": "not valid yet",
    "internal": "internal: customers may not see it",
}


def short(question_id: UUID) -> str:
    return str(question_id)[:_SHORT]


def counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def as_json_text(found: Gap | Question | Sequence[Gap] | Sequence[Question]) -> str:
    data = [asdict(each) for each in found] if isinstance(found, Sequence) else asdict(found)
    return json.dumps(data, indent=1, ensure_ascii=False, default=_json_value)


def gap_lines(gap: Gap) -> list[str]:
    """A gap in a few lines."""
    parts = [(gap.unanswered, "unanswered"), (gap.not_helped, "of no help"), (gap.wrong, "wrong")]
    outcome = ", ".join(f"{number} {what}" for number, what in parts if number)
    asked = f"asked {gap.first_asked:%d %b}" + (
        "" if gap.first_asked.date() == gap.last_asked.date() else f" to {gap.last_asked:%d %b}"
    )
    lines = [
        f"{short(gap.question_id)}  {' · '.join(gap.words) or '–'}",
        f"  “{gap.question}”",
        f"  {counted(gap.questions, 'question')} in {counted(gap.conversations, 'conversation')} ({outcome}), {asked}",
    ]
    lines += [f"  also: “{text}”" for text in gap.examples[:2]]
    return [*lines, f"  nearest: {_article(gap.article)}"]


def question_lines(question: Question) -> list[str]:
    """All that is known about a question."""
    lines = [
        f"Question      {question.id}",
        f"Asked         {question.asked_at:%Y-%m-%d %H:%M} UTC",
        f"Conversation  {question.conversation_id or '(not known)'}",
        f"Text          {question.text}",
        f"Confidence    {'' if question.confidence is None else f'{question.confidence:.2f}'}",
        f"Feedback      {_outcome(question)}",
    ]
    if question.marked_by:
        lines.append(f"Marked by     {question.marked_by}{f': {question.note}' if question.note else ''}")
    if question.reviewed_at:
        lines.append(f"Reviewed      {question.reviewed_at:%Y-%m-%d %H:%M} UTC by {question.reviewed_by}")
    if question.answer:
        lines += ["", "Answer", *(f"  {line}" for line in question.answer.splitlines())]
    for passage in question.passages:
        kind = "Passage" if question.answered else "Found, but not good enough"
        lines += ["", f"{kind}: {' – '.join((passage.title, *passage.headings))} ({passage.source})"]
        lines += [f"  {line}" for line in passage.text.splitlines()]
    return lines


def print_questions(found: Sequence[Question]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("Id", "Asked (UTC)", "What became of it", "Question", "From", box=None, pad_edge=False)
    for question in found:
        source = question.passages[0].source if question.answered and question.passages else ""
        cells = (short(question.id), f"{question.asked_at:%d %b %H:%M}", _outcome(question), question.text, source)
        table.add_row(*map(_unmarked, cells))
    Console().print(table)


def _article(article: NearArticle | None) -> str:
    if article is None:
        return "there are no articles; `deskhand knowledge sync` reads them"
    changed = "; changed since it was last asked" if article.changed_since else ""
    return f"{article.title} ({article.source}, {article.similarity:.2f}): {_STANDINGS[article.standing]}{changed}"


def _outcome(question: Question) -> str:
    outcome = "no answer" if not question.answered else question.feedback or "answered"
    return outcome.replace("_", " ") + (", reviewed" if question.reviewed_at else "")


def _unmarked(text: str) -> str:
    """Customers' brackets are no markup of the table's."""
    from rich.markup import escape

    return escape(text)


def _json_value(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
