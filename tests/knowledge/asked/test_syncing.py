"""Asked questions follow their files and the articles that answer them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from deskhand.knowledge.problems import Kind
from deskhand.knowledge.sync import Progress, check_folder, is_behind
from deskhand.store.answer_model import AnswerModels
from deskhand.store.articles import Articles
from deskhand.store.knowledge_tables import articles, asked_questions, passages
from deskhand.store.passages import Passages
from tests.knowledge.test_sync import TODAY, FakeEmbedder, embedder, run

__all__ = ["embedder", "run"]

BODY = "## Prices\n\nDelivery costs £3.95. It takes two days.\n\n1. Pay.\n2. Wait.\n\n## Islands\n\nOrkney costs more."
ASKED = """\
- article: delivery.md
  answer: It takes two days
  questions: [how long is it, when do i get it]
- article: delivery.md
  answer: Islands
  questions: [and islands]
- unanswered: true
  questions: [by drone]
"""


def write_asked(folder: Path, text: str = ASKED, name: str = "asked/shipping.yml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


async def rows(db) -> dict[str, tuple[object, ...]]:
    """For each question: its passage's heading, and the sentences in it."""
    query = select(asked_questions, passages.c.headings).join(passages, isouter=True)
    async with db.begin() as connection:
        return {
            row.text: (row.headings[-1] if row.headings else None, row.first_sentence, row.last_sentence)
            for row in await connection.execute(query)
        }


@pytest.fixture
def article(write_article) -> Path:
    return write_article("delivery.md", BODY, title="Delivery")


async def test_questions_point_at_what_answers_them(article, run, db, embedder, tmp_path) -> None:
    write_asked(tmp_path)
    told: list[tuple[int, int]] = []
    report = await run(progress=Progress(asking=lambda done, of: told.append((done, of))))

    assert await rows(db) == {
        "how long is it": ("Prices", 1, 1),
        "when do i get it": ("Prices", 1, 1),
        "and islands": ("Islands", None, None),
        "by drone": (None, None, None),
    }
    assert (report.asked_added, report.asked_removed, report.asked_unchanged) == (4, 0, 0)
    assert report.problems == []
    assert told[-1] == (4, 4)
    assert report.added == ["delivery.md"]


async def test_only_what_is_new_is_embedded(article, run, db, embedder: FakeEmbedder, tmp_path) -> None:
    write_asked(tmp_path)
    await run()
    nothing = await run()
    write_asked(tmp_path, ASKED.replace("by drone", "by drone, by boat").replace("how long is it, ", ""))
    report = await run()

    assert (nothing.asked_added, nothing.asked_removed, nothing.asked_unchanged) == (0, 0, 4)
    assert embedder.opened == 2
    assert embedder.asked[4:] == ["by boat"]
    assert (report.asked_added, report.asked_removed, report.asked_unchanged) == (1, 1, 3)
    assert report.unchanged == ["delivery.md"]
    assert set(await rows(db)) == {"when do i get it", "and islands", "by drone", "by boat"}


async def test_a_changed_article_is_looked_through_anew_and_nothing_embedded(
    article, write_article, run, db, embedder: FakeEmbedder, tmp_path
) -> None:
    write_asked(tmp_path)
    await run()
    write_article("delivery.md", f"## First\n\nHello you.\n\n{BODY}".replace("It takes", "Mostly. It takes"), title="D")
    await run(thorough=False)

    assert (await rows(db))["how long is it"] == ("Prices", 2, 2)
    assert (await rows(db))["and islands"] == ("Islands", None, None)
    assert len(embedder.asked) == 4


async def test_another_entry_for_an_unchanged_article_finds_its_place_in_a_quick_sync(
    article, run, db, tmp_path
) -> None:
    await run()
    write_asked(tmp_path)
    await run(thorough=False)

    assert (await rows(db))["how long is it"] == ("Prices", 1, 1)


