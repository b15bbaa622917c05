"""What customers say of an answer, kept beside their question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from actions.turn import Turn
from deskhand.conversation.questions import Feedback

QUESTION_ID = "question_id"


async def keep_feedback(turn: Turn, kind: Feedback) -> None:
    """Keeps what the customer says of the latest answer."""
    for event in reversed(turn.tracker.events):
        question_id = attached(event).get(QUESTION_ID)
        if question_id:
            await turn.services.knowledge.feedback(UUID(str(question_id)), kind)
            return


def attached(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an action attached to something that the assistant said."""
    return ((event.get("data") or {}).get("custom") or {}) if event.get("event") == "bot" else {}
