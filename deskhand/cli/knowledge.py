"""`deskhand knowledge …`: the articles that questions are answered from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskhand.cli import knowledge_gaps

if TYPE_CHECKING:
    from datetime import date

    from deskhand.knowledge.problems import Problem
    from deskhand.knowledge.sync import SyncReport

FOLDER = Path("knowledge")
app = typer.Typer(help="The articles that questions are answered from.", no_args_is_help=True)


for name in ("gaps", "draft", "questions", "wrong", "reviewed"):
    app.command(name)(getattr(knowledge_gaps, name))


asked = typer.Typer(help="What customers ask, with the places in the articles that answer.", no_args_is_help=True)
app.add_typer(asked, name="asked")


@asked.command("add")
def add_asked(
    article: Annotated[str, typer.Argument(help="The article's file below the folder: shipping/delivery.md")],
    words: Annotated[str, typer.Argument(metavar="WORDS", help="Words of the article, where the answer stands.")],
    question: Annotated[str, typer.Argument(help="The question, as the customer worded it.")],
    folder: Annotated[Path, typer.Option("--folder", help="The articles.")] = FOLDER,
) -> None:
    """Say which place in an article answers a question: others who ask like it get that answer, too.

    It is written into a file below knowledge/asked/, whose other lines stay as they are.
    """
    from deskhand.knowledge.asked.adding import add

    added = add(folder, article, words, question)
    print(f"{added.file}:{added.line}: answered by: {added.passage}")
    print("From the next sync on: deskhand knowledge sync")


@app.command()
def sync(
    folder: Annotated[Path, typer.Option("--folder", help="The articles.")] = FOLDER,
    check: Annotated[
        bool, typer.Option("--check", help="Only report problems: store nothing. Needs no database.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Read only what changed; look for no problems between articles.")
    ] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Store also that there is no article left at all.")] = False,
) -> None:
    """Bring what is answered from up to date with the articles, and report what is wrong with them.

    It may run while customers are being served. The exit code is 1 when a file could not be read: what it said
    before stays. docs/knowledge.md is for writers of articles.
    """
    from deskhand.cli import knowledge_report as report

    if check:
        problems = _check(folder)
    else:
        done = _sync(folder, quick, empty)
        problems = done.problems
        report.show_changes(done)
    if problems or not quick:
        report.show_problems(problems)
    raise typer.Exit(1 if any(report.is_grave(problem) for problem in problems) else 0)


def _check(folder: Path) -> list[Problem]:
    from deskhand.cli import knowledge_report as report
    from deskhand.knowledge.sync import check_folder

    with report.progress() as told:
        reading = check_folder(folder, _today(), told.reading)
    report.show_counts(reading)
    return reading.problems


def _sync(folder: Path, quick: bool, empty: bool) -> SyncReport:
    from deskhand.cli import knowledge_report as report
    from deskhand.cli.connection import with_database
    from deskhand.knowledge.sync import built_in, sync

    with report.progress() as told:
        return with_database(
            lambda db: sync(folder, db, built_in(), _today(), progress=told, thorough=not quick, may_empty=empty)
        )


def _today() -> date:
    """The business's day."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from deskhand.settings import get_settings

    return datetime.now(ZoneInfo(get_settings().timezone)).date()
