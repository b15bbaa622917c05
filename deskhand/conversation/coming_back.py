"""What a contact means who writes after an agent has resolved the conversation. Pure functions."""

from __future__ import annotations

import re
from enum import StrEnum

from deskhand.conversation.reading import read_rating

_RATING = re.compile(
    r"\W*(?:(?:i'?d|i would|i'?ll) (?:say|give (?:it|you|that)?)|it'?s|that'?s)?\s*(?:an? )?"
    r"(?:(?:[1-5]|one|two|three|four|five)(?:\s*(?:stars?|points?|/\s*5|out of (?:5|five)))?"
    r"|(?:10|[1-9])\s*(?:/|out of)\s*10"
    r"|[⭐★☆\ufe0f\s]{1,12})"
    r"\W*(?:thanks|thank you|thx|cheers|please)?\W*",
    re.IGNORECASE,
)
_GOODBYE = re.compile(
    r"\W*(?:(?:ok|okay|great|perfect|brilliant|lovely|super|cool|all good|no problem|no worries|got it|sorted)\W+)*"
    r"(?:(?:many |ok )?thanks?(?: you)?(?: (?:so much|very much|a lot|again|a million))?|thx|ty|cheers|ta|bye|goodbye"
    r"|ok|okay|great|perfect|brilliant|lovely|super|cool|all good|no problem|no worries|got it|sorted|will do"
    r"|(?:you too|same to you)|have a (?:nice|good|great) (?:day|evening|weekend)|danke(?: schön| sehr)?|tschüss"
    r"|👍|🙏|❤️|😊)"
    r"(?:\W+(?:thanks?(?: you)?|bye|again|so much|for (?:your|the|all your) help|and you"
    r"|have a (?:nice|good) day))*\W*",
    re.IGNORECASE,
)


class Meaning(StrEnum):
    RATING = "rating"
    GOODBYE = "goodbye"
    """Thanks and the like: nobody needs to answer."""
    MORE = "more"
    """There is something to do again."""


def meaning_of(text: str, *, rating_asked: bool, has_files: bool = False) -> Meaning:
    """`rating_asked`: the contact was asked for a rating, and has given none."""
    text = text.strip()
    if has_files or not text or len(text) > 80:
        return Meaning.MORE
    if rating_asked and _RATING.fullmatch(text) and read_rating(text) is not None:
        return Meaning.RATING
    return Meaning.GOODBYE if _GOODBYE.fullmatch(text) else Meaning.MORE
