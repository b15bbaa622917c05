"""Replies proposed to agents: from the articles, and from what colleagues answered. What it needs is heavy, and is
loaded when it is asked for and never before."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from deskhand.conversation.model import Citation
from deskhand.conversation.people import Agent
from deskhand.errors import DeskhandError
from deskhand.settings import Settings
from deskhand.store.database import Database
from deskhand.store.desk.similar import Similar, similar_answers

if TYPE_CHECKING:
    from deskhand.knowledge import Knowledge

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Proposal:
    text: str | None = None
    citations: tuple[Citation, ...] = ()
    similar: Sequence[Similar] = field(default_factory=tuple)
    cannot_look: bool = False
    """The articles could not be searched."""


class Drafting:
    """One of it a server."""

    def __init__(self, db: Database, settings: Settings, knowledge: Knowledge | None = None) -> None:
        self._db = db
        self._settings = settings
        self._knowledge = knowledge

    async def propose(
        self, agent: Agent, conversation_id: UUID, question: str, *, previous: Sequence[str] = ()
    ) -> Proposal:
        """`question`: what the contact wants answered; `previous`: what they asked before, the latest last.

        Raises `DatabaseUnavailable`.
        """
        similar = await similar_answers(self._db, agent, question, but=conversation_id)
        cannot_look = False
        try:
            answer = await self._opened().answer(question, previous=previous, keep_unanswered=False)
        except DeskhandError as exc:
            log.warning("No reply can be proposed from the articles: %s", type(exc).__name__)
            answer, cannot_look = None, True
        if answer is not None:
            sources = tuple(Citation(one.title, one.url) for one in answer.citations)
            return Proposal(answer.text, sources, similar)
        if similar:
            nearest = similar[0]
            source = Citation(nearest.question[:80], f"/conversations/{nearest.conversation_id}")
            return Proposal(nearest.answer, (source,), similar, cannot_look)
        return Proposal(cannot_look=cannot_look)

    def _opened(self) -> Knowledge:
        if self._knowledge is None:
            from deskhand.knowledge import Knowledge
            from deskhand.knowledge.opening import FOLDER, open_writer, synonyms_of
            from deskhand.knowledge.retrieval import Retriever
            from deskhand.store.passages import Passages

            vocabulary = synonyms_of(FOLDER)
            # Without a log: what an agent looks for is no customer's question.
            self._knowledge = Knowledge(
                Retriever(Passages(self._db), vocabulary),
                vocabulary=vocabulary,
                wording=open_writer(self._db, self._settings),
            )
        return self._knowledge
