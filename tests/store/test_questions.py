"""What customers asked is kept without personal data, for some days, with what became of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from deskhand.conversation.questions import Feedback, FoundPassage
from deskhand.store.database import Database
from deskhand.store.questions import NotAnswered, QuestionNotFound, Questions, Which

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PASSAGE = FoundPassage(
    source="care/tents.md", title="Tents", text="Dry it first.", headings=("Care", "Storing"), passage_id=7
)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def questions(db: Database, clock: Clock) -> Questions:
    return Questions(db, keep_days=30, now=clock)


async def answered(questions: Questions, text: str = "how do i store a tent") -> object:
    return await questions.record(text, answered=True, answer="Dry it first.", confidence=0.9, passages=[PASSAGE])


async def test_a_question_is_kept_with_all_that_was_found(questions: Questions) -> None:
    conversation_id = uuid4()
    question_id = await questions.record(
        "how do i store a tent",
        answered=True,
        conversation_id=conversation_id,
        confidence=0.75,
        answer="Dry it first.",
        passages=[PASSAGE],
    )

    kept = await questions.get(question_id)

    assert (kept.text, kept.answered, kept.confidence) == ("how do i store a tent", True, 0.75)
    assert (kept.conversation_id, kept.asked_at) == (str(conversation_id), NOW)
    assert (kept.answer, kept.passages) == ("Dry it first.", (PASSAGE,))
    assert (kept.feedback, kept.marked_by, kept.reviewed_at) == (None, None, None)


async def test_personal_data_never_reaches_the_database(questions: Questions, database_url: str) -> None:
    question_id = await questions.record("it's jo@mail.example, order FW-204518, where is it", answered=True)
    await questions.mark_wrong(question_id, "anna", note="Jo (0113 496 0000) says no")

    with psycopg.connect(database_url) as connection:
        row = str(connection.execute("SELECT * FROM deskhand.questions").fetchone())

    assert "[email], order [order number]" in row
    for personal in ("jo@mail", "204518", "0113"):
        assert personal not in row


async def test_what_postgresql_cannot_hold_is_kept_all_the_same(questions: Questions) -> None:
    question_id = await questions.record("half an emoji \ud83d and a \0", answered=False, conversation_id="a\0b")
    assert (await questions.get(question_id)).text.startswith("half an emoji ?")


async def test_a_customers_later_word_replaces_the_earlier(questions: Questions) -> None:
    question_id = await answered(questions)
    assert await questions.feedback(question_id, Feedback.HELPED)
    assert await questions.feedback(question_id, Feedback.NOT_HELPED)
    assert (await questions.get(question_id)).feedback is Feedback.NOT_HELPED


async def test_an_agents_word_outweighs_the_customers(questions: Questions) -> None:
    question_id = await answered(questions)
    await questions.feedback(question_id, Feedback.HELPED)
    marked = await questions.mark_wrong(question_id, "anna", note="It must not be dry-cleaned.")
    await questions.feedback(question_id, Feedback.HELPED)

    assert (marked.feedback, marked.marked_by, marked.note) == (Feedback.WRONG, "anna", "It must not be dry-cleaned.")
    assert await questions.get(question_id) == marked


async def test_feedback_on_what_was_not_answered_or_is_gone_changes_nothing(questions: Questions) -> None:
    unanswered = await questions.record("do you hire out tents", answered=False)
    assert not await questions.feedback(unanswered, Feedback.NOT_HELPED)
    assert not await questions.feedback(uuid4(), Feedback.HELPED)
    assert (await questions.get(unanswered)).feedback is None


async def test_customers_cannot_mark_as_wrong(questions: Questions) -> None:
    question_id = await answered(questions)
    with pytest.raises(ValueError, match="mark_wrong"):
        await questions.feedback(question_id, Feedback.WRONG)


async def test_without_an_answer_there_is_none_to_be_wrong(questions: Questions) -> None:
    question_id = await questions.record("do you hire out tents", answered=False)
    with pytest.raises(NotAnswered, match="gave no answer"):
        await questions.mark_wrong(question_id, "anna")


async def test_an_unknown_question_is_said_to_be(questions: Questions) -> None:
    for attempt in (
        questions.get(uuid4()),
        questions.mark_wrong(uuid4(), "anna"),
        questions.mark_reviewed(uuid4(), "a"),
    ):
        with pytest.raises(QuestionNotFound, match="DESKHAND_QUESTION_DAYS"):
            await attempt


async def test_marked_as_wrong_again_it_is_up_for_review_again(questions: Questions, clock: Clock) -> None:
    question_id = await answered(questions)
    await questions.mark_wrong(question_id, "anna", note="no")
    first = await questions.mark_reviewed(question_id, "ben")
    clock.now += timedelta(hours=1)
    assert await questions.mark_reviewed(question_id, "cleo") == first
    assert (first.reviewed_by, first.reviewed_at) == ("ben", NOW)

    again = await questions.mark_wrong(question_id, "dana")

    assert (again.marked_by, again.note, again.reviewed_at, again.reviewed_by) == ("dana", None, None, None)


async def test_each_kind_is_found_the_newest_first(questions: Questions, clock: Clock) -> None:
    async def ask(answer: bool) -> object:
        clock.now += timedelta(minutes=1)
        return await questions.record("q", answered=answer)

    none, good, poor, bad, done = [await ask(at > 0) for at in range(5)]
    await questions.feedback(good, Feedback.HELPED)
    await questions.feedback(poor, Feedback.NOT_HELPED)
    await questions.mark_wrong(bad, "anna")
    await questions.mark_wrong(done, "anna")
    await questions.mark_reviewed(done, "anna")

    expected = {
        Which.ALL: [done, bad, poor, good, none],
        Which.UNANSWERED: [none],
        Which.NOT_HELPED: [poor],
        Which.WRONG: [done, bad],
        Which.OPEN: [bad, poor, none],
    }
    assert {which: [each.id for each in await questions.find(which)] for which in Which} == expected
    assert [each.id for each in await questions.find(Which.ALL, limit=2)] == [done, bad]
    since = clock.now - timedelta(minutes=1)
    assert [each.id for each in await questions.find(Which.ALL, since=since)] == [done, bad]


async def test_the_questions_of_one_conversation(questions: Questions) -> None:
    mine = await questions.record("a", answered=False, conversation_id="c1")
    await questions.record("b", answered=False, conversation_id="c2")
    assert [each.id for each in await questions.find(Which.ALL, conversation_id="c1")] == [mine]


async def test_the_beginning_of_an_id_finds_it(questions: Questions) -> None:
    question_id = await questions.record("a", answered=False)
    assert [each.id for each in await questions.beginning_with(str(question_id)[:8].upper())] == [question_id]
    assert await questions.beginning_with("%") == []


async def test_old_questions_are_not_shown_and_go_when_a_new_one_comes(
    questions: Questions, clock: Clock, database_url: str
) -> None:
    old = await questions.record("old", answered=False)
    clock.now += timedelta(days=29, hours=23)
    assert [each.id for each in await questions.find()] == [old]
    clock.now += timedelta(hours=1)
    assert await questions.find() == []
    new = await questions.record("new", answered=False)

    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT id FROM deskhand.questions").fetchall() == [(new,)]


async def test_purging_says_how_many(questions: Questions, clock: Clock) -> None:
    for _ in range(3):
        await questions.record("old", answered=False)
    clock.now += timedelta(days=30)
    assert await questions.purge() == 3
    assert await questions.purge() == 0


async def test_the_setting_says_how_long(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    from deskhand.settings import get_settings

    monkeypatch.setenv("DESKHAND_QUESTION_DAYS", "2")
    get_settings.cache_clear()
    try:
        questions = Questions(db, now=clock)
        await questions.record("a", answered=False)
        clock.now += timedelta(days=1)
        assert len(await questions.find()) == 1
        clock.now += timedelta(days=1)
        assert await questions.find() == []
    finally:
        get_settings.cache_clear()


async def test_questions_recorded_at_the_same_moment_do_not_disturb_each_other(
    questions: Questions, clock: Clock
) -> None:
    await asyncio.gather(*(questions.record("old", answered=False) for _ in range(10)))
    clock.now += timedelta(days=31)
    await asyncio.gather(*(questions.record("new", answered=False) for _ in range(10)))
    assert [each.text for each in await questions.find()] == ["new"] * 10
