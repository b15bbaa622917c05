"""What customers asked and what became of it: for those who write the articles, and for those who review answers.

Kept without personal data and for some days only (`DESKHAND_QUESTION_DAYS`); older ones go whenever a new one comes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Text, and_, case, cast, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.masking import masked
from deskhand.conversation.questions import Feedback, FoundPassage, Question
from deskhand.settings import get_settings
from deskhand.store.database import Database
from deskhand.store.errors import NotAnswered, QuestionNotFound
from deskhand.store.question_tables import questions
from deskhand.store.rows import AnyRow
from deskhand.store.texts import storable

__all__ = ["NotAnswered", "QuestionNotFound", "Questions", "Which"]

_NOT_THERE = (
    "There is no such question. They are kept for DESKHAND_QUESTION_DAYS days; see `deskhand knowledge questions`."
)


class Which(StrEnum):
    """Kinds of questions to look at."""

    ALL = "all"
    UNANSWERED = "unanswered"
    NOT_HELPED = "not_helped"
    """Customers said that the answer did not help."""
    WRONG = "wrong"
    """Agents said that the answer was wrong."""
    OPEN = "open"
    """Unanswered, of no help or wrong, and not reviewed."""


_UNANSWERED = questions.c.answered.is_(False)
_UNREVIEWED = questions.c.reviewed_at.is_(None)
_CONDITIONS: dict[Which, ColumnElement[bool]] = {
    Which.ALL: questions.c.id.is_not(None),
    Which.UNANSWERED: _UNANSWERED,
    Which.NOT_HELPED: questions.c.feedback == Feedback.NOT_HELPED,
    Which.WRONG: questions.c.feedback == Feedback.WRONG,
    Which.OPEN: and_(_UNREVIEWED, or_(_UNANSWERED, questions.c.feedback.in_([Feedback.NOT_HELPED, Feedback.WRONG]))),
}


class Questions:
    def __init__(
        self, db: Database, *, keep_days: int | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """`keep_days`: the setting's, when not given."""
        self._db = db
        self._keep_days = keep_days
        self._now = now

    async def record(
        self,
        text: str,
        *,
        answered: bool,
        conversation_id: UUID | str | None = None,
        confidence: float | None = None,
        answer: str | None = None,
        passages: Sequence[FoundPassage] = (),
    ) -> UUID:
        """Keeps a question, its personal data masked, with what was found for it. Returns its id.

        `passages` are those that the answer came from, or, without an answer, the best that were found.
        """
        question_id = uuid4()
        async with self._db.begin() as connection:
            await self._delete_old(connection)
            await connection.execute(
                insert(questions).values(
                    id=question_id,
                    conversation_id=storable(str(conversation_id)) if conversation_id is not None else None,
                    asked_at=self._now(),
                    text=masked(storable(text)),
                    answered=answered,
                    confidence=confidence,
                    answer=storable(answer) if answer is not None else None,
                    passages=[_passage_data(passage) for passage in passages],
                )
            )
        return question_id

    async def feedback(self, question_id: UUID, kind: Feedback) -> bool:
        """What the customer thinks of the answer; later words replace earlier ones, but not an agent's.

        Returns whether there is such an answer still. Raises `ValueError` for `WRONG`: agents say that with
        `mark_wrong`.
        """
        if kind is Feedback.WRONG:
            raise ValueError("Customers say whether it helped. Agents mark answers as wrong: mark_wrong().")
        async with self._db.begin() as connection:
            changed = await connection.execute(
                update(questions)
                .where(questions.c.id == question_id, questions.c.answered)
                .values(feedback=case((questions.c.feedback == Feedback.WRONG, questions.c.feedback), else_=kind.value))
                .returning(questions.c.id)
            )
            return changed.one_or_none() is not None

    async def mark_wrong(self, question_id: UUID, by: str, note: str | None = None) -> Question:
        """An agent says that the answer was wrong: it is up for review, again if it was reviewed before.

        Personal data in the note is masked. Raises `QuestionNotFound`, `NotAnswered`.
        """
        async with self._db.begin() as connection:
            row = await _one(connection, questions.c.id == question_id)
            if not row.answered:
                raise NotAnswered(
                    "The assistant gave no answer to this question, so none can be wrong. "
                    "It is among those of `deskhand knowledge gaps` already."
                )
            return await _change(
                connection,
                question_id,
                feedback=Feedback.WRONG,
                marked_by=storable(by),
                note=masked(storable(note)) if note else None,
                reviewed_at=None,
                reviewed_by=None,
            )

    async def mark_reviewed(self, question_id: UUID, by: str) -> Question:
        """Somebody saw to it: it is no gap any more. Done again, the first one stands. Raises `QuestionNotFound`."""
        async with self._db.begin() as connection:
            row = await _one(connection, questions.c.id == question_id)
            if row.reviewed_at is not None:
                return _question(row)
            return await _change(connection, question_id, reviewed_at=self._now(), reviewed_by=storable(by))

    async def get(self, question_id: UUID) -> Question:
        """Raises `QuestionNotFound`."""
        async with self._db.begin() as connection:
            return _question(await _one(connection, questions.c.id == question_id))

    async def beginning_with(self, beginning: str, limit: int = 2) -> list[Question]:
        """The questions whose id begins so, at most `limit`."""
        begins = cast(questions.c.id, Text).startswith(storable(beginning).lower(), autoescape=True)
        async with self._db.begin() as connection:
            found = await connection.execute(select(questions).where(begins).limit(limit))
            return [_question(row) for row in found]

    async def find(
        self,
        which: Which = Which.OPEN,
        *,
        since: datetime | None = None,
        limit: int = 1000,
        conversation_id: UUID | str | None = None,
    ) -> list[Question]:
        """Questions, the newest first; those that are older than may be kept are never shown."""
        query = select(questions).where(_CONDITIONS[which], questions.c.asked_at > self._oldest())
        if since is not None:
            query = query.where(questions.c.asked_at >= since)
        if conversation_id is not None:
            query = query.where(questions.c.conversation_id == storable(str(conversation_id)))
        async with self._db.begin() as connection:
            found = await connection.execute(query.order_by(questions.c.asked_at.desc(), questions.c.id).limit(limit))
            return [_question(row) for row in found]

    async def purge(self) -> int:
        """Deletes what is older than may be kept, and says how many that were."""
        async with self._db.begin() as connection:
            return await self._delete_old(connection)

    async def _delete_old(self, connection: AsyncConnection) -> int:
        deleted = await connection.execute(delete(questions).where(questions.c.asked_at <= self._oldest()))
        return deleted.rowcount

    def _oldest(self) -> datetime:
        days = self._keep_days if self._keep_days is not None else get_settings().question_days
        return self._now() - timedelta(days=days)


