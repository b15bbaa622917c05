"""From the questions that are kept to gaps, the heaviest first, each with the nearest article."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from deskhand.conversation.questions import Feedback, Question
from deskhand.knowledge.articles import Audience
from deskhand.knowledge.gaps.clustering import clusters, most_central, plain
from deskhand.knowledge.gaps.naming import telling_words
from deskhand.knowledge.gaps.spelling import corrected
from deskhand.settings import get_settings
from deskhand.store.database import Database
from deskhand.store.nearest import NearestArticle, nearest_articles
from deskhand.store.passages import Passages, Statistics
from deskhand.store.questions import Questions, Which

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_QUESTIONS = 3000
"""Only the newest are looked at: the comparison of each with each takes memory, and the old ones say less."""
NEAR = 0.45
"""The similarity from which an article seems to be about the question. Chosen on tests/knowledge/dev, where three in
four of the articles that answer are as near, and most that are about something else are farther."""
_EXAMPLES = 5
_BATCH = 64


class Standing(StrEnum):
    """Why the nearest article did not answer."""

    FAR = "far"
    """It is about something else: there is an article to be written."""
    NOT_GOOD_ENOUGH = "not_good_enough"
    """It seems to be about this, but its words did not answer the question, or did not help."""
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    INTERNAL = "internal"
    """Customers may not see it."""


@dataclass(frozen=True)
class NearArticle:
    title: str
    source: str
    """The file's path below the folder of articles."""
    similarity: float
    standing: Standing
    changed_since: bool
    """It was written or changed after the last question: it may answer by now."""


@dataclass(frozen=True)
class Gap:
    """Questions that ask the same."""

    question: str
    """The one that is most like the others."""
    question_id: UUID
    words: tuple[str, ...]
    """What sets these questions apart from the others, at most three words."""
    questions: int
    conversations: int
    """How many different ones; a question of no known conversation counts as one of its own."""
    unanswered: int
    not_helped: int
    wrong: int
    first_asked: datetime
    last_asked: datetime
    question_ids: tuple[UUID, ...] = field(repr=False)
    """All of them, the newest first."""
    examples: tuple[str, ...] = field(repr=False)
    """Other ways in which it was asked."""
    article: NearArticle | None = None
    """The nearest one; None if there are no articles."""

    @property
    def weight(self) -> tuple[int, int, datetime]:
        """What gaps are sorted by: somebody who asks ten times counts once before anything else does."""
        return self.conversations, self.questions, self.last_asked


class QueryEmbedder(Protocol):
    """What is needed of `deskhand.knowledge.embedding.Embedder`."""

    name: str

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]: ...

    def is_word(self, text: str) -> bool: ...


async def find_gaps(
    db: Database,
    *,
    since: datetime | None = None,
    limit: int | None = None,
    embedder: QueryEmbedder | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Gap]:
    """The gaps, the heaviest first, of what was asked `since` and was not reviewed.

    The work is done in a thread, so that a server goes on serving. `embedder`: the process's own, when not given.
    """
    asked = await Questions(db, now=now).find(Which.OPEN, since=since, limit=MOST_QUESTIONS)
    if not asked:
        return []
    used: QueryEmbedder = embedder if embedder is not None else await asyncio.to_thread(_shared_embedder)
    statistics = await Passages(db).statistics(used.name)
    groups = await asyncio.to_thread(_grouped, asked, used, statistics)
    groups = sorted(groups, key=lambda group: group.gap.weight, reverse=True)[:limit]
    near = await nearest_articles(db, [group.vector for group in groups], used.name)
    day = now().astimezone(ZoneInfo(get_settings().timezone)).date()
    return [
        replace(group.gap, article=_near(article, group.gap, day)) for group, article in zip(groups, near, strict=True)
    ]


async def gap_with(
    db: Database,
    question_id: UUID,
    *,
    embedder: QueryEmbedder | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Gap | None:
    """The gap that the question is in; None for one that was answered well or is reviewed."""
    return next(
        (gap for gap in await find_gaps(db, embedder=embedder, now=now) if question_id in gap.question_ids), None
    )


@dataclass(frozen=True)
class _Group:
    gap: Gap
    """Still without its article."""
    vector: NDArray[np.float32]


def _shared_embedder() -> QueryEmbedder:
    from deskhand.knowledge.retrieval import shared_embedder

    return shared_embedder()


def _grouped(asked: Sequence[Question], embedder: QueryEmbedder, statistics: Statistics) -> list[_Group]:
    bare = [plain(question.text) for question in asked]
    spelt = corrected(bare, statistics.found_in, statistics.passages, embedder.is_word)
    same: dict[str, list[Question]] = {}
    # Those that are spelt right come first, and so stand for the others.
    for question, _typed, text in sorted(zip(asked, bare, spelt, strict=True), key=lambda each: each[1] != each[2]):
        same.setdefault(text, []).append(question)
    same.pop("", None)
    texts = list(same)
    typed = set(bare)
    if not texts:
        return []
    vectors = _vectors(embedder, texts)
    found = clusters(vectors)
    words = telling_words([[texts[at] for at in members] for members in found])
    groups = []
    for members, telling in zip(found, words, strict=True):
        weights = [len(same[texts[at]]) for at in members]
        spelt_right = [at for at in members if texts[at] in typed]
        center = most_central(vectors, members, weights, among=spelt_right or members)
        gap = _gap([same[texts[at]] for at in members], same[texts[center]][0], telling)
        groups.append(_Group(gap, vectors[center]))
    return groups


def _vectors(embedder: QueryEmbedder, texts: Sequence[str]) -> NDArray[np.float32]:
    """In batches of texts of about the same length: one long text makes all of its batch slow."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    vectors: NDArray[np.float32] = np.concatenate(
        [
            embedder.embed_queries([texts[at] for at in order[start : start + _BATCH]])
            for start in range(0, len(order), _BATCH)
        ]
    )
    return vectors[np.argsort(order)]


def _gap(by_text: Sequence[Sequence[Question]], central: Question, words: tuple[str, ...]) -> Gap:
    """`by_text`: the questions of the gap, those with the same words together."""
    members = sorted((each for same in by_text for each in same), key=lambda each: each.asked_at, reverse=True)
    others = sorted(by_text, key=len, reverse=True)
    return Gap(
        question=central.text,
        question_id=central.id,
        words=words,
        questions=len(members),
        conversations=len({each.conversation_id or str(each.id) for each in members}),
        unanswered=sum(not each.answered for each in members),
        not_helped=sum(each.feedback is Feedback.NOT_HELPED for each in members),
        wrong=sum(each.feedback is Feedback.WRONG for each in members),
        first_asked=members[-1].asked_at,
        last_asked=members[0].asked_at,
        question_ids=tuple(each.id for each in members),
        examples=tuple(same[0].text for same in others if central not in same)[:_EXAMPLES],
    )


def _near(found: NearestArticle | None, gap: Gap, day: date) -> NearArticle | None:
    if found is None:
        return None
    return NearArticle(
        title=found.title,
        source=found.source,
        similarity=round(found.similarity, 3),
        standing=_standing(found, day),
        changed_since=found.synced_at > gap.last_asked,
    )


def _standing(found: NearestArticle, day: date) -> Standing:
    if found.similarity < NEAR:
        return Standing.FAR
    if found.audience != Audience.CUSTOMER:
        return Standing.INTERNAL
    if found.valid_until is not None and found.valid_until < day:
        return Standing.EXPIRED
    return Standing.NOT_YET_VALID if day < found.valid_from else Standing.NOT_GOOD_ENOUGH
