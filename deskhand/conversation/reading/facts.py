"""Email addresses, order numbers, postcodes, codes and small numbers, as people type them on a phone."""

from __future__ import annotations

import re

_NUMBER_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_DIGIT_LOOKALIKES = str.maketrans({"o": "0", "O": "0", "l": "1", "I": "1"})

EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_ENDING_TYPOS = {"con": "com", "cmo": "com", "ocm": "com", "comm": "com", "vom": "com", "couk": "co.uk"}
_DOMAIN_TYPOS = {
    "gmial.com": "gmail.com", "gmai.com": "gmail.com", "gamil.com": "gmail.com", "gmail.co": "gmail.com",
    "hotmial.com": "hotmail.com", "hotmai.com": "hotmail.com", "outlok.com": "outlook.com",
    "yaho.com": "yahoo.com",
}  # fmt: skip


def read_email(text: str) -> str | None:
    """The email address in the text, lower-cased: written, spaced out, or dictated ("jo dot smith at gmail
    dot com"). Common typos in the domain are mended; who it belongs to is checked against a second fact."""
    found = EMAIL.search(text) or EMAIL.search(undictated(text))
    if not found:
        return None
    local, domain = found.group().lower().strip("._-'").rsplit("@", 1)
    name, _, ending = domain.rpartition(".")
    domain = f"{name}.{_ENDING_TYPOS.get(ending, ending)}"
    return f"{local}@{_DOMAIN_TYPOS.get(domain, domain)}"


def undictated(text: str) -> str:
    text = re.sub(r"\s*[\[(]\s*at\s*[\])]\s*|\s+at\s+(?=[\w-]+\s*(?:\.|,|dot\b))", "@", text, flags=re.I)
    text = re.sub(r"\s*[\[(]\s*dot\s*[\])]\s*|\s+dot\s+", ".", text, flags=re.I)
    text = re.sub(r"\s+(?:underscore)\s+", "_", text, flags=re.I)
    text = re.sub(r"\s+(?:dash|hyphen|minus)\s+", "-", text, flags=re.I)
    text = re.sub(r"\s*@\s*", "@", text)
    before, sign, after = text.partition("@")
    if not sign:
        return text
    after = re.sub(r"\s*[.,]+\s*(?=(?:com|con|co|uk|org|net|ie|de|fr|eu|io|me|example)\b)", ".", after, flags=re.I)
    before = re.sub(r"\s+\.\s*|\.\s+(?=\S+$)", ".", before)
    return f"{before}@{after}"


ORDER_NUMBER = re.compile(r"\bf\s*\.?\s*w\s*[-_.#:–—]*\s*((?:[\doOlI][\s\-.]*){6})(?![\d])", re.IGNORECASE)
_BARE_ORDER = re.compile(r"(?<![\d£$.,])(?:#\s*)?((?:\d[\s\-]?){5}\d)(?!\d|[.,]\d)")


def read_order_number(text: str, *, bare: bool = True) -> str | None:
    """The order number in the text as it is printed, "FW-204518". With `bare`, six digits alone will do."""
    found = ORDER_NUMBER.search(text) or (_BARE_ORDER.search(text) if bare else None)
    if not found:
        return None
    digits = re.sub(r"\D", "", found.group(1).translate(_DIGIT_LOOKALIKES))
    return f"FW-{digits}" if len(digits) == 6 else None


UK_POSTCODE = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?)\s*(\d[a-z]{2})\b", re.IGNORECASE)
_OTHER_POSTCODE = re.compile(r"\b(?=[a-z\d-]*\d)([a-z\d][a-z\d-]{2,9})\b", re.IGNORECASE)


def read_postcode(text: str, *, any_shape: bool = False) -> str | None:
    """The UK postcode in the text as it is written on a letter, "LS6 2AB". With `any_shape`, when a postcode
    was asked for, any word with a digit of a postcode's length will do."""
    found = UK_POSTCODE.search(text)
    if found:
        return f"{found.group(1)} {found.group(2)}".upper()
    if any_shape:
        found = _OTHER_POSTCODE.search(text)
        return found.group(1).upper() if found else None
    return None