async def _one(connection: AsyncConnection, condition: ColumnElement[bool]) -> AnyRow:
    found = await connection.execute(select(questions).where(condition).with_for_update(key_share=True))
    row = found.one_or_none()
    if row is None:
        raise QuestionNotFound(_NOT_THERE)
    return row


async def _change(connection: AsyncConnection, question_id: UUID, **changes: object) -> Question:
    changed = await connection.execute(
        update(questions).where(questions.c.id == question_id).values(**changes).returning(questions)
    )
    return _question(changed.one())


def _passage_data(passage: FoundPassage) -> dict[str, object]:
    data = asdict(passage)
    return data | {
        "headings": [storable(heading) for heading in passage.headings],
        "title": storable(passage.title),
        "text": storable(passage.text),
        "source": storable(passage.source),
    }


def _question(row: AnyRow) -> Question:
    return Question(
        id=row.id,
        conversation_id=row.conversation_id,
        asked_at=row.asked_at,
        text=row.text,
        answered=row.answered,
        confidence=row.confidence,
        answer=row.answer,
        passages=tuple(FoundPassage(**{**passage, "headings": tuple(passage["headings"])}) for passage in row.passages),
        feedback=Feedback(row.feedback) if row.feedback else None,
        marked_by=row.marked_by,
        note=row.note,
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewed_by,
    )
