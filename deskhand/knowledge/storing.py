"""Embedding what is new, and storing it meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from deskhand.knowledge.asked.plan import Plan, rows_of
from deskhand.knowledge.embedding import PassageText, PassageVectors, Vector
from deskhand.knowledge.index_words import tsvector
from deskhand.knowledge.sources.reading import ReadArticle, Told
from deskhand.store.articles import Articles, NewArticle, NewPassage
from deskhand.store.asked import AskedQuestions, NewAsked

BATCH = 64
"""Passages that are written in one transaction, or a few more: an article is never written in parts."""
_MOST_WAITING = 64
"""Batches that may wait to be stored, before the encoder waits, too."""


class PassageEmbedder(Protocol):
    def embed_passages(
        self, passages: Sequence[PassageText], on_progress: Callable[[int], object]
    ) -> Iterator[PassageVectors]: ...

    def embed_asked(self, texts: Sequence[str], on_progress: Callable[[int], object]) -> Iterable[Vector]: ...

    def subwords(self, texts: Sequence[str]) -> list[list[int]]: ...

    def word_vectors(self, numbers: Sequence[int]) -> Vector: ...


@dataclass(frozen=True)
class Embedding:
    """What makes vectors of passages. It is only opened when there is something to embed."""

    name: str
    open: Callable[[], PassageEmbedder]


class Stopped(Exception):
    """Raised within the encoder's thread when nobody waits for it any more."""


@dataclass(frozen=True)
class Progress:
    """Whom to tell how far it is."""

    reading: Told = lambda done, of: None
    asking: Told = lambda done, of: None
    """Of asked questions, embedded."""
    embedding: Told = lambda done, of: None
    learning: Callable[[int], None] = lambda questions: None
    """From so many asked questions."""
    waiting: Callable[[], None] = lambda: None
    """Another process is at it, and is waited for."""


NOBODY = Progress()


class Storing:
    """Embeds in a thread of its own, and stores what is done while the next is embedded.

    The questions that an article is known to answer are stored with it: whoever reads sees both or neither.
    """

    def __init__(
        self,
        articles: Articles,
        asked: AskedQuestions,
        embedding: Embedding,
        fresh: Sequence[ReadArticle],
        plan: Plan,
        progress: Progress,
    ) -> None:
        self._articles = articles
        self._asked = asked
        self._embedding = embedding
        self._fresh = fresh
        self._plan = plan
        self._progress = progress
        self._stopped = threading.Event()
        self._turn = asyncio.Lock()
        self.count = sum(len(each.passages) for each in fresh)
        self.seconds = 0.0

    async def run(self, gone: Sequence[str]) -> None:
        """Stores the articles, each with what it answers, removes those that are `gone`, and stores what is left of
        asked questions."""
        vectors = await self._asked.vectors(self._plan.texts, self._embedding.name)
        new = [text for text in self._plan.texts if text not in vectors]
        # The encoder is only loaded when there is something to embed.
        rows = await self._embed(vectors, new) if self._fresh or new else list(rows_of(self._plan, vectors))
        if gone:
            await self._articles.remove(gone)
        fresh = {each.source for each in self._fresh}
        others = [row for row in rows if row.article not in fresh]
        await self._asked.change(remove=self._plan.remove, add=others, embedder=self._embedding.name)

    async def _embed(self, vectors: dict[str, Vector], new: Sequence[str]) -> list[NewAsked]:
        # One thread throughout: an encoder may keep state by thread.
        thread = ThreadPoolExecutor(1, thread_name_prefix="embedding")
        storing: deque[asyncio.Task[None]] = deque()
        try:
            in_thread = partial(asyncio.get_running_loop().run_in_executor, thread)
            embedder = await in_thread(self._embedding.open)
            if new:
                made = await in_thread(embedder.embed_asked, new, partial(self._tell, self._progress.asking, len(new)))
                vectors |= zip(new, made, strict=True)
            rows = list(rows_of(self._plan, vectors))
            began = time.monotonic()
            batches = self._batches(embedder, _by_article(rows))
            while batch := await in_thread(next, batches, None):
                storing.append(asyncio.create_task(self._store(batch)))
                while storing and (storing[0].done() or len(storing) > _MOST_WAITING):
                    await storing.popleft()
            while storing:
                await storing.popleft()
            self.seconds = time.monotonic() - began
            return rows
        finally:
            self._stopped.set()
            thread.shutdown(wait=False)
            for task in storing:
                task.cancel()
            await asyncio.gather(*storing, return_exceptions=True)

    async def _store(self, batch: list[NewArticle]) -> None:
        async with self._turn:
            await self._articles.replace(batch, embedder=self._embedding.name)

    def _batches(self, embedder: PassageEmbedder, asked: Mapping[str, list[NewAsked]]) -> Iterator[list[NewArticle]]:
        """Whole articles with their vectors, `BATCH` passages at a time."""
        texts = [
            PassageText(passage.head, (*passage.sentences, *passage.steps))
            for each in self._fresh
            for passage in each.passages
        ]
        vectors = embedder.embed_passages(texts, partial(self._tell, self._progress.embedding, self.count))
        batch: list[NewArticle] = []
        size = 0
        for each in self._fresh:
            batch.append(_with_vectors(each, [next(vectors) for _ in each.passages], asked.get(each.source, ())))
            size += len(each.passages)
            if size >= BATCH:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _tell(self, told: Told, of: int, done: int) -> None:
        if self._stopped.is_set():
            raise Stopped
        told(done, of)


def _by_article(rows: Sequence[NewAsked]) -> Mapping[str, list[NewAsked]]:
    by_article: dict[str, list[NewAsked]] = defaultdict(list)
    for row in rows:
        if row.article is not None:
            by_article[row.article].append(row)
    return by_article


def _with_vectors(read: ReadArticle, vectors: Sequence[PassageVectors], asked: Sequence[NewAsked]) -> NewArticle:
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
        asked=tuple(asked),
    )
