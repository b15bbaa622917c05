"""Personal data taken out of a text that is kept for a purpose which does not need it. Pure functions."""

from __future__ import annotations

import re

from deskhand.conversation.reading.facts import EMAIL, ORDER_NUMBER, UK_POSTCODE, undictated

MASKS = ("[email]", "[order number]", "[address]", "[postcode]", "[phone]", "[number]", "[name]")
MOST_CHARACTERS = 1000
_READ = 4 * MOST_CHARACTERS
"""Nobody asks longer questions, and nobody shall keep the server busy with one."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""What would move a terminal's cursor, where such a text is shown."""
_DICTATED = re.compile(r"@|\bdot\b|[\[(]\s*at\s*[\])]", re.IGNORECASE)
_QUERY_OF_LINK = re.compile(r"(https?://[^\s?#]+)[?#]\S*", re.IGNORECASE)
_IN_STREET = r"(?!(?:a|an|the|my|your|our|on|in|at|to|of|off|for|by|per|is|are|and|or)\b)[a-z'’-]+"
_STREETS = "street|st|road|rd|lane|ln|avenue|ave|crescent|terrace|mews|close|drive|court|gardens"
_ADDRESS = re.compile(
    rf"\b(?:flat\s+\w+,?\s+)?\d{{1,4}}[a-z]?,?\s+(?:{_IN_STREET}\s+){{1,2}}(?:{_STREETS})\b", re.IGNORECASE
)
# Nine digits and more, with what people put between them: a phone number, a card, an account.
_LONG_NUMBER = re.compile(r"(?<![\w£$€.,])(?:\+|\(\s?)?\d(?:[\s().-]{0,3}\d){8,18}(?!\w)")
_PHONE_DIGITS = range(9, 14)
# One word with six digits and more: an order, a return, a parcel, a customer. Five may be a battery's milliamps.
_CODE = re.compile(r"(?<![\w£$€.,-])(?:[a-z]{1,4}-)?(?=(?:[a-z]*\d){6})[a-z\d]{6,40}\b", re.IGNORECASE)
_SPACED_CODE = re.compile(r"(?<![\w£$€.,-])(?<!\d )\d{3} \d{3}(?![\w,.-]| \d)")
_NAME = r"(?!(?:not|no|on|in|the|a|an|is|it|wrong|spelt|spelled|misspelled|and|but)\b)[^\W\d_][\w'’-]*"
_NAMED = re.compile(
    rf"\b((?:my|full) (?:\w+ )?name(?:['’]?s|\s+is|\s*:)\s+|name:\s*){_NAME}(?:\s+{_NAME})?", re.IGNORECASE
)
_INTRODUCED = re.compile(r"\b((?i:i['’]?m|i am|this is)\s+)[A-Z][a-z'’-]+ [A-Z][a-z'’-]+\b")
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.?\s+[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+)?")


def masked(text: str) -> str:
    """The text on one line, with a word in brackets (`MASKS`) for each email address, order number, address, postcode,
    phone or other long number, and each name that is given as one; cut to `MOST_CHARACTERS`.

    Names in passing are not found: that takes more than patterns.
    """
    text = _QUERY_OF_LINK.sub(r"\1", " ".join(_CONTROL.sub(" ", text[:_READ]).split()))
    text = EMAIL.sub("[email]", text)
    if _DICTATED.search(text) and EMAIL.search(plain := undictated(text)):
        text = EMAIL.sub("[email]", plain)
    text = ORDER_NUMBER.sub(_order_number, text)
    text = _LONG_NUMBER.sub(_long_number, text)
    text = UK_POSTCODE.sub("[postcode]", _ADDRESS.sub("[address]", text))
    text = _SPACED_CODE.sub("[number]", _CODE.sub("[number]", text))
    text = _TITLED.sub("[name]", text)
    text = _INTRODUCED.sub(r"\1[name]", _NAMED.sub(r"\1[name]", text))
    return _shortened(" ".join(text.split()))


def has_personal_data(text: str) -> bool:
    """Whether `masked` finds anything in the text, or has."""
    without = masked(text)
    return any(mask in without for mask in MASKS)


def _order_number(found: re.Match[str]) -> str:
    """The pattern takes in what may stand between digits, and so what follows the last one."""
    return "[order number]" + found.group()[len(found.group().rstrip(" .-")) :]


def _long_number(found: re.Match[str]) -> str:
    digits = sum(character.isdigit() for character in found.group())
    return "[phone]" if digits in _PHONE_DIGITS and found.group()[0] in "+(0" else "[number]"


def _shortened(text: str) -> str:
    """Cut between two words: the rest of a number cut in two would not be known as one."""
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS].rpartition(" ")[0]
