"""Bringing the database's articles to what the folder of articles holds, while others read them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from deskhand.errors import DeskhandError
from deskhand.knowledge.asked import learning
from deskhand.knowledge.asked import plan as asked_plan
from deskhand.knowledge.asked.checks import check_asked
from deskhand.knowledge.asked.files import AskedFiles, read_asked
from deskhand.knowledge.checks import check
from deskhand.knowledge.embedding import Embedder, current_embedder_name
from deskhand.knowledge.index_words import METHOD as WORDS_METHOD
from deskhand.knowledge.problems import Kind, Problem, in_order
from deskhand.knowledge.sources import reading as files
from deskhand.knowledge.sources.reading import Reading, Told, problem_of, read_folder
from deskhand.knowledge.storing import NOBODY, Embedding, Progress, Storing
from deskhand.store.answer_model import AnswerModel, AnswerModels
from deskhand.store.articles import Articles
from deskhand.store.articles_lock import exclusively
from deskhand.store.asked import AskedQuestions
from deskhand.store.asked_examples import AskedExamples
from deskhand.store.database import Database
from deskhand.store.passages import Passages

__all__ = ["Embedding", "NothingLeft", "Progress", "SyncReport", "built_in", "check_folder", "is_behind", "sync"]

_A_LOAD = 2_000
"""So many passages are stored without their index, if no more are there already; it is built at the end."""


def built_in() -> Embedding:
    """Raises `WeightsError`."""
    return Embedding(current_embedder_name(), Embedder.open)


class NothingLeft(DeskhandError):
    """The folder holds no article any more, which may well be a mistake."""


@dataclass(frozen=True)
class SyncReport:
    added: list[str]
    changed: list[str]
    removed: list[str]
    unchanged: list[str]
    failed: list[str]
    """Files that could not be read; what they said before, if anything, is still answered from."""
    problems: list[Problem]
    passages: int
    """That were embedded and stored."""
    seconds: float
    embedding_seconds: float
    """Of embedding and storing passages, without reading files and loading the encoder."""
    asked_added: int = 0
    """Asked questions that were stored, also anew because their article changed."""
    asked_removed: int = 0
    asked_unchanged: int = 0

    @property
    def unreadable(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.kind is Kind.UNREADABLE]

    @property
    def passages_per_second(self) -> float:
        return self.passages / self.embedding_seconds if self.embedding_seconds else 0.0


def check_folder(folder: Path, today: date, told: Told = lambda done, of: None) -> Reading:
    """Reads all articles and looks for problems, with no database and no encoder. Raises `NoArticles`."""
    reading = read_folder(folder, known={}, maker="", thorough=True, told=told)
    asked = read_asked(folder)
    reading.problems = in_order([*reading.problems, *_problems(folder, asked, reading, today, thorough=True)])
    reading.asked = sum(len(entry.questions) for entry in asked.entries)
    return reading


def _maker(embedding: Embedding) -> str:
    """What an article's passages are made by, besides how files are read."""
    return f"{embedding.name} {WORDS_METHOD}"


async def is_behind(folder: Path, db: Database, embedding: Embedding) -> bool:
    """Whether `sync` would find anything to do. Raises `NoArticles`, `DatabaseUnavailable`."""
    articles = Articles(db)
    if not await articles.has_vector_index():
        return True
    known = await articles.known()
    if await asyncio.to_thread(files.is_behind, folder, known=known, maker=_maker(embedding)):
        return True
    asked = await asyncio.to_thread(read_asked, folder)
    stored = await AskedQuestions(db).known()
    if stored and not learning.is_current(await AnswerModels(db).digest(embedding.name)):
        return True
    return asked_plan.is_behind(asked, articles=known, stored=stored, maker=embedding.name)


async def sync(
    folder: Path,
    db: Database,
    embedding: Embedding,
    today: date,
    *,
    progress: Progress = NOBODY,
    thorough: bool = True,
    may_empty: bool = False,
) -> SyncReport:
    """Stores what is new or changed and removes what is gone. A reader sees each article whole, the old one or the
    new one. `thorough` also reads what did not change, to look for problems between articles.

    Raises `NoArticles`, `NothingLeft` (unless it `may_empty`), `DatabaseUnavailable`, `WeightsError`.
    """
    began = time.monotonic()
    articles, questions = Articles(db), AskedQuestions(db)
    async with exclusively(db, progress.waiting) as lock:
        known = await articles.known()
        reading = await asyncio.to_thread(
            read_folder,
            folder,
            known=known,
            maker=_maker(embedding),
            thorough=thorough,
            told=progress.reading,
        )
        gone = reading.gone(known)
        if known and len(gone) == len(known) and not reading.listing.files and not may_empty:
            raise NothingLeft(
                f"{folder} holds no article, and the database has {len(known)}. Nothing was removed. Is it the right "
                "folder? If all of them are to go: deskhand knowledge sync --empty"
            )
        unchanged = set(reading.unchanged)
        fresh = [each for each in reading.articles if each.source not in unchanged]
        asked = await asyncio.to_thread(read_asked, folder)
        plan = await asyncio.to_thread(
            asked_plan.make_plan,
            asked,
            reading,
            articles=_digests(known, reading, gone),
            stored=await questions.known(),
            maker=embedding.name,
        )
        if plan.added or plan.removed:
            await AnswerModels(db).outdate()
        storing = Storing(articles, questions, embedding, fresh, plan, progress)
        is_a_load = storing.count >= _A_LOAD and storing.count >= await articles.count_passages()
        if is_a_load:
            await lock.drop_index()
        try:
            await storing.run(gone)
        finally:
            # Also if it is missing because an earlier load was killed.
            await lock.build_index()
        await _learn(db, embedding, progress)
    found = await asyncio.to_thread(_problems, folder, asked, reading, today, thorough=thorough)
    return SyncReport(
        added=[each.source for each in fresh if each.source not in known],
        changed=[each.source for each in fresh if each.source in known],
        removed=gone,
        unchanged=reading.unchanged,
        failed=reading.failed,
        problems=in_order([*reading.problems, *found]),
        passages=storing.count,
        seconds=time.monotonic() - began,
        embedding_seconds=storing.seconds,
        asked_added=plan.added,
        asked_removed=plan.removed,
        asked_unchanged=plan.unchanged,
    )


async def _learn(db: Database, embedding: Embedding, progress: Progress) -> None:
    """Learns from the asked questions which answer a question asks for, if they are not those of last time."""
    models, examples = AnswerModels(db), await Passages(db).asked_examples(embedding.name)
    digest = learning.digest_of(examples)
    if digest != await models.digest(embedding.name):
        if examples.texts:
            progress.learning(len(examples.texts))
        await models.put(embedding.name, digest, await asyncio.to_thread(_learned, examples, embedding))


def _learned(examples: AskedExamples, embedding: Embedding) -> AnswerModel | None:
    # The encoder is only loaded where there is enough to learn from.
    return learning.learn(examples, embedding.open()) if learning.are_enough(examples) else None


def _digests(known: Mapping[str, str], reading: Reading, gone: list[str]) -> dict[str, str]:
    """Of all articles as they will be, by their sources."""
    kept = {source: digest for source, digest in known.items() if source not in set(gone)}
    return kept | {each.source: each.digest for each in reading.articles}


def _problems(folder: Path, asked: AskedFiles, reading: Reading, today: date, *, thorough: bool) -> list[Problem]:
    """Besides those of reading the articles."""
    found = [problem_of(folder, error) for error in asked.errors]
    return [*found, *check(reading, today), *check_asked(asked, reading, today)] if thorough else found
