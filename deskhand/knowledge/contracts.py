"""What an answer needs of the parts around it, and what it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from deskhand.conversation.questions import Feedback, FoundPassage
from deskhand.errors import DeskhandError

if TYPE_CHECKING:
    from deskhand.knowledge.retrieval import Candidate
    from deskhand.knowledge.writing.excerpts import Excerpt
    from deskhand.knowledge.writing.writer import Written


class CannotLookUp(DeskhandError):
    """Nothing can be looked up for now. That says nothing about what the articles hold."""


@dataclass(frozen=True)
class Citation:
    title: str
    url: str


@dataclass(frozen=True)
class Answer:
    text: str
    citations: tuple[Citation, ...]
    confidence: float
    """The probability that it is right, 0 to 1; at least the threshold."""
    question_id: UUID | None = None
    """Under which the question is kept, for feedback; None when it could not be kept."""


class Finder(Protocol):
    async def search(self, question: str, *, previous: str | None = None) -> Sequence[Candidate]:
        """Passages for customers that hold today, best first. Raises `DeskhandError` when it can't look."""
        ...


class QuestionLog(Protocol):
    async def record(
        self,
        text: str,
        *,
        answered: bool,
        conversation_id: UUID | str | None = None,
        confidence: float | None = None,
        answer: str | None = None,
        passages: Sequence[FoundPassage] = (),
    ) -> UUID: ...

    async def feedback(self, question_id: UUID, kind: Feedback) -> bool: ...


class Wording(Protocol):
    async def write(self, question: str, previous: Sequence[str], excerpts: Sequence[Excerpt]) -> Written | None:
        """The answer in a model's words, or None when there is none that holds. Never raises."""
        ...
