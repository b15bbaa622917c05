"""The database follows the folder, whatever happens on the way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from deskhand.knowledge import sync as sync_module
from deskhand.knowledge.embedding import DIMENSION, PassageText, PassageVectors
from deskhand.knowledge.problems import Kind
from deskhand.knowledge.sources.folder import NoArticles
from deskhand.knowledge.sync import Embedding, NothingLeft, Progress, SyncReport, is_behind, sync
from deskhand.store.articles import Articles
from deskhand.store.articles_lock import exclusively
from deskhand.store.database import Database
from deskhand.store.knowledge_tables import articles, passages
from deskhand.store.migrations import differences

TODAY = date(2026, 6, 1)


@dataclass
class FakeEmbedder:
    """Vectors that only say how many texts came before. `before_each` is called ahead of each passage."""

    name: str = "fake/1"
    opened: int = 0
    seen: list[PassageText] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    before_each: Callable[[int], None] = lambda at: None

    @property
    def embedding(self) -> Embedding:
        return Embedding(self.name, self._open)

    def _open(self) -> FakeEmbedder:
        self.opened += 1
        return self

    def embed_passages(
        self, texts: Sequence[PassageText], on_progress: Callable[[int], object]
    ) -> Iterator[PassageVectors]:
        for at, text in enumerate(texts):
            self.before_each(at)
            self.seen.append(text)
            on_progress(at + 1)
            vector = np.eye(1, DIMENSION, at % DIMENSION, dtype=np.float32)[0]
            yield PassageVectors(vector, np.repeat(vector[None], len(text.sentences), axis=0).astype(np.float16))

    def embed_asked(self, texts: Sequence[str], on_progress: Callable[[int], object]) -> list[np.ndarray]:
        self.asked += texts
        on_progress(len(texts))
        return [np.eye(1, DIMENSION, at % DIMENSION, dtype=np.float32)[0] for at in range(len(texts))]

    def subwords(self, texts: Sequence[str]) -> list[list[int]]:
        return [[len(word) for word in text.split()] for text in texts]

    def word_vectors(self, numbers: Sequence[int]) -> np.ndarray:
        return np.eye(8, dtype=np.float32)[np.array(numbers, dtype=np.int64) % 8]


Sync = Callable[..., "asyncio.Future[SyncReport]"]


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def run(tmp_path: Path, db: Database, embedder: FakeEmbedder) -> Sync:
    return lambda **options: sync(tmp_path, db, embedder.embedding, TODAY, **options)


async def stored(db: Database) -> dict[str, list[str]]:
    """The sentences of each article."""
    query = select(articles.c.source, passages.c.sentences).join(passages).order_by(passages.c.position)
    found: dict[str, list[str]] = {}
    async with db.begin() as connection:
        for row in await connection.execute(query):
            found.setdefault(row.source, []).extend(row.sentences)
    return found


async def test_what_is_new_changed_gone_and_unchanged_is_told_apart(write_article, run, db, embedder, tmp_path) -> None:
    for name in ("a.md", "b.md", "in/c.md"):
        write_article(name, f"## Of {name}\n\nText of {name}.", title=name)
    first = await run()
    write_article("b.md", "## Of b.md\n\nNew text.\n\n1. A step.", title="b.md")
    write_article("d.md", "Text of d.md.", title="d.md")
    (tmp_path / "in/c.md").unlink()
    second = await run()

    assert (first.added, first.changed, first.removed, first.unchanged) == (["a.md", "b.md", "in/c.md"], [], [], [])
    assert (second.added, second.changed, second.removed) == (["d.md"], ["b.md"], ["in/c.md"])
    assert second.unchanged == ["a.md"]
    assert (first.passages, second.passages) == (3, 2)
    assert first.problems == second.problems == []
    assert await stored(db) == {"a.md": ["Text of a.md."], "b.md": ["New text."], "d.md": ["Text of d.md."]}
    assert embedder.seen[-2] == PassageText("b.md – Of b.md", ("New text.", "A step."))


async def test_when_nothing_changed_the_encoder_is_not_even_loaded(write_article, run, embedder) -> None:
    write_article("a.md", title="A")
    await run()
    report = await run()

    assert (report.unchanged, report.passages, embedder.opened) == (["a.md"], 0, 1)


async def test_another_encoder_embeds_all_anew(write_article, run, embedder, db) -> None:
    write_article("a.md", title="A")
    await run()
    embedder.name = "fake/2"
    report = await run()

    assert report.changed == ["a.md"]
    async with db.begin() as connection:
        assert list(await connection.scalars(select(passages.c.embedder))) == ["fake/2"]


@pytest.mark.parametrize("beside", ["a.md.yml", "folder.yml"])
async def test_what_stands_beside_a_file_counts_as_the_file(write_article, run, db, tmp_path, beside: str) -> None:
    write_article("a.md", title="A")
    await run()
    (tmp_path / beside).write_text("languages: [de]\n", encoding="utf-8")
    report = await run()

    assert report.changed == ["a.md"]
    async with db.begin() as connection:
        assert await connection.scalar(select(articles.c.languages)) == ["de"]


async def test_a_bad_file_stops_no_other_and_its_article_stays(write_article, run, db, tmp_path) -> None:
    write_article("a.md", "Text of a.", title="A")
    write_article("b.md", "Text of b.", title="B")
    await run()
    write_article("a.md", "New text of a.", title="A", audience="all")
    write_article("b.md", "New text of b.", title="B")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-")
    (tmp_path / "d.html").write_bytes(b"\xff\xfe\x00")
    report = await run()

    assert await stored(db) == {"a.md": ["Text of a."], "b.md": ["New text of b."]}
    assert (report.changed, report.removed, report.failed) == (["b.md"], [], ["a.md", "c.pdf", "d.html"])
    assert [(each.source, each.line) for each in report.problems] == [("a.md", 4), ("c.pdf", 1), ("d.html", 1)]
    assert {each.kind for each in report.problems} == {Kind.UNREADABLE}


async def test_a_page_that_became_empty_keeps_its_article(write_article, run, db) -> None:
    file = write_article("a.md", "Text of a.", title="A")
    await run()
    file.write_text(file.read_text(encoding="utf-8").replace("Text of a.", ""), encoding="utf-8")
    report = await run()

    assert [each.kind for each in report.problems] == [Kind.EMPTY]
    assert await stored(db) == {"a.md": ["Text of a."]}


async def test_a_folder_that_lost_all_its_articles_empties_nothing_unasked(write_article, run, db) -> None:
    file = write_article("a.md", "Text of a.", title="A")
    await run()
    file.unlink()
    with pytest.raises(NothingLeft, match=r"has 1\. Nothing was removed"):
        await run()
    assert await stored(db) == {"a.md": ["Text of a."]}

    assert (await run(may_empty=True)).removed == ["a.md"]
    assert await stored(db) == {}


async def test_a_missing_folder_is_named(db, embedder, tmp_path) -> None:
    with pytest.raises(NoArticles):
        await sync(tmp_path / "nowhere", db, embedder.embedding, TODAY)


async def test_what_is_behind_is_noticed(write_article, run, db, embedder, tmp_path) -> None:
    async def behind() -> bool:
        return await is_behind(tmp_path, db, embedder.embedding)

    assert not await behind()
    file = write_article("a.md", title="A")
    assert await behind()
    await run()
    assert not await behind()
    file.unlink()
    assert await behind()
    await run(may_empty=True)
    write_article("bad.md", audience="all")
    await run()
    assert await behind()


async def test_a_quick_sync_reads_only_what_changed(write_article, run) -> None:
    write_article("old.md", title="Old", valid_until="2026-02-01")
    assert [each.kind for each in (await run()).problems] == [Kind.EXPIRED]
    assert (await run(thorough=False)).problems == []


async def test_many_articles_are_stored_whole_and_in_batches(write_article, run, db, embedder) -> None:
    for number in range(90):
        body = "\n\n".join(f"## Part {part}\n\nText {part} of {number}." for part in range(1 + number % 5))
        write_article(f"{number:02}.md", body, title=f"Article {number}")
    told: list[tuple[int, int]] = []
    report = await run(progress=Progress(embedding=lambda done, of: told.append((done, of))))

    found = await stored(db)
    assert report.passages == len(embedder.seen) == 270
    assert told == [(done, 270) for done in range(1, 271)]
    assert {name: len(texts) for name, texts in found.items()} == {
        f"{number:02}.md": 1 + number % 5 for number in range(90)
    }
    assert found["44.md"] == [f"Text {part} of 44." for part in range(5)]


async def test_storing_goes_on_while_the_next_are_embedded(write_article, run, db, embedder) -> None:
    """The encoder stops before its last passage until the first articles can be read."""
    for number in range(100):
        write_article(f"{number:02}.md", f"Text of {number}.", title=f"Article {number}")
    readable = threading.Event()

    def wait_for_the_first(at: int) -> None:
        if at == 99:
            assert readable.wait(20)

    embedder.before_each = wait_for_the_first

    async def watch() -> None:
        while "00.md" not in await Articles(db).known():
            await asyncio.sleep(0.01)
        readable.set()

    report, _ = await asyncio.gather(run(), watch())
    assert len(report.added) == 100


async def test_what_was_stored_before_a_crash_is_kept_and_the_rest_follows(write_article, run, db, embedder) -> None:
    for number in range(100):
        write_article(f"{number:02}.md", f"Text of {number}.", title=f"Article {number}")

    def crash(at: int) -> None:
        if at == 80:
            raise MemoryError("no more")

    embedder.before_each = crash
    with pytest.raises(MemoryError):
        await run()
    before = await stored(db)
    embedder.before_each = lambda at: None
    report = await run()

    assert all(texts == [f"Text of {int(name[:2])}."] for name, texts in before.items())
    assert len(before) < 100
    assert len(before) + len(report.added) == len(await stored(db)) == 100


@pytest.mark.parametrize("fails", [False, True])
async def test_a_load_builds_the_index_of_vectors_at_its_end(
    write_article, run, db, embedder, monkeypatch, fails: bool
) -> None:
    """It is away meanwhile, as adding to it one by one would take longer; and back whatever happens."""
    monkeypatch.setattr(sync_module, "_A_LOAD", 100)
    for number in range(110):
        write_article(f"{number:03}.md", f"Text of {number}.", title=f"Article {number}")
    loop = asyncio.get_running_loop()
    seen: list[bool] = []

    def look(at: int) -> None:
        if at == 105:
            seen.append(asyncio.run_coroutine_threadsafe(Articles(db).has_vector_index(), loop).result(20))
            if fails:
                raise MemoryError

    embedder.before_each = look
    if fails:
        with pytest.raises(MemoryError):
            await run()
    else:
        await run()

    assert seen == [False]
    assert await Articles(db).has_vector_index()
    assert differences(db.url) is None


async def test_a_killed_load_is_noticed_and_mended(write_article, run, db, embedder, tmp_path) -> None:
    write_article("a.md", title="A")
    await run()
    async with exclusively(db, lambda: None) as lock:
        await lock.drop_index()

    assert await is_behind(tmp_path, db, embedder.embedding)
    await run()
    assert not await is_behind(tmp_path, db, embedder.embedding)


async def test_two_at_once_do_the_work_once(write_article, run, db, embedder) -> None:
    for number in range(70):
        write_article(f"{number:02}.md", f"Text of {number}.", title=f"Article {number}")
    waited: list[bool] = []
    progress = Progress(waiting=lambda: waited.append(True))
    reports = await asyncio.gather(run(progress=progress), run(progress=progress))

    assert sorted(len(report.added) for report in reports) == [0, 70]
    assert sorted(len(report.unchanged) for report in reports) == [0, 70]
    assert (waited, len(embedder.seen)) == ([True], 70)


async def test_a_sync_that_is_stopped_lets_the_next_one_in(write_article, run, embedder) -> None:
    write_article("a.md", title="A")
    begun, go_on = threading.Event(), threading.Event()

    def hold(at: int) -> None:
        begun.set()
        go_on.wait(20)

    embedder.before_each = hold
    task = asyncio.ensure_future(run())
    await asyncio.to_thread(begun.wait, 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    embedder.before_each = lambda at: None

    assert (await asyncio.wait_for(run(), 20)).added == ["a.md"]
