"""Candidates made by hand, as finding would return them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

import numpy as np

from deskhand.knowledge.asked.evidence import Pointed
from deskhand.knowledge.ranking import FEATURES
from deskhand.knowledge.retrieval import Candidate
from deskhand.store.passages import StoredPassage

_NAMESPACE = UUID("0d7a7f5e-3a0b-4b4e-9a53-0a5f6c9d2b11")
_ids = itertools.count(1)


def candidate(
    *sentences: str,
    steps: Sequence[str] = (),
    near: Sequence[float] = (),
    notice: Sequence[str] = (),
    title: str = "Title",
    headings: Sequence[str] = ("Heading",),
    score: float = 1.0,
    pointed: Pointed | None = None,
) -> Candidate:
    """A passage of a customer's article. `near`: how near the question is to each sentence and step."""
    url = f"https://shop.example/{title.lower().replace(' ', '-')}"
    similarities = [*near, *[0.0] * (len(sentences) + len(steps) - len(near))]
    return Candidate(
        passage=StoredPassage(
            id=next(_ids),
            article_id=uuid5(_NAMESPACE, title),
            source=f"{title.lower()}.md",
            title=title,
            url=url,
            valid_from=date(2026, 1, 1),
            position=0,
            headings=tuple(headings),
            sentences=tuple(sentences),
            steps=tuple(steps),
            notice=tuple(notice),
        ),
        score=score,
        features=dict.fromkeys(FEATURES, score),
        sentence_similarities=np.array(similarities, dtype=np.float32),
        pointed=pointed,
    )


@dataclass
class FakeFinder:
    """Finds what it is told to for each question; else nothing good."""

    finds: dict[str, list[Candidate]]
    otherwise: list[Candidate] = field(default_factory=lambda: [candidate("Something else.", score=0.0)])
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    async def search(self, question: str, *, previous: str | None = None) -> list[Candidate]:
        self.asked.append((question, previous))
        return self.finds.get(question, self.otherwise)
