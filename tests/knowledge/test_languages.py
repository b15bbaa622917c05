"""Which language a question is in, where there are articles in several."""

from __future__ import annotations

import pytest

from deskhand.knowledge.languages import Languages

COMMON = {
    "de": {"die", "ist", "in", "und", "wie", "was", "ich", "mein", "nicht", "an"},
    "en": {"the", "is", "in", "and", "how", "was", "i", "my", "not", "what", "a", "an"},
}
WORDS = {
    "en": frozenset({"deliver", "refund", "cost", "tent", "parcel"}),
    "de": frozenset({"lieferung", "kostet", "zelt", "paket", "die", "wie", "lang", "dauert", "ruckgab"}),
}


class Common:
    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    async def common_words(self, words: list[str], languages: list[str]) -> dict[str, frozenset[str]]:
        self.asked.append(words)
        return {word: frozenset(each for each in languages if word in COMMON.get(each, ())) for word in words}


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("was kostet die lieferung", "de"),
        ("Wie lange dauert die Lieferung nach Orkney?", "de"),
        ("Rückgabe?", "de"),
        ("mein paket ist nicht da", "de"),
        ("how much is delivery", "en"),
        ("what was the cost of a tent", "en"),
        ("is the lieferung page in german", "en"),
        ("kayaks", "en"),
        ("???", "en"),
    ],
)
async def test_another_language_is_only_chosen_when_it_is_clear(question: str, language: str) -> None:
    assert await Languages(Common()).of(question, None, WORDS) == language


async def test_where_nothing_tells_the_question_before_does() -> None:
    languages = Languages(Common())

    assert await languages.of("Orkney?", "was kostet die lieferung", WORDS) == "de"
    assert await languages.of("how much is the parcel", "was kostet die lieferung", WORDS) == "en"


@pytest.mark.parametrize("words_of", [{}, {"en": frozenset({"tent"})}])
async def test_with_articles_in_one_language_nothing_is_looked_up(words_of) -> None:
    common = Common()

    assert await Languages(common).of("was kostet die lieferung", None, words_of) == "en"
    assert common.asked == []


async def test_a_word_is_looked_up_once() -> None:
    common = Common()
    languages = Languages(common)
    await languages.of("was kostet die lieferung", None, WORDS)
    await languages.of("was kostet das zelt", None, WORDS)

    assert common.asked == [["was", "kostet", "die", "lieferung"], ["das", "zelt"]]
