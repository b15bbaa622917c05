"""How agents answered what other customers asked in much the same words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.masking import masked
from deskhand.conversation.model import Author, Outcome, Status
from deskhand.conversation.people import Agent
from deskhand.store.database import Database
from deskhand.store.desk.visibility import visible_to
from deskhand.store.tables import conversations, messages

MOST_WORDS = 12
LEAST_SHARE = 0.5
"""Of the question's words must stand in the other one."""
LOOKED_AT = 60
GOOD_RATING = 3
_WORD = re.compile(r"[^\W\d_]{3,}")
# What says nothing about the topic, in the languages of the desk.
_EVERYDAY_WORDS = (
    "the and for you your with that this have has had was were are not but can could would should will there here what "
    "when where which who how why from about please thanks thank hello hey hi just like want need get got did does "
    "been them they she him her his our out its it's i'm und der die das ich sie ist nicht ein eine mit auf bitte "
    "danke hallo habe hat wie wann was wer"
)
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())


@dataclass(frozen=True)
class Similar:
    conversation_id: UUID
    question: str
    """Without personal data."""
    answer: str
    """Of the agent, without personal data."""
    agent_name: str | None
    at: datetime


async def similar_answers(db: Database, agent: Agent, question: str, *, but: UUID, limit: int = 3) -> Sequence[Similar]:
    """Answers of agents to contacts who asked in much the same words, the nearest first, each conversation once.

    Only from conversations that agents resolved, that were not rated badly, and that `agent` may see; `but` is left
    out.
    """
    wanted = words_of(question)
    if not wanted:
        return []
    async with db.begin() as connection:
        asked = await _asked(connection, agent, wanted, but)
        found: dict[UUID, Similar] = {}
        for row in sorted(asked, key=lambda one: -_share(wanted, one.text)):
            if len(found) == limit or _share(wanted, row.text) < LEAST_SHARE:
                break
            if row.conversation_id not in found and (answer := await _answer(connection, row)) is not None:
                found[row.conversation_id] = Similar(
                    row.conversation_id, masked(row.text), masked(answer.text), answer.author_name, answer.sent_at
                )
    return list(found.values())


def words_of(text: str) -> list[str]:
    """The words that a topic is known by, longest first, so that the rare ones come first."""
    words = dict.fromkeys(word.lower() for word in _WORD.findall(masked(text)))
    return sorted((word for word in words if word not in _EVERYDAY), key=len, reverse=True)[:MOST_WORDS]


def _share(wanted: Sequence[str], text: str) -> float:
    there = {word.lower() for word in _WORD.findall(text)}
    return sum(word in there for word in wanted) / len(wanted)


async def _asked(connection: AsyncConnection, agent: Agent, wanted: Sequence[str], but: UUID) -> Sequence[Any]:
    # As the index has it: only then is it used.
    there: Any = literal_column("to_tsvector('simple', left(messages.text, 20000))")
    query = func.to_tsquery(literal_column("'simple'"), " | ".join(wanted))
    found = await connection.execute(
        select(messages.c.conversation_id, messages.c.seq, messages.c.text)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(
            there.op("@@")(query),
            messages.c.author == Author.CONTACT,
            messages.c.deleted_at.is_(None),
            conversations.c.status == Status.RESOLVED,
            conversations.c.outcome == Outcome.RESOLVED_BY_AGENT,
            conversations.c.rating.is_(None) | (conversations.c.rating >= GOOD_RATING),
            conversations.c.id != but,
            visible_to(agent),
        )
        .order_by(func.ts_rank(there, query).desc(), messages.c.sent_at.desc())
        .limit(LOOKED_AT)
    )
    return found.all()


async def _answer(connection: AsyncConnection, asked: Any) -> Any:
    found = await connection.execute(
        select(messages.c.text, messages.c.author_name, messages.c.sent_at)
        .where(
            messages.c.conversation_id == asked.conversation_id,
            messages.c.seq > asked.seq,
            messages.c.author == Author.AGENT,
            func.length(messages.c.text) > 20,
        )
        .order_by(messages.c.seq)
        .limit(1)
    )
    return found.one_or_none()
