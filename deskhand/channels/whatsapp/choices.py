"""How choices are shown, and what a customer means who types one instead of pressing it.

Both sides ask the same question, so that only a list that was shown with numbers is answered by number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from deskhand.channels.splitting import clipped, size

MOST_BUTTONS = 3
MOST_ROWS = 10
BUTTON_TITLE = 20
ROW_TITLE = 24
ROW_DESCRIPTION = 72
LONGEST_TYPED = 200
"""A longer text is no choice that somebody typed back."""

_NUMBER = re.compile(r"(?:(?:option|choice|number|no|nr|n)\b[. ]*)?#? ?(\d{1,3})\b[ .):!]*")


class Form(Enum):
    BUTTONS = "buttons"
    LIST = "list"
    NUMBERED = "numbered"


def form_of(titles: Sequence[str]) -> Form:
    """The best form that takes these titles whole."""
    if len(titles) <= MOST_BUTTONS and _fit(titles, BUTTON_TITLE):
        return Form.BUTTONS
    if len(titles) <= MOST_ROWS and _fit(titles, ROW_DESCRIPTION) and _fit(map(row_title, titles), ROW_TITLE):
        return Form.LIST
    return Form.NUMBERED


def row_title(title: str) -> str:
    """A long title is cut, and stands whole in the row's description."""
    return clipped(title, ROW_TITLE)


def numbered(titles: Sequence[str]) -> str:
    return "\n".join(f"{number}. {title}" for number, title in enumerate(titles, 1))


def typed_choice(text: str, offered: Mapping[str, str]) -> str | None:
    """The id of the choice that the text stands for: its title, or its number where numbers were shown.

    `offered` is id → title, in the order in which they were shown.
    """
    if not offered or len(text) > LONGEST_TYPED:
        return None
    typed = _plain(text)
    meant = [button_id for button_id, title in offered.items() if typed and _plain(title) == typed]
    if len(meant) == 1:
        return meant[0]
    number = _NUMBER.fullmatch(typed)
    if number and form_of(list(offered.values())) is Form.NUMBERED and 1 <= int(number[1]) <= len(offered):
        return list(offered)[int(number[1]) - 1]
    return None


def _fit(titles: Iterable[str], most: int) -> bool:
    """WhatsApp wants titles that are there, not too long and each another."""
    known = list(titles)
    return all(0 < size(each) <= most for each in known) and len(set(known)) == len(known)


def _plain(text: str) -> str:
    """Without differences that nobody means: capitals, accents' encoding, blanks, emoji variants, an end mark."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(each for each in folded if unicodedata.category(each) not in ("Cf", "Mn", "Me"))
    return " ".join(kept.split()).rstrip(".! ")
