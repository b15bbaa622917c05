"""Bringing the database's articles to what the folder of articles holds, while others read them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Protocol

from deskhand.errors import DeskhandError
from deskhand.knowledge.checks import check
from deskhand.knowledge.embedding import Embedder, PassageText, PassageVectors, current_embedder_name
from deskhand.knowledge.index_words import METHOD as WORDS_METHOD
from deskhand.knowledge.index_words import tsvector
from deskhand.knowledge.problems import Kind, Problem, in_order
from deskhand.knowledge.sources import reading as files
from deskhand.knowledge.sources.reading import ReadArticle, Reading, Told, read_folder
from deskhand.store.articles import Articles, NewArticle, NewPassage
from deskhand.store.articles_lock import exclusively
from deskhand.store.database import Database

BATCH = 64
"""Passages that are written in one transaction, or a few more: an article is never written in parts."""
_A_LOAD = 2_000
"""So many passages are stored without their index, if no more are there already; it is built at the end."""
_MOST_WAITING = 64
"""Batches that may wait to be stored, before the encoder waits, too."""


class PassageEmbedder(Protocol):
    def embed_passages(
        self, passages: Sequence[PassageText], on_progress: Callable[[int], object]
    ) -> Iterator[PassageVectors]: ...


@dataclass(frozen=True)
class Embedding:
    """What makes vectors of passages. It is only opened when there is something to embed."""

    name: str
    open: Callable[[], PassageEmbedder]


def built_in() -> Embedding:
    """Raises `WeightsError`."""
    return Embedding(current_embedder_name(), Embedder.open)


class NothingLeft(DeskhandError):
    """The folder holds no article any more, which may well be a mistake."""


class Stopped(Exception):
    """Raised within the encoder's thread when nobody waits for it any more."""


@dataclass(frozen=True)
class Progress:
    """Whom to tell how far it is."""

    reading: Told = lambda done, of: None
    embedding: Told = lambda done, of: None
    waiting: Callable[[], None] = lambda: None
    """Another process is at it, and is waited for."""


NOBODY = Progress()


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
    """Of embedding and storing, without reading files and loading the encoder."""

    @property
    def unreadable(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.kind is Kind.UNREADABLE]

    @property
    def passages_per_second(self) -> float:
        return self.passages / self.embedding_seconds if self.embedding_seconds else 0.0


def check_folder(folder: Path, today: date, told: Told = lambda done, of: None) -> Reading:
    """Reads all articles and looks for problems, with no database and no encoder. Raises `NoArticles`."""
    reading = read_folder(folder, known={}, maker="", thorough=True, told=told)
    reading.problems = in_order([*reading.problems, *check(reading, today)])
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
    return await asyncio.to_thread(files.is_behind, folder, known=known, maker=_maker(embedding))


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
    articles = Articles(db)
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
        writing = _Writing(articles, embedding, fresh, progress)
        is_a_load = writing.count >= _A_LOAD and writing.count >= await articles.count_passages()
        if is_a_load:
            await lock.drop_index()
        try:
            await writing.run()
        finally:
            # Also if it is missing because an earlier load was killed.
            await lock.build_index()
        if gone:
            await articles.remove(gone)
    found = await asyncio.to_thread(check, reading, today) if thorough else []
    return SyncReport(
        added=[each.source for each in fresh if each.source not in known],
        changed=[each.source for each in fresh if each.source in known],
        removed=gone,
        unchanged=reading.unchanged,
        failed=reading.failed,
        problems=in_order([*reading.problems, *found]),
        passages=writing.count,
        seconds=time.monotonic() - began,
        embedding_seconds=writing.seconds,
    )


class _Writing:
    """Embeds in a thread of its own, and stores what is done while the next is embedded."""

    def __init__(
        self, articles: Articles, embedding: Embedding, fresh: Sequence[ReadArticle], progress: Progress
    ) -> None:
        self._articles = articles
        self._embedding = embedding
        self._fresh = fresh
        self._progress = progress
        self._stopped = threading.Event()
        self._turn = asyncio.Lock()
        self.count = sum(len(each.passages) for each in fresh)
        self.seconds = 0.0

    async def run(self) -> None:
        if not self._fresh:
            return
        # One thread throughout: an encoder may keep state by thread.
        thread = ThreadPoolExecutor(1, thread_name_prefix="embedding")
        storing: deque[asyncio.Task[None]] = deque()
        try:
            in_thread = partial(asyncio.get_running_loop().run_in_executor, thread)
            embedder = await in_thread(self._embedding.open)
            began = time.monotonic()
            batches = self._batches(embedder)
            while batch := await in_thread(next, batches, None):
                storing.append(asyncio.create_task(self._store(batch)))
                while storing and (storing[0].done() or len(storing) > _MOST_WAITING):
                    await storing.popleft()
            while storing:
                await storing.popleft()
            self.seconds = time.monotonic() - began
        finally:
            self._stopped.set()
            thread.shutdown(wait=False)
            for task in storing:
                task.cancel()
            await asyncio.gather(*storing, return_exceptions=True)

    async def _store(self, batch: list[NewArticle]) -> None:
        async with self._turn:
            await self._articles.replace(batch, embedder=self._embedding.name)

    def _batches(self, embedder: PassageEmbedder) -> Iterator[list[NewArticle]]:
        """Whole articles with their vectors, `BATCH` passages at a time."""
        texts = [
            PassageText(passage.head, (*passage.sentences, *passage.steps))
            for each in self._fresh
            for passage in each.passages
        ]
        vectors = embedder.embed_passages(texts, self._tell)
        batch: list[NewArticle] = []
        size = 0
        for each in self._fresh:
            batch.append(_with_vectors(each, [next(vectors) for _ in each.passages]))
            size += len(each.passages)
            if size >= BATCH:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _tell(self, done: int) -> None:
        if self._stopped.is_set():
            raise Stopped
        self._progress.embedding(done, self.count)


def _with_vectors(read: ReadArticle, vectors: Sequence[PassageVectors]) -> NewArticle:
    article = read.article
    return NewArticle(
        source=read.source,
        digest=read.digest,
        title=article.title,
        url=article.url,
        audience=article.audience.value,
        valid_from=article.valid_from,
        valid_until=article.valid_until,
        languages=article.readers_languages,
        passages=tuple(
            NewPassage(
                headings=passage.headings,
                sentences=passage.sentences,
                steps=passage.steps,
                notice=passage.notice,
                words=tsvector(article.title, passage.headings, (*passage.sentences, *passage.steps)),
                embedding=each.vector,
                sentence_vectors=each.sentences,
            )
            for passage, each in zip(read.passages, vectors, strict=True)
        ),
    )
