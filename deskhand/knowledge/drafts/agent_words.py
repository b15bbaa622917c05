"""What an agent's message says that would help anybody, without what concerns this customer alone. Pure functions.

Every sentence that is kept is the agent's own, word for word; whatever is doubtful is left out and counted.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from deskhand.conversation.masking import has_personal_data, masked
from deskhand.knowledge.passages import split_sentences


class Kind(StrEnum):
    TEXT = "text"
    STEPS = "steps"
    ITEMS = "items"
    """A list whose order says nothing."""


class LeftOut(StrEnum):
    COURTESY = "courtesies and questions to the customer"
    CASE = "about one customer's case"
    PERSONAL = "with personal data"
    NAME = "with a word that may be a name, as no article has it"


@dataclass(frozen=True)
class Block:
    """A run of sentences, or a list."""

    kind: Kind
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    blocks: tuple[Block, ...]
    left_out: Counter[LeftOut]


_STEP = re.compile(r"^\s*(?:step\s*)?\d{1,2}\s*[.):]\s+(?=\S)", re.IGNORECASE)
_STEP_WITHIN = re.compile(r"(?:^|(?<=\s))(?:step\s*)?(\d{1,2})\s*[.):]\s+(?=\S)", re.IGNORECASE)
_ITEM = re.compile(r"^\s*[-*•–]\s+(?=\S)")
_NAME = r"[A-Z][\w'’-]+"
_GREETING = re.compile(
    r"^(?i:hi+|hiya|hello|hey|dear|good (?:morning|afternoon|evening))"
    rf"(?:\s+(?:there|again|all|{_NAME})){{0,2}}\s*[,.!–-]+\s*"
)
_COURTESIES = (
    r"hi+\b|hiya\b|hello\b|hey\b|dear\b|(?:many )?thanks\b|thank you\b|cheers\b|you['’]?re (?:very |most )?welcome\b",
    r"(?:kind|best|warm) (?:regards|wishes)\b|all the best\b|best\W*$|regards\b|yours (?:sincerely|truly)\b",
    r"(?:so |very |really |i['’]?m (?:so |very )?|we['’]?re (?:so |very )?)?sorry\b|(?:my |our )?apolog",
    r"(?:ok(?:ay)?|great|perfect|lovely|sure|of course|yes|no|no problem|no worries|not at all)\W*$",
    r"have an? \w+ (?:day|one|evening|weekend|time)\b|enjoy (?:the|your)\b|take care\b|(?:good)?bye\b",
    r"(?:just )?(?:one|an?) (?:moment|second|minute)\b|bear with (?:me|us)\b|leave (?:it|this) with (?:me|us)\b",
    r"(?:i |we )?hope (?:that|this|it)\b|(?:please )?(?:just )?let (?:me|us) know\b|.*\banything else\b",
    r"(?:i['’]?m |we['’]?re )?(?:glad|happy|pleased) (?:to|that|i|we)\b|(?:please )?(?:feel free|don['’]?t hesitate)\b",
)
_COURTESY = re.compile(rf"^\W*(?:{'|'.join(_COURTESIES)})", re.IGNORECASE)
# Not the first word of a sentence, of what is quoted or follows a colon, and no abbreviation: "USB".
_CAPITALISED = re.compile(r"(?<=[\w,;)] )[A-Z][a-z][\w’'-]*")
_NO_NAMES = frozenset({*calendar.day_name, *calendar.month_name, "English", "British", "Christmas", "Easter"})
_SIGNED = re.compile(rf"^\W*(?:{_NAME}\s*){{1,2}}(?:[,|]?\s*(?:from|at)\s+[\w ]+)?\W*$")
_ADVISED = re.compile(r"\bI(?:['’]d| would)? (?:recommend|suggest|advise)\b")
_OF_THE_AGENT = re.compile(r"\bI\b|\b(?:me|my|mine)\b")
_GENERAL = re.compile(r"\b(?:if|when|whenever|once|should|unless|until)\b", re.IGNORECASE)
_OF_THE_CASE = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|this (?:morning|afternoon|evening|week)|just now|right now)\b"
    r"|\byour (?:\w+ ){1,3}(?:has|have|was|were|went|is now|is on (?:its|the) way|will be with you)\b"
    r"|\b(?:we|we['’]ve|you|you['’]ve) (?:have |had )?(?:just |already |now )?"
    r"(?:refunded|sent|cancelled|canceled|shipped|dispatched|received|booked|ordered|paid|credited|asked)\b",
    re.IGNORECASE,
)


def helpful(message: str, names: Iterable[str] = (), is_known: Callable[[str], bool] = lambda word: False) -> Said:
    """What of an agent's message would help anybody. `names` are those of the people in the conversation. `is_known`:
    whether a word with a capital letter is no person's name, as the articles have it.

    A sentence that may speak of a person or a number is left out; in a list, which would have a hole, that is masked.
    """
    known = _any_of(names)
    left_out: Counter[LeftOut] = Counter()
    blocks = []
    for kind, lines in _blocks(message):
        cleaned = [_addressed_to_nobody(line, known) for line in lines]
        if kind is Kind.TEXT:
            reasons = [(line, _why_left_out(line, known, is_known)) for line in cleaned]
            left_out.update(reason for _, reason in reasons if reason)
            kept = [line for line, reason in reasons if not reason]
        else:
            kept = [_without_people(line, known, is_known) for line in cleaned]
        if kept:
            blocks.append(Block(kind, tuple(kept)))
    return Said(tuple(blocks), left_out)


def _blocks(message: str) -> Iterator[tuple[Kind, list[str]]]:
    """Runs of lines of one kind, with sentences cut apart and the marks of lists taken off."""
    kind, lines = Kind.TEXT, list[str]()
    for line in message.splitlines():
        if not line.strip():
            continue
        this, parts = _read_line(line.strip())
        if this is not kind:
            if lines:
                yield kind, lines
            kind, lines = this, []
        lines += parts
    if lines:
        yield kind, lines


def _read_line(line: str) -> tuple[Kind, list[str]]:
    if _STEP.match(line):
        return Kind.STEPS, _steps_within(line) or [_STEP.sub("", line)]
    if _ITEM.match(line):
        return Kind.ITEMS, [_ITEM.sub("", line)]
    return Kind.TEXT, split_sentences(line)


def _steps_within(line: str) -> list[str]:
    """The steps of a line that holds several: "1) Press. 2) Hold." Empty when it does not count from 1."""
    marks = list(_STEP_WITHIN.finditer(line))
    if [int(mark.group(1)) for mark in marks] != list(range(1, len(marks) + 1)) or len(marks) < 2:
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(line)]
    return [line[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)]


def _why_left_out(sentence: str, known: re.Pattern[str] | None, is_known: Callable[[str], bool]) -> LeftOut | None:
    if not sentence or sentence.endswith("?") or _COURTESY.match(sentence) or _SIGNED.match(sentence):
        return LeftOut.COURTESY
    if has_personal_data(sentence) or (known is not None and known.search(sentence)):
        return LeftOut.PERSONAL
    if _OF_THE_AGENT.search(sentence) and not _ADVISED.search(sentence):
        return LeftOut.CASE
    if _OF_THE_CASE.search(sentence) and not _GENERAL.search(sentence):
        return LeftOut.CASE
    return LeftOut.NAME if _unknown_names(sentence, is_known) else None


def _addressed_to_nobody(sentence: str, known: re.Pattern[str] | None) -> str:
    """Without "Hi Jo," at the beginning and ", Jo" at either end."""
    bare = _GREETING.sub("", sentence, count=1)
    if known is not None:
        bare = re.sub(rf"^(?:{known.pattern})\s*[,–-]\s*", "", bare)
        bare = re.sub(rf",\s*(?:{known.pattern})\s*([.!]?)$", r"\1", bare)
    bare = bare.strip()
    return bare[:1].upper() + bare[1:] if bare != sentence else bare


def _without_people(line: str, known: re.Pattern[str] | None, is_known: Callable[[str], bool]) -> str:
    line = masked(line)
    line = known.sub("[name]", line) if known is not None else line
    unknown = _any_of(_unknown_names(line, is_known))
    return unknown.sub("[name]", line) if unknown is not None else line


def _unknown_names(sentence: str, is_known: Callable[[str], bool]) -> list[str]:
    """Words with a capital letter that is not due to their place, and that are not known to be something else."""
    return [word for word in _CAPITALISED.findall(sentence) if word not in _NO_NAMES and not is_known(word)]


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    listed = sorted({name for name in names if len(name) > 1}, key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(name)}\b" for name in listed)) if listed else None
