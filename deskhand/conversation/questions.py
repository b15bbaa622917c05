"""What customers asked, what became of it, and what people think of that. Frozen values without I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Feedback(StrEnum):
    HELPED = "helped"
    """The customer said so."""
    NOT_HELPED = "not_helped"
    """The customer said so."""
    WRONG = "wrong"
    """An agent said so, whatever the customer thought."""


@dataclass(frozen=True)
class FoundPassage:
    """What was found in the articles, word for word as it was then: articles change."""

    source: str
    """The article's path in the folder of articles."""
    title: str
    text: str
    headings: tuple[str, ...] = ()
    passage_id: int | None = None


@dataclass(frozen=True)
class Question:
    id: UUID
    conversation_id: str | None
    """A Rasa sender id: that of a conversation, or what `rasa shell` makes up."""
    asked_at: datetime
    text: str
    """Without personal data."""
    answered: bool
    confidence: float | None = None
    """0 to 1, of the answer, or of the one that was not good enough."""
    answer: str | None = None
    passages: tuple[FoundPassage, ...] = ()
    """Those that the answer came from, best first; or the best that was found but not good enough."""
    feedback: Feedback | None = None
    marked_by: str | None = None
    note: str | None = None
    """Why an agent thinks that the answer is wrong."""
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None
