"""What is left out while fitting is found as if it had never been written."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from deskhand.knowledge.leaving_out import LeavingOut
from deskhand.store.articles import Articles, NewArticle, NewPassage
from deskhand.store.asked import AskedQuestions, NewAsked
from deskhand.store.passages import Found, Search

DAY = date(2026, 6, 1)


def near(distance: float) -> np.ndarray:
    vector = np.zeros(384, dtype=np.float32)
    vector[:2] = 1 - distance, np.sqrt(1 - (1 - distance) ** 2)
    return vector


def texts(found: Found) -> list[str]:
    return [text for match in found.matches if match.asked for text in match.asked.texts]


@pytest.fixture
async def passages(db) -> LeavingOut:
    passage = NewPassage((), ("A.",), (), (), "'a':1", near(0), near(0)[None].astype(np.float16))
    article = NewArticle("a.md", "d", "A", "https://shop.example/a", "customer", DAY, None, ("en",), (passage,))
    await Articles(db).replace([article], embedder="e")
    asked = [NewAsked(f"q{n}", "asked/a.yml", f"q{n}", "a.md", None, 0, (0, 0), near(n / 100)) for n in range(20)]
    none = [NewAsked(f"u{n}", "asked/a.yml", f"u{n}", None, None, None, None, near(n / 100)) for n in range(20)]
    await AskedQuestions(db).change(remove=[], add=[*asked, *none], embedder="e")
    return LeavingOut(db)


def search() -> Search:
    return Search([near(0)], [], embedder="e", day=DAY, language="en", asked=3)


async def test_the_next_ones_take_the_places_of_those_that_are_left_out(passages) -> None:
    whole = await passages.find(search())
    passages.left_out = {"q0", "q2", "u1"}
    part = await passages.find(search())

    assert (texts(whole), texts(part)) == (["q0", "q1", "q2"], ["q1", "q3", "q4"])
    assert whole.unanswered is not None
    assert part.unanswered is not None
    assert (whole.unanswered.texts, part.unanswered.texts) == (("u0", "u1", "u2"), ("u0", "u2", "u3"))


async def test_all_can_be_left_out(passages) -> None:
    passages.without_any = True
    found = await passages.find(search())

    assert [match.passage.source for match in found.matches] == ["a.md"]
    assert (texts(found), found.unanswered, found.matches[0].has_asked) == ([], None, False)
