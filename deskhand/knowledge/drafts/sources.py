"""From what a person names, a gap, a question or a conversation, to the conversations that a draft is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from deskhand.conversation.masking import masked
from deskhand.conversation.model import Author
from deskhand.conversation.questions import Question
from deskhand.errors import DeskhandError
from deskhand.knowledge.gaps.finding import QueryEmbedder, gap_with
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.lookup import conversations_beginning_with
from deskhand.store.questions import Questions, Which

FEWEST_CHARACTERS = 4
"""Of the beginning of an id."""
MOST_MESSAGES = 2000
_ID = re.compile(rf"[0-9a-f-]{{{FEWEST_CHARACTERS},36}}", re.IGNORECASE)


class DraftError(DeskhandError):
    """No draft can be made of this. The message says why."""


@dataclass(frozen=True)
class Source:
    """A conversation, and when the question was asked in it; None for the whole conversation."""

    conversation_id: UUID
    asked_at: datetime | None = None


@dataclass(frozen=True)
class Material:
    asked: tuple[str, ...]
    """How customers asked, the best way first."""
    sources: tuple[Source, ...]


async def material_for(
    db: Database, targets: Sequence[str], *, embedder: QueryEmbedder | None, now: Callable[[], datetime]
) -> Material:
    """What the targets stand for: a question's id its whole gap, a conversation's id itself. Beginnings will do.

    Raises `DraftError` for one that stands for nothing, or for several things.
    """
    asked: list[str] = []
    sources: dict[UUID, Source] = {}
    for target in targets:
        found = await _behind(db, target, embedder, now)
        asked += found.asked
        for source in found.sources:
            sources.setdefault(source.conversation_id, source)
    return Material(tuple(dict.fromkeys(asked)), tuple(sources.values()))


async def _behind(db: Database, target: str, embedder: QueryEmbedder | None, now: Callable[[], datetime]) -> Material:
    if not _ID.fullmatch(target):
        raise DraftError(
            f"{target!r} is no id. Give the beginning of one, {FEWEST_CHARACTERS} characters at least, from "
            "`deskhand knowledge gaps` or of a conversation."
        )
    questions = await Questions(db, now=now).beginning_with(target)
    conversations = await conversations_beginning_with(db, target)
    if len(questions) + len(conversations) > 1:
        raise DraftError(f"Several ids begin with {target!r}. Give more of it.")
    if conversations:
        return await _of_conversation(db, conversations[0].id)
    if questions:
        return await _of_gap(db, questions[0], embedder, now)
    raise DraftError(
        f"There is no question and no conversation whose id begins with {target!r}. `deskhand knowledge gaps` lists "
        "the gaps; questions are kept for DESKHAND_QUESTION_DAYS days."
    )


async def _of_conversation(db: Database, conversation_id: UUID) -> Material:
    recorded = await Questions(db).find(Which.ALL, conversation_id=conversation_id)
    # Those that the articles did not answer come first: they are what the agent was needed for.
    texts = [question.text for question in sorted(recorded, key=lambda each: each.answered)]
    if not texts:
        history = await Conversations(db).history(conversation_id, limit=MOST_MESSAGES)
        texts = [masked(message.text) for message in history if message.author is Author.CONTACT][:1]
    return Material(tuple(texts), (Source(conversation_id),))


async def _of_gap(
    db: Database, question: Question, embedder: QueryEmbedder | None, now: Callable[[], datetime]
) -> Material:
    """The conversations of all questions that ask the same; of a question that is in no gap, its own."""
    gap = await gap_with(db, question.id, embedder=embedder, now=now)
    members, texts = [question], [question.text]
    if gap is not None:
        of_gap = set(gap.question_ids)
        members = [each for each in await Questions(db, now=now).find(Which.OPEN) if each.id in of_gap]
        texts = [gap.question, *gap.examples]
    sources: dict[UUID, Source] = {}
    for member in sorted(members, key=lambda each: each.asked_at):
        conversation_id = _as_uuid(member.conversation_id)
        if conversation_id is not None:
            sources.setdefault(conversation_id, Source(conversation_id, member.asked_at))
    return Material(tuple(texts), tuple(sources.values()))


def _as_uuid(conversation_id: str | None) -> UUID | None:
    """None for a Rasa sender id that came through no channel, as in `rasa shell`."""
    try:
        return UUID(conversation_id) if conversation_id is not None else None
    except ValueError:
        return None
