"""Phone numbers, as people type them."""

from __future__ import annotations

import re

_PHONE = re.compile(r"(?<![\w£$€.,@-])(\+|00)?\s*((?:\(?\d\)?[\s().\-/]{0,3}){8,16})(?![\w@])")
_FEWEST, _MOST = 8, 15
"""Digits: eight in some countries with their area code; E.164 has no more than fifteen."""


def read_phone(text: str) -> str | None:
    """The phone number in the text, without what stands between its digits: "+447700900123", "07700900123".

    None when there is none; whether anybody has that number is not known.
    """
    for found in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", found.group(2))
        if _FEWEST <= len(digits) <= _MOST:
            return f"+{digits}" if found.group(1) else digits
    return None
