"""Open questions become gaps: counted, named, and with the article that is nearest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from deskhand.conversation.questions import Feedback
from deskhand.knowledge.embedding import Embedder, PassageText
from deskhand.knowledge.gaps import Gap, Standing, find_gaps, gap_with
from deskhand.store.articles import Articles, NewArticle, NewPassage
from deskhand.store.database import Database
from deskhand.store.questions import Questions

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.open()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def questions(db: Database, clock: Clock) -> Questions:
    return Questions(db, keep_days=90, now=clock)


async def write_article(
    db: Database,
    embedder: Embedder,
    *sentences: str,
    title: str = "Hiring tents",
    name: str | None = None,
    **fields: object,
) -> None:
    text = PassageText(f"{title}\n", sentences)
    [vectors] = embedder.embed_passages([text])
    passage = NewPassage(
        headings=(),
        sentences=sentences,
        steps=(),
        notice=(),
        words="'tent':1A,2D '~tents':2D",
        embedding=vectors.vector,
        sentence_vectors=vectors.sentences,
    )
    values: dict[str, Any] = {"audience": "customer", "valid_from": date(2026, 1, 1), "valid_until": None} | fields
    article = NewArticle(
        source="hire.md",
        digest="d",
        title=title,
        url="https://shop.example/hire",
        languages=("en",),
        passages=(passage,),
        **values,
    )
    await Articles(db, now=lambda: NOW).replace([article], embedder=name or embedder.name)


async def gaps(db: Database, embedder: Embedder, clock: Clock, **wanted: Any) -> list[Gap]:
    return await find_gaps(db, embedder=embedder, now=clock, **wanted)


async def ask(questions: Questions, text: str, conversation: str, *, answered: bool = False) -> UUID:
    return await questions.record(text, answered=answered, conversation_id=conversation)


async def test_without_open_questions_there_are_no_gaps(
    db: Database, questions: Questions, embedder: Embedder, clock: Clock
) -> None:
    await ask(questions, "do you hire out tents", "c1", answered=True)
    assert await gaps(db, embedder, clock) == []


async def test_questions_that_ask_the_same_are_one_gap_with_its_counts(
    db: Database, questions: Questions, embedder: Embedder, clock: Clock
) -> None:
    first = await ask(questions, "do you hire out tents", "c1")
    await ask(questions, "Hi! Do you hire out tents please?", "c1")
    clock.now += timedelta(days=2)
    poor = await ask(questions, "can i hire a tent for the weekend", "c2", answered=True)
    await questions.feedback(poor, Feedback.NOT_HELPED)
    bad = await ask(questions, "hiring tents", "c3", answered=True)
    await questions.mark_wrong(bad, "anna")
    other = await ask(questions, "what gas does the stove take", "c4")

    hire, gas = await gaps(db, embedder, clock)

    assert (hire.questions, hire.conversations) == (4, 3)
    assert (hire.unanswered, hire.not_helped, hire.wrong) == (2, 1, 1)
    assert (hire.first_asked, hire.last_asked) == (NOW, NOW + timedelta(days=2))
    assert {first, poor, bad} < set(hire.question_ids)
    assert {"hire", "tents"} <= set(hire.words)
    assert hire.question_id in hire.question_ids
    assert hire.question not in hire.examples
    assert (gas.question_ids, gas.question, gas.examples) == ((other,), "what gas does the stove take", ())
    assert (hire.article, gas.article) == (None, None)


async def test_one_customer_who_asks_ten_times_weighs_less_than_two(
    db: Database, questions: Questions, embedder: Embedder, clock: Clock
) -> None:
    for _ in range(10):
        await ask(questions, "do you have an app", "c1")
    for conversation in ("c2", "c3"):
        await ask(questions, "what gas does the stove take", conversation)
    assert [gap.conversations for gap in await gaps(db, embedder, clock)] == [2, 1]
    assert [gap.questions for gap in await gaps(db, embedder, clock, limit=1)] == [2]


async def test_questions_of_no_known_conversation_count_one_by_one(
    db: Database, questions: Questions, embedder: Embedder, clock: Clock
) -> None:
    for _ in range(3):
        await questions.record("do you have an app", answered=False)
    [gap] = await gaps(db, embedder, clock)
    assert (gap.questions, gap.conversations) == (3, 3)


async def test_reviewed_and_older_questions_are_no_gaps(
    db: Database, questions: Questions, embedder: Embedder, clock: Clock
) -> None:
    await ask(questions, "do you hire out tents", "c1")
    clock.now += timedelta(days=10)
    seen = await ask(questions, "what gas does the stove take", "c2")
    open_ = await ask(questions, "do you have an app", "c3")
    await questions.mark_reviewed(seen, "anna")
    since = clock.now - timedelta(days=1)
    assert [gap.question_id for gap in await gaps(db, embedder, clock, since=since)] == [open_]


async def test_what_holds_no_words_is_no_gap(
    db: Database, questions: Questions, embedder: Embedder, clock: Clock
) -> None:
    for text in ("", "  ", "?", "jo@mail.example"):
        await ask(questions, text, "c1")
    assert all(gap.question for gap in await gaps(db, embedder, clock))


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({}, Standing.NOT_GOOD_ENOUGH),
        ({"audience": "internal"}, Standing.INTERNAL),
        ({"valid_until": date(2026, 5, 31)}, Standing.EXPIRED),
        ({"valid_until": date(2026, 6, 1)}, Standing.NOT_GOOD_ENOUGH),
        ({"valid_from": date(2026, 6, 2)}, Standing.NOT_YET_VALID),
    ],
)
async def test_the_nearest_article_is_named_with_why_it_did_not_answer(
    db: Database, questions: Questions, embedder: Embedder, clock: Clock, fields: dict[str, object], standing: Standing
) -> None:
    await write_article(db, embedder, "You can hire a tent for a weekend.", **fields)
    await ask(questions, "do you hire out tents", "c1")
    [gap] = await gaps(db, embedder, clock)
    assert gap.article
    assert (gap.article.title, gap.article.source, gap.article.standing) == ("Hiring tents", "hire.md", standing)
    assert 0.5 < gap.article.similarity <= 1


async def test_an_article_about_something_else_is_said_to_be_far(
    db: Database, questions: Questions, embedder: Embedder, clock: Clock
) -> None:
    await write_article(db, embedder, "Water the seeds every morning.", title="Growing tomatoes")
    await ask(questions, "do you hire out tents", "c1")
    [gap] = await gaps(db, embedder, clock)
    assert gap.article
    assert gap.article.standing is Standing.FAR


async def test_an_article_that_changed_since_the_last_question_is_said_to(
    db: Database, questions: Questions, embedder: Embedder, clock: Clock
) -> None:
    clock.now -= timedelta(days=1)
    await ask(questions, "do you hire out tents", "c1")
    await write_article(db, embedder, "You can hire a tent for a weekend.")
    [before] = await gaps(db, embedder, clock)
    clock.now += timedelta(days=2)
    await ask(questions, "do you hire out tents", "c2")
    [after] = await gaps(db, embedder, clock)
    assert before.article
    assert after.article
    assert (before.article.changed_since, after.article.changed_since) == (True, False)


async def test_vectors_of_another_embedder_are_not_compared(
    db: Database, questions: Questions, embedder: Embedder, clock: Clock
) -> None:
    await write_article(db, embedder, "You can hire a tent for a weekend.", name="another")
    await ask(questions, "do you hire out tents", "c1")
    [gap] = await gaps(db, embedder, clock)
    assert gap.article is None


async def test_the_gap_of_a_question(db: Database, questions: Questions, embedder: Embedder, clock: Clock) -> None:
    one = await ask(questions, "do you hire out tents", "c1")
    two = await ask(questions, "can i hire a tent", "c2")
    fine = await ask(questions, "can i hire a tent", "c2", answered=True)
    gap = await gap_with(db, two, embedder=embedder, now=clock)
    assert gap
    assert set(gap.question_ids) == {one, two}
    assert await gap_with(db, fine, embedder=embedder, now=clock) is None


async def test_a_gap_is_shown_as_somebody_typed_it_right(
    db: Database, questions: Questions, embedder: Embedder, clock: Clock
) -> None:
    for conversation in ("c1", "c2", "c3"):
        await ask(questions, "do you hire out tnets for the weekend", conversation)
    await ask(questions, "do you hire out tents for the weekend", "c4")
    await write_article(db, embedder, "You can hire a tent, or two tents.")
    [gap] = await gaps(db, embedder, clock)
    assert (gap.questions, gap.question) == (4, "do you hire out tents for the weekend")
