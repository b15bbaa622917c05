"""How good the answers are on questions written by hand. The floors are a little below what was measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from deskhand.knowledge import Knowledge

FOLDER = Path(__file__).parent


def questions(name: str) -> dict[str, list[Any]]:
    content: dict[str, list[Any]] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return content


async def measure(knowledge: Knowledge, name: str) -> tuple[float, float]:
    """The shares of answerable questions answered rightly, and of unanswerable ones declined."""
    rows = questions(name)
    right = 0
    for row in rows["answerable"]:
        answer = await knowledge.answer(row["q"])
        right += answer is not None and row["says"].lower() in answer.text.lower()
    declined = [question for question in rows["unanswerable"] if await knowledge.answer(question) is None]
    return right / len(rows["answerable"]), len(declined) / len(rows["unanswerable"])


@pytest.mark.parametrize(
    ("name", "right_floor", "declined_floor"), [("dev_questions.yml", 0.8, 0.85), ("check_questions.yml", 0.6, 0.8)]
)
async def test_answers_are_right_and_the_rest_is_declined(fernway, name, right_floor, declined_floor):
    right, declined = await measure(fernway, name)

    assert right >= right_floor
    assert declined >= declined_floor


@pytest.mark.parametrize("name", ["dev_questions.yml", "check_questions.yml"])
async def test_nothing_internal_is_ever_cited(fernway, name):
    rows = questions(name)
    for question in [*(row["q"] for row in rows["answerable"]), *rows["unanswerable"]]:
        answer = await fernway.answer(question)
        assert answer is None or all("/internal/" not in citation.url for citation in answer.citations)