async def test_questions_of_an_article_that_is_gone_wait_for_it(
    article, write_article, run, db, embedder: FakeEmbedder, tmp_path
) -> None:
    write_article("other.md", "Something else.", title="Other")
    write_asked(tmp_path)
    await run()
    text = article.read_text(encoding="utf-8")
    article.unlink()
    report = await run()
    without = await rows(db)
    article.write_text(text, encoding="utf-8")
    await run()

    assert without["how long is it"] == (None, None, None)
    assert [problem.line for problem in report.problems] == [1, 4]
    assert "delivery.md is no article of this folder" in report.problems[0].text
    assert (await rows(db))["how long is it"] == ("Prices", 1, 1)
    assert len(embedder.asked) == 4


async def test_a_file_that_cannot_be_read_keeps_its_questions(article, run, db, tmp_path, embedder) -> None:
    write_asked(tmp_path)
    write_asked(tmp_path, "- unanswered: true\n  questions: [by boat]\n", "asked/more/boats.yml")
    await run()
    write_asked(tmp_path, ASKED + "- no\n")
    write_asked(tmp_path, "[]", "asked/more/boats.yml")
    report = await run(thorough=False)

    assert set(await rows(db)) == {"how long is it", "when do i get it", "and islands", "by drone"}
    assert [(each.kind, each.source, each.line) for each in report.problems] == [
        (Kind.UNREADABLE, "asked/shipping.yml", 9)
    ]
    assert await is_behind(tmp_path, db, embedder.embedding)


async def test_an_article_that_cannot_be_read_keeps_its_questions(article, run, db, tmp_path) -> None:
    write_asked(tmp_path)
    await run()
    article.write_text("broken", encoding="utf-8")
    write_asked(tmp_path, ASKED.replace("and islands", "and islands, to orkney"))
    await run()

    assert (await rows(db))["how long is it"] == ("Prices", 1, 1)
    assert "to orkney" not in await rows(db)


async def test_another_encoder_embeds_questions_anew(article, run, db, embedder: FakeEmbedder, tmp_path) -> None:
    write_asked(tmp_path)
    await run()
    embedder.name = "fake/2"
    await run()

    assert len(embedder.asked) == 8
    async with db.begin() as connection:
        assert set(await connection.scalars(select(asked_questions.c.embedder))) == {"fake/2"}


async def test_questions_that_are_behind_are_noticed(article, run, db, embedder: FakeEmbedder, tmp_path) -> None:
    await run()
    file = write_asked(tmp_path)
    assert await is_behind(tmp_path, db, embedder.embedding)
    await run()
    assert not await is_behind(tmp_path, db, embedder.embedding)
    file.unlink()
    assert await is_behind(tmp_path, db, embedder.embedding)
    await run()
    assert not await is_behind(tmp_path, db, embedder.embedding)
    assert await rows(db) == {}


async def test_an_article_and_its_questions_are_changed_at_once(
    article, write_article, run, db, tmp_path, monkeypatch
) -> None:
    """When its passages are new to a reader, what they answer is there, too."""
    write_asked(tmp_path)
    await run()
    seen: list[int] = []
    replace = Articles.replace

    async def replace_and_look(self: Articles, *arguments: object, **options: object) -> None:
        await replace(self, *arguments, **options)
        query = select(asked_questions.c.id).join(passages).join(articles)
        async with db.begin() as connection:
            seen.append(len(list(await connection.scalars(query))))

    monkeypatch.setattr(Articles, "replace", replace_and_look)
    write_article("delivery.md", BODY.replace("two", "three").replace("It takes", "It takes two days or"), title="D")
    await run()

    assert seen == [3]


async def test_articles_below_the_folder_of_questions_are_none(article, write_article, run, db, tmp_path) -> None:
    write_article("asked/stray.md", "Text.", title="Stray")
    report = await run()

    assert report.added == ["delivery.md"]
    assert [str(problem) for problem in report.problems] == [
        "asked/stray.md:1: asked question: is not read: this folder is for asked questions."
    ]


async def test_what_comes_near_to_an_unanswered_one_is_learned_from(article, write_article, run, db, tmp_path) -> None:
    write_article("returns.md", "Returns are free.", title="Returns")

    async def near() -> dict[str, str]:
        found = await Passages(db).asked_examples(FakeEmbedder.name)
        return dict(zip(found.texts, found.near, strict=True))

    for name in ("delivery.md", "returns.md"):
        write_asked(tmp_path, ASKED.replace("unanswered: true", f"unanswered: true\n  near: {name}"))
        await run()
        assert await near() == {"how long is it": "", "when do i get it": "", "and islands": "", "by drone": name}