def read_code(text: str) -> str | None:
    """A six-digit one-time code, spaced or not. None when there are more or fewer digits."""
    found = re.search(r"(?<!\d)(?:\d[\s\-]?){5}\d(?!\d)", text)
    return re.sub(r"\D", "", found.group()) if found else None


def read_months(text: str, *, bare: bool = False) -> int | None:
    """A number of months: "2 months", "a month", "six weeks" is 2, "half a year" is 6. With `bare`, a number
    alone will do."""
    text = text.lower()
    number = r"(\d{1,2}|" + "|".join(_NUMBER_WORDS) + r")"
    if re.search(r"\bhalf (?:a )?year\b", text):
        return 6
    if re.search(r"\b(?:a|one|1|whole) year\b", text):
        return 12
    found = re.search(rf"\b{number}\s*(?:more |full |whole |of )?(?:months?|mths?|mnths?|monhts?)\b", text)
    if found:
        return _number(found.group(1))
    found = re.search(rf"\b{number}\s*(?:weeks?|wks?)\b", text)
    if found:
        return max(1, -(-_number(found.group(1)) // 4))
    if bare:
        found = re.search(rf"\b{number}\b", text)
        return _number(found.group(1)) if found else None
    return None


def read_rating(text: str) -> int | None:
    """A rating from 1 to 5: "4", "five stars", "8/10" is 4, stars as emoji are counted."""
    stars = text.count("⭐") + text.count("★")
    if 1 <= stars <= 5:
        return stars
    text = text.lower()
    found = re.search(r"\b(\d{1,2})\s*(?:/|out of)\s*(\d{1,3})\b", text)
    if found and int(found.group(2)) > 0 and int(found.group(1)) <= int(found.group(2)):
        return max(1, round(int(found.group(1)) * 5 / int(found.group(2))))
    found = re.search(r"\b([1-5])\b", text)
    if found:
        return int(found.group(1))
    found = re.search(r"\b(one|two|three|four|five)\b", text)
    return _NUMBER_WORDS[found.group(1)] if found else None


_YES = re.compile(
    r"^\W*(y|yes|yess+|yea|yeah|yep|yup|yh|ya|sure|ok|okay|k|correct|right|confirm(ed)?|go ahead|go for it|do it|"
    r"please do|that'?s (right|it|fine|correct|the one)|sounds good|perfect|absolutely|of course|definitely|fine|"
    r"great|👍|✅)\b",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^\W*(n|no|nah|nope|noo+|not|don'?t|do not|never|negative|wrong|cancel that|wait|stop|hold on|👎|❌)\b",
    re.IGNORECASE,
)


_AGREEING_WORDS = """
    y yes yess yea yeah yeh yep yup yh ya aye sure ok okay k kk alright correct right confirm confirmed agreed agree go
    ahead for it do please pls plz that thats s is fine the one sounds good great perfect lovely brilliant looks
    absolutely totally exactly of course definitely by all means thanks thank you thx ta cheers now will i am m im want
    to let lets then oh happy with this 👍 ✅ 👌 💯
"""
_AGREEING = frozenset(_AGREEING_WORDS.split())


def is_plain_yes(text: str) -> bool:
    """Whether the text agrees and does nothing else: "ok light then" names something, so it is none."""
    words = re.findall(r"[^\W_]+|[👍✅👌💯]", text.lower())
    return bool(words) and "?" not in text and read_yes_or_no(text) is True and all(word in _AGREEING for word in words)


def read_yes_or_no(text: str) -> bool | None:
    """Whether a short answer says yes or no. None for anything that does not begin with either."""
    stripped = text.strip()
    if stripped[:1] in {"👍", "✅"}:
        return True
    if stripped[:1] in {"👎", "❌"}:
        return False
    if _NO.match(stripped):
        return False
    return True if _YES.match(stripped) else None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBER_WORDS[word]
