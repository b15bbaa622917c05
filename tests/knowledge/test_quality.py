"""How good the answers are on questions written by hand. The floors are a little below what was measured."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from deskhand.e2e.scratch import scratch_database
from deskhand.knowledge import Answer
from deskhand.knowledge.known_questions import KnownQuestion, read_known_questions
from deskhand.knowledge.opening import open_knowledge
from deskhand.settings import Settings
from deskhand.store import embedded
from deskhand.store.articles import Articles
from deskhand.store.database import Database

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
DAY = date(2026, 11, 21)
"""The questions are about what holds then."""
_FLOORS = {"dev/passers-by-*.yml": (0.9, 0.82), "dev/follow-ups-*.yml": (0.78, 0.7), "check.yml": (0.88, 0.65)}
"""How many of the answerable questions are answered rightly, and how many of the others declined, at least."""


@pytest.fixture(scope="module")
def synced_url() -> Iterator[str]:
    """A database with the shop's own articles: a copy of the one that `deskhand e2e` copies, too, in `make test`."""
    server = embedded.start(ROOT / "var" / "test" / "postgres")
    try:
        with asyncio.Runner() as runner:
            copied = scratch_database(server.url, ROOT, print)
            yield runner.run(copied.__aenter__())
            runner.run(copied.__aexit__(None, None, None))
    finally:
        server.stop()


@dataclass(frozen=True)
class Asked:
    answers: dict[KnownQuestion, Answer | None]
    internal: list[str]
    """The sources that no customer may hear of."""

    def those_of(self, pattern: str) -> dict[KnownQuestion, Answer | None]:
        return {known: self.answers[known] for known in read_known_questions(sorted(FOLDER.glob(pattern)))}


@pytest.fixture(scope="module")
def asked(synced_url: str) -> Asked:
    async def ask() -> Asked:
        db = Database(synced_url)
        fernway = open_knowledge(db, Settings(), ROOT / "knowledge", today=lambda: DAY)
        questions = [
            *read_known_questions([path for pattern in _FLOORS for path in sorted(FOLDER.glob(pattern))]),
            *(KnownQuestion(text, text) for text in _ABOUT_INTERNAL_MATTERS),
        ]
        answers = {
            known: await fernway.answer(known.question, previous=[known.previous] if known.previous else [])
            for known in questions
        }
        internal = [source for source in await Articles(db).known() if source.startswith("internal/")]
        await db.close()
        return Asked(answers, internal)

    return asyncio.run(ask())


@pytest.mark.parametrize("pattern", _FLOORS)
def test_answers_are_right_and_the_rest_is_declined(asked, pattern):
    right_floor, declined_floor = _FLOORS[pattern]
    answers = asked.those_of(pattern)

    right = [a is not None and known.is_answered_by(a.text) for known, a in answers.items() if known.answerable]
    declined = [a is None for known, a in answers.items() if not known.answerable]
    assert sum(right) / len(right) >= right_floor
    assert sum(declined) / len(declined) >= declined_floor


def test_nothing_internal_is_ever_cited(asked):
    assert asked.internal
    for answer in asked.answers.values():
        assert answer is None or all("/internal/" not in citation.url for citation in answer.citations)


_ABOUT_INTERNAL_MATTERS = [
    "who approves refunds above £200 and up to which amount",
    "how do agents claim from the carrier for lost parcels",
    "what goodwill credit can staff give for late delivery",
    "what is the staff discount",
    "which retention offers are there for refill customers who cancel",
    "how are fraud checks made on orders",
]