def test_a_check_finds_what_a_writer_must_know(article, write_article, tmp_path) -> None:
    write_article("old.md", "Delivery was free.", title="Old", valid_until="2026-02-01")
    write_article("staff.md", "Staff pay nothing.", title="Staff", audience="internal")
    write_article("other.md", "Delivery is quick. Delivery is quick.", title="Other")
    write_asked(
        tmp_path,
        """\
- article: delivery.md
  answer: It takes two weeks
  questions: [is it slow]
- article: other.md
  answer: Delivery is quick
  questions: [is it quick, "Is it quick?", is it free]
- article: old.md
  answer: Delivery was free
  questions: [is it free]
- article: staff.md
  answer: Staff pay nothing
  questions: [what do staff pay]
- article: none.md
  answer: Nothing
  questions: [what is there]
- unanswered: true
  near: nowhere.md
  questions:
    - is it slow
- article: delivery.md
  answer: Islands
  questions:
    - is it quick
""",
    )
    found = check_folder(tmp_path, TODAY)

    asked = [f"{each.line} {each.text}" for each in found.problems if each.source.startswith("asked/")]
    assert asked == [
        "1 'It takes two weeks' is not in delivery.md any more; nobody is answered.",
        "4 'Delivery is quick' is in other.md 2 times; the first one counts. Give more words.",
        "6 'Is it quick?' is there twice: see asked/shipping.yml:6.",
        "9 'is it free' is answered by another article, too: see asked/shipping.yml:6.",
        "10 staff.md is internal: no customer is answered from it.",
        "13 none.md is no article of this folder; nobody is answered.",
        "16 'near' names nowhere.md, which is no article of this folder.",
        "19 'is it slow' is both answered and unanswered: see asked/shipping.yml:3.",
        "23 'is it quick' is answered by another article, too: see asked/shipping.yml:6.",
        "7 old.md held until 2026-02-01: nobody is answered from it any more.",
    ]
    assert found.asked == 9


def test_what_held_at_another_time_may_answer_the_same(article, write_article, tmp_path) -> None:
    for year in (2025, 2026):
        write_article(
            f"{year}.md",
            f"We close early in {year}.",
            title=f"Christmas {year}",
            valid_from=f"{year}-11-01",
            valid_until=f"{year}-12-31",
        )
    entries = "".join(
        f"- article: {year}.md\n  answer: We close early\n  questions: [when do you close]\n" for year in (2025, 2026)
    )
    write_asked(tmp_path, entries)
    problems = check_folder(tmp_path, TODAY).problems

    assert [each.text for each in problems if each.source.startswith("asked/")] == [
        "2025.md held until 2025-12-31: nobody is answered from it any more."
    ]


async def test_what_is_asked_is_learned_from_once(article, run, db, embedder, tmp_path) -> None:
    write_asked(tmp_path)
    learned: list[int] = []
    await run(progress=Progress(learning=learned.append))
    await run(progress=Progress(learning=learned.append))

    assert learned == [4]
    assert await AnswerModels(db).digest(embedder.name)
    assert not await is_behind(tmp_path, db, embedder)


async def test_a_sync_that_was_stopped_before_it_learned_is_made_up_for(article, run, db, embedder, tmp_path) -> None:
    write_asked(tmp_path)
    await run()
    await AnswerModels(db).outdate()

    assert await is_behind(tmp_path, db, embedder)
    await run()
    assert not await is_behind(tmp_path, db, embedder)


async def test_what_was_learned_in_another_way_is_learned_anew(article, run, db, embedder, tmp_path) -> None:
    write_asked(tmp_path)
    await run()
    await AnswerModels(db).put(embedder.name, "0:abc", None)

    assert await is_behind(tmp_path, db, embedder)
    await run()
    assert not await is_behind(tmp_path, db, embedder)
