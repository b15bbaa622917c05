"""Measures how well questions find their articles, beside BM25 alone, dense search alone and both fused; how good the
answers are; how long they take; and how fast articles are synced.

    python -m benchmarks.knowledge --wixqa wixqa.jsonl --questions tests/knowledge/heldout

What is not asked for keeps the figures that it has in the results file.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import torch
from psycopg import sql

from benchmarks import knowledge_data, knowledge_speed
from benchmarks.errors import BenchmarkError
from benchmarks.knowledge_answers import measure_answers
from benchmarks.knowledge_data import Set
from benchmarks.knowledge_report import knowledge_tables
from benchmarks.knowledge_sides import OURS, SIDES, hits, our_rankings, plain_rankings, read_corpus
from benchmarks.report import README, write_section
from benchmarks.understanding import machine
from deskhand.errors import DeskhandError
from deskhand.knowledge.answer import Knowledge
from deskhand.knowledge.known_questions import read_known_questions
from deskhand.knowledge.retrieval import Retriever, shared_embedder
from deskhand.knowledge.sync import built_in, sync
from deskhand.knowledge.words import Vocabulary, read_vocabulary
from deskhand.store import embedded, migrations
from deskhand.store.database import Database
from deskhand.store.embedded import EmbeddedServer
from deskhand.store.passages import Passages

PROJECT = Path(__file__).resolve().parent.parent
DEFAULT_OUT = Path(__file__).resolve().parent / "results" / "knowledge.json"
FIRST = (1, 3, 5)
DEEP = 60
"""So many passages are looked at, that there are five articles among them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 when all was measured, 1 when something was missing."""
    options = parse_arguments(arguments)
    try:
        figures = read_figures(options.out)
        asyncio.run(measure_all(options, figures))
        text = knowledge_tables(figures)
        print(text)
        if options.out == DEFAULT_OUT:
            write_section(README, "knowledge", text)
    except DeskhandError as exc:
        print(exc, file=sys.stderr)
        return 1
    return 0


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.knowledge", description=str(__doc__).split("\n\n")[0])
    parser.add_argument("--wixqa", type=Path, help="WixQA: a file of JSON lines")
    parser.add_argument("--questions", type=Path, nargs="+", default=[], help="files or folders of known questions")
    parser.add_argument("--articles", type=Path, default=PROJECT / "knowledge", help="the articles that these are on")
    parser.add_argument("--passages", type=int, default=0, help="how many to measure speed at; 0: don't measure it")
    parser.add_argument("--day", type=date.fromisoformat, default=date(2026, 11, 21), help="on which the articles hold")
    parser.add_argument("--threads", type=int, help="of the encoder when syncing; default: PyTorch's own")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="default: benchmarks/results/knowledge.json")
    return parser.parse_args(arguments)


def read_figures(file: Path) -> dict[str, Any]:
    """What was measured before; nothing where there is no such file. Raises `BenchmarkError`."""
    if not file.exists():
        return {}
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise BenchmarkError(f"{file} is not a results file ({exc!r}). Name another with --out.") from exc
    return content


async def measure_all(options: argparse.Namespace, figures: dict[str, Any]) -> None:
    """Each set in a database of its own; the figures are written after each."""
    if options.threads:
        torch.set_num_threads(options.threads)
    figures["machine"], figures["day"] = machine(), options.day.isoformat()
    with tempfile.TemporaryDirectory(prefix="deskhand-benchmark-") as scratch:
        folder = Path(scratch)
        server = await asyncio.to_thread(embedded.start, folder / "postgres")
        try:
            if options.wixqa:
                found = knowledge_data.wixqa(options.wixqa, folder / "wixqa")
                figures["wixqa"] = await measure_finding(found, server, options.day)
                write_figures(options.out, figures)
            if options.questions:
                found = knowledge_data.project(options.articles, options.questions)
                figures["project"] = await measure_finding(found, server, options.day)
                figures["answers"] = await measure_project_answers(found, options, server)
                write_figures(options.out, figures)
            if options.passages:
                figures["speed"] = await measure_speed(options, server, folder)
                write_figures(options.out, figures)
        finally:
            await asyncio.to_thread(server.stop)


def write_figures(file: Path, figures: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


async def measure_finding(found: Set, server: EmbeddedServer, day: date) -> dict[str, Any]:
    """For each side the shares of questions with a right article among the first ones."""
    questions = [question for question in found.questions if question.gold]
    async with database(server, found.name) as db:
        report = await sync(found.articles, db, built_in(), day)
        corpus = await read_corpus(db, day)
        _check_gold(found, set(corpus.sources))
        rankings = plain_rankings(corpus, questions, shared_embedder())
        rankings[OURS] = await our_rankings(retriever(db, found, day), questions, DEEP)
    return {
        "questions": len(questions),
        "articles": len(set(corpus.sources)),
        "passages": report.passages,
        "hits": {side: {str(n): hits(rankings[side], questions, n) for n in FIRST} for side in SIDES},
    }


def _check_gold(found: Set, sources: set[str]) -> None:
    for question in found.questions:
        if question.gold and question.gold.isdisjoint(sources):
            raise BenchmarkError(
                f"{question.id} is answered by {', '.join(sorted(question.gold))}, which is not among the articles for "
                "customers that hold on the day."
            )


async def measure_project_answers(found: Set, options: argparse.Namespace, server: EmbeddedServer) -> dict[str, Any]:
    """What the assistant would say to each question of the files."""
    async with database(server, f"{found.name}_answers") as db:
        await sync(found.articles, db, built_in(), options.day)
        knowledge = Knowledge(retriever(db, found, options.day), vocabulary=synonyms(found))
        return await measure_answers(knowledge, read_known_questions(options.questions), db)


async def measure_speed(options: argparse.Namespace, server: EmbeddedServer, folder: Path) -> dict[str, Any]:
    """Of made articles with `options.passages` passages, asked the questions of all sets."""
    sets = [knowledge_data.wixqa(options.wixqa, folder / "wixqa")] if options.wixqa else []
    sets += [knowledge_data.project(options.articles, options.questions)] if options.questions else []
    examples = [example for each in sets for example in knowledge_data.examples(each.articles)]
    if not examples:
        raise BenchmarkError("Speed is measured with --wixqa, --questions or both: with their articles and questions.")
    knowledge_data.write_many(options.passages, examples, folder / "many")
    made = Set("many", folder / "many", tuple(question for each in sets for question in each.questions))
    async with database(server, made.name) as db:
        synced = await knowledge_speed.sync_speed(made.articles, db, options.day)
        bare = knowledge_speed.bare_speed(knowledge_data.texts(made.articles))
        finder = retriever(db, made, options.day)
        knowledge = Knowledge(finder, vocabulary=synonyms(made))
        steps = {
            "retrieval": lambda question: finder.search(question.text, previous=question.previous),
            "answer": lambda question: knowledge.answer(
                question.text, previous=[question.previous] if question.previous else []
            ),
        }
        times = await knowledge_speed.latency(shared_embedder(), made.questions, steps)
    return {**synced, **bare, **times, "threads": torch.get_num_threads()}


def retriever(db: Database, found: Set, day: date) -> Retriever:
    return Retriever(Passages(db), synonyms(found), today=lambda: day)


def synonyms(found: Set) -> Vocabulary:
    """Those of the set's articles, which an assistant finds with and decides with."""
    return read_vocabulary(found.articles / "synonyms.yml")


@asynccontextmanager
async def database(server: EmbeddedServer, name: str) -> AsyncIterator[Database]:
    """A database of its own, with tables and without articles."""
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = server.url_of(name)
    await asyncio.to_thread(migrations.upgrade, url)
    db = Database(url, statement_timeout_seconds=600)
    try:
        yield db
    finally:
        await db.close()


if __name__ == "__main__":
    sys.exit(main())
