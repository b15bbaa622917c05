"""From a question to an answer with its source, or to an honest None."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from deskhand.conversation.masking import masked
from deskhand.conversation.questions import Feedback, FoundPassage
from deskhand.errors import DeskhandError
from deskhand.knowledge.clues import Clues
from deskhand.knowledge.composing import MOST_OF_A_PART, Composed, compose, compose_best, compose_together, parts_of
from deskhand.knowledge.contracts import Answer, CannotLookUp, Citation, Finder, QuestionLog, Wording
from deskhand.knowledge.decision import Decision, fitted
from deskhand.knowledge.words import Vocabulary
from deskhand.knowledge.writing.excerpts import Excerpt

if TYPE_CHECKING:
    from deskhand.knowledge.retrieval import Candidate

__all__ = ["Answer", "CannotLookUp", "Citation", "Knowledge"]

logger = logging.getLogger(__name__)

MOST_EXCERPTS = 3
"""How many passages a language model sees, and how many are kept with a question that had no answer."""
_FEW_WORDS = 5


@dataclass(frozen=True)
class _Verdict:
    """What was found for one question."""

    candidates: Sequence[Candidate]
    composed: Composed | None
    probability: float
    """That `composed` is right."""
    enough: bool = False
    """Whether it is probable enough to be said."""


class Knowledge:
    """What the articles for customers say."""

    def __init__(
        self,
        search: Finder,
        *,
        vocabulary: Vocabulary | None = None,
        log: QuestionLog | None = None,
        wording: Wording | None = None,
        decision: Decision | None = None,
    ) -> None:
        self._search = search
        self._clues = Clues(vocabulary or Vocabulary())
        self._log = log
        self._wording = wording
        self._decision = decision or fitted()

    async def answer(
        self,
        question: str,
        *,
        previous: Sequence[str] = (),
        conversation_id: UUID | str | None = None,
        keep_unanswered: bool = True,
    ) -> Answer | None:
        """What the articles say on the question, or None when they don't, as far as can be told.

        `previous`: what the customer asked before in this conversation, the latest last. Questions are kept for those
        who write the articles; `keep_unanswered`: also when there is no answer. Raises a `DeskhandError` when nothing
        can be looked up.
        """
        if not any(character.isalnum() for character in question):
            return None
        verdict = await self._judge_all(question, previous)
        if verdict.composed is None or not verdict.enough:
            if keep_unanswered:
                found = [_found(candidate) for candidate in verdict.candidates[:MOST_EXCERPTS]]
                await self._record(question, conversation_id, verdict, None, found)
            return None
        text, used = await self._worded(question, previous, verdict.composed, verdict.candidates)
        found = [_found(candidate) for candidate in used]
        question_id = await self._record(question, conversation_id, verdict, text, found)
        return Answer(text, _citations(used), verdict.probability, question_id)

    async def look_up(self, question: str) -> Answer | None:
        """What the articles say, for somebody of the business: in the articles' own words, and not kept as a question.

        Raises a `DeskhandError` when nothing can be looked up.
        """
        verdict = await self._judge_all(question, ())
        if verdict.composed is None or not verdict.enough:
            return None
        return Answer(verdict.composed.text, _citations(verdict.composed.used), verdict.probability)

    async def feedback(self, question_id: UUID, kind: Feedback) -> None:
        """Keeps what the customer thinks of an answer."""
        if self._log is None:
            return
        try:
            await self._log.feedback(question_id, kind)
        except DeskhandError as exc:
            logger.warning("Feedback on an answer was not kept: %s", type(exc).__name__)

    async def _judge_all(self, question: str, previous: Sequence[str]) -> _Verdict:
        """The verdict on the question; where it asks two things that stand in two places, on both together."""
        before = _what_it_goes_on_from(previous)
        whole = await self._judge(question, before)
        parts = parts_of(question)
        if len(parts) == 1:
            return whole
        first = await self._judge(parts[0], before)
        second = await self._judge(parts[1], parts[0])
        good = [each for each in (first, second) if each.composed and each.enough]
        if len(good) == len(parts):
            return self._together(parts, first, second)
        if good and not whole.enough:
            return good[0]
        return whole

    def _together(self, parts: Sequence[str], first: _Verdict, second: _Verdict) -> _Verdict:
        best, other = first.candidates[0], second.candidates[0]
        probability = min(first.probability, second.probability)
        if best.passage.id == other.passage.id:
            both = np.maximum(_pointed_out(best), _pointed_out(other))
            merged = replace(best, sentence_similarities=both, pointed=None)
            return _Verdict([best], compose("", merged), probability, enough=True)
        pairs = zip(parts, (first, second), strict=True)
        composed = [compose_best(part, verdict.candidates, MOST_OF_A_PART) for part, verdict in pairs]
        return _Verdict([best, other], compose_together([each for each in composed if each]), probability, enough=True)

    async def _judge(self, question: str, previous: str | None) -> _Verdict:
        candidates = await self._search.search(question, previous=previous)
        if not candidates:
            raise CannotLookUp(
                "No article for customers is in the database, or none holds today: deskhand knowledge sync"
            )
        composed = compose_best(question, candidates)
        if composed is None:
            return _Verdict(candidates, None, 0.0)
        clues = self._clues.of(question, composed, candidates)
        probability = self._decision.probability(clues)
        return _Verdict(candidates, composed, probability, self._decision.answers(clues, probability))

    async def _worded(
        self, question: str, previous: Sequence[str], composed: Composed, candidates: Sequence[Candidate]
    ) -> tuple[str, Sequence[Candidate]]:
        """The answer's text and where it comes from: in a language model's words if there is one and they hold."""
        if self._wording is None or composed.steps:  # steps are given word for word
            return composed.text, composed.used
        sources = candidates[:MOST_EXCERPTS]
        excerpts = [
            Excerpt(each.passage.title, each.passage.headings, (*each.passage.sentences, *each.passage.steps))
            for each in sources
        ]
        written = await self._wording.write(masked(question), [masked(earlier) for earlier in previous], excerpts)
        if written is None:
            return composed.text, composed.used
        return written.text, [sources[at] for at in written.cited]

    async def _record(
        self,
        question: str,
        conversation_id: UUID | str | None,
        verdict: _Verdict,
        answer: str | None,
        found: Sequence[FoundPassage],
    ) -> UUID | None:
        """Keeps the question; an answer is given whether or not that works."""
        if self._log is None:
            return None
        try:
            return await self._log.record(
                question,
                answered=answer is not None,
                conversation_id=conversation_id,
                confidence=verdict.probability,
                answer=answer,
                passages=found,
            )
        except DeskhandError as exc:
            logger.warning("A question was not kept: %s", type(exc).__name__)
            return None


def _pointed_out(candidate: Candidate) -> NDArray[np.float32]:
    """How near the question is to each sentence; to what an asked question points at, as near as to that question."""
    similarities = candidate.sentence_similarities.copy()
    if candidate.pointed is not None and candidate.pointed.sentences is not None:
        first, last = candidate.pointed.sentences
        pointed = similarities[first : last + 1]
        pointed[:] = np.maximum(pointed, candidate.pointed.similarity)
    return similarities


def _what_it_goes_on_from(previous: Sequence[str]) -> str | None:
    """The question before; where that is a few words that went on from another, both."""
    if not previous:
        return None
    return " ".join(previous[-2:]) if len(previous[-1].split()) <= _FEW_WORDS else previous[-1]


def _citations(used: Sequence[Candidate]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(Citation(each.passage.title, each.passage.url) for each in used))


def _found(candidate: Candidate) -> FoundPassage:
    passage = candidate.passage
    return FoundPassage(
        source=passage.source,
        title=passage.title,
        text=" ".join((*passage.sentences, *passage.steps)),
        headings=passage.headings,
        passage_id=passage.id,
    )
