"""What contacts mean who write after the end."""

from __future__ import annotations

import pytest

from deskhand.conversation.canned import filled, unknown_variables
from deskhand.conversation.coming_back import Meaning, meaning_of

GOODBYES = [
    "thanks",
    "Thank you so much!",
    "ok thanks",
    "Great, thank you for your help",
    "👍",
    "perfect!",
    "Ok",
    "bye",
]
GOODBYES += ["Brilliant, cheers", "danke schön", "no worries, thanks", "thx!!", "thank you, have a nice day"]
RATINGS = ["5", "5!", "4 stars", "five stars thanks", "★★★", "⭐️⭐️⭐️⭐️", "8/10", "3 out of 5", "I'd say 4", "it's a 5"]
MORE = [
    "thanks but it is still broken",
    "ok and when?",
    "great, another dud",
    "I have 2 questions",
    "5 minutes ago it broke",
]
MORE += [
    "no",
    "hello",
    "thanks for nothing",
    "10",
    "0",
    "6",
    "",
    "is it ok?",
    "bye bye money?",
    "4 weeks and no parcel",
]


@pytest.mark.parametrize("text", GOODBYES)
def test_goodbyes_need_no_answer(text: str) -> None:
    assert meaning_of(text, rating_asked=False) is Meaning.GOODBYE


@pytest.mark.parametrize("text", RATINGS)
def test_ratings_are_ratings_when_they_were_asked_for(text: str) -> None:
    assert meaning_of(text, rating_asked=True) is Meaning.RATING
    assert meaning_of(text, rating_asked=False) is Meaning.MORE


@pytest.mark.parametrize("text", MORE)
def test_everything_else_is_something_to_do(text: str) -> None:
    assert meaning_of(text, rating_asked=True) is Meaning.MORE


def test_a_picture_is_something_to_do() -> None:
    assert meaning_of("thanks", rating_asked=False, has_files=True) is Meaning.MORE


def test_variables_are_filled_in_and_missing_ones_are_named() -> None:
    text = "Hello {{contact.name}}, {{ agent.name }} here about {{order.number}}."
    assert filled(text, {"contact.name": "Priya {{agent.name}}", "agent.name": "Ann"}) == (
        "Hello Priya {{agent.name}}, Ann here about {{order.number}}.",
        ("order.number",),
    )
    assert unknown_variables("{{contact.name}} {{password}}") == ("password",)
