"""`deskhand knowledge gaps`, `draft`, `questions`, `wrong`, `reviewed`: what customers ask, and what became of it."""

from __future__ import annotations

import getpass
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskhand.cli.question_texts import as_json_text, counted, gap_lines, print_questions, question_lines, short
from deskhand.errors import DeskhandError

if TYPE_CHECKING:
    from deskhand.conversation.questions import Question
    from deskhand.knowledge.drafts import Draft
    from deskhand.knowledge.gaps import Gap
    from deskhand.store.database import Database
    from deskhand.store.questions import Questions

ARTICLES = Path("knowledge")
DRAFTS = Path("drafts")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_PERIOD = re.compile(r"(\d{1,4})\s*([hdw])", re.IGNORECASE)

Since = Annotated[
    str | None, typer.Option("--since", metavar="WHEN", help="Only what was asked since: 30d, 12h, 2w or 2026-03-01.")
]
Limit = Annotated[int, typer.Option("--limit", min=1, help="How many to show.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
By = Annotated[str | None, typer.Option("--by", help="Who says so; your user name, when not given.")]
QuestionId = Annotated[str, typer.Argument(metavar="QUESTION_ID", help="The id, or its beginning.")]


def gaps(since: Since = None, limit: Limit = 20, as_json: AsJson = False) -> None:
    """List what customers ask that the articles do not answer, the most wanted first.

    Questions that ask the same count as one gap. Those of which the answer did not help or was wrong are among them.
    """
    from deskhand.cli.connection import with_database

    begin = _moment(since)

    async def read(database: Database) -> list[Gap]:
        from deskhand.knowledge.gaps import find_gaps

        return await find_gaps(database, since=begin, limit=limit)

    found = with_database(read)
    if as_json:
        print(as_json_text(found))
    elif not found:
        print("No question is open: all were answered, or reviewed.")
    else:
        for gap in found:
            print("\n".join(gap_lines(gap)), end="\n\n")
        print("A draft of an article from what agents answered: deskhand knowledge draft ID")
        print('Where an article does answer: deskhand knowledge asked add ARTICLE "words of the answer" "question"')


def draft(
    targets: Annotated[
        list[str], typer.Argument(metavar="GAP_OR_CONVERSATION…", help="Ids from `gaps`, or of conversations.")
    ],
    to: Annotated[Path, typer.Option("--to", help="The folder to write into, outside the articles.")] = DRAFTS,
) -> None:
    """Make a draft of an article from what agents said in conversations that they resolved.

    It holds their sentences only, without greetings, names, numbers and what concerns one customer. It is marked as
    internal and to be reviewed, and is not among the articles.
    """
    from deskhand.cli.connection import with_database

    async def make(database: Database) -> Draft:
        from deskhand.knowledge.drafts import make_draft

        return await make_draft(database, targets)

    made = with_database(make)
    from deskhand.knowledge.drafts import write_draft

    file = write_draft(made, to, ARTICLES)
    lines = sum(len(block.lines) for block in made.blocks)
    print(f"{file}: {counted(lines, 'line')} of {made.origin}.")
    if made.passed_over:
        unused = counted(made.passed_over, "conversation")
        print(f"{unused} had nothing to use: not resolved by an agent, or nothing said that helps others.")
    print("It is for internal use until somebody has gone over it: the notes in it say what to do.")


def questions(
    show: Annotated[
        str | None, typer.Option("--show", metavar="ID", help="One question with all that is known.")
    ] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="Those whose answer an agent marked as wrong.")] = False,
    unanswered: Annotated[bool, typer.Option("--unanswered", help="Those without an answer.")] = False,
    since: Since = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List customers' questions for review, the newest first, or show one with its answer and passages."""
    from deskhand.cli.connection import with_database

    if wrong and unanswered:
        raise DeskhandError("A question without an answer has no wrong answer: give --wrong or --unanswered.")
    begin = _moment(since)

    async def read(database: Database) -> list[Question]:
        from deskhand.store.questions import Questions, Which

        if show is not None:
            return [await _only(Questions(database), show)]
        which = Which.WRONG if wrong else Which.UNANSWERED if unanswered else Which.ALL
        return await Questions(database).find(which, since=begin, limit=limit)

    found = with_database(read)
    if as_json:
        print(as_json_text(found[0] if show is not None else found))
    elif show is not None:
        print("\n".join(question_lines(found[0])))
    elif not found:
        print("There are no such questions.")
    else:
        print_questions(found)


def wrong(
    question_id: QuestionId,
    note: Annotated[str | None, typer.Option("--note", help="What is wrong, and what would be right.")] = None,
    by: By = None,
) -> None:
    """Mark the answer to a question as wrong. Question, answer and passages are kept for review."""
    from deskhand.cli.connection import with_database

    async def mark(database: Database) -> Question:
        from deskhand.store.questions import Questions

        repository = Questions(database)
        question = await _only(repository, question_id)
        return await repository.mark_wrong(question.id, by or _user(), note)

    marked = with_database(mark)
    print(f"Marked as wrong by {marked.marked_by}: {marked.text}")
    for passage in marked.passages:
        print(f"The answer came from {passage.source}: {' – '.join((passage.title, *passage.headings))}")
    print(f"When the article is right: deskhand knowledge reviewed {short(marked.id)}")


def reviewed(
    question_id: QuestionId,
    whole_gap: Annotated[bool, typer.Option("--gap", help="And all others of its gap.")] = False,
    by: By = None,
) -> None:
    """Say that a question, or a whole gap, was seen to: it is no gap any more."""
    from deskhand.cli.connection import with_database

    async def mark(database: Database) -> list[Question]:
        from deskhand.knowledge.gaps import gap_with
        from deskhand.store.questions import Questions

        repository = Questions(database)
        question = await _only(repository, question_id)
        gap = await gap_with(database, question.id) if whole_gap else None
        return [
            await repository.mark_reviewed(each, by or _user())
            for each in (gap.question_ids if gap is not None else (question.id,))
        ]

    for marked in with_database(mark):
        print(f"Reviewed by {marked.reviewed_by}: {marked.text}")


async def _only(repository: Questions, beginning: str) -> Question:
    from deskhand.store.questions import QuestionNotFound

    found = await repository.beginning_with(beginning)
    if not found:
        raise QuestionNotFound(
            f"No question has an id that begins with {beginning!r}. `deskhand knowledge questions` lists them; they "
            "are kept for DESKHAND_QUESTION_DAYS days."
        )
    if len(found) > 1:
        raise DeskhandError(f"Several questions have an id that begins with {beginning!r}. Give more of it.")
    return found[0]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # in a container, a user may have a number and no name
        raise DeskhandError("Say who you are: --by NAME.") from None


def _moment(since: str | None) -> datetime | None:
    """The moment that a person means; a day begins in the business's time zone."""
    if since is None:
        return None
    period = _PERIOD.fullmatch(since.strip())
    if period:
        return datetime.now(UTC) - int(period.group(1)) * _UNITS[period.group(2).lower()]
    from zoneinfo import ZoneInfo

    from deskhand.settings import get_settings

    try:
        return datetime.combine(date.fromisoformat(since.strip()), time(), ZoneInfo(get_settings().timezone))
    except ValueError:
        raise DeskhandError(f"--since {since!r} is no time. Give 30d, 12h, 2w, or a day like 2026-03-01.") from None
