"""Several wishes in one message: "cancel my order and what about my refund".

A message is cut into clauses where people join sentences. A clause that is understood for sure as something that a
customer can want is a wish, unless it only tells the story behind another: "my stove leaks, i want my money back".
Pure: what understands clauses is given as a function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

from deskhand.nlu.tags import Span

FEWEST_WORDS = 2
"""Fewer make no clause: "yes, and …", "please, …"."""
MOST_CLAUSES = 8
"""A message of more is a story. What comes after stays with the last, and cannot hold others up."""


class Joint(IntEnum):
    """What stands before a clause, by how much it tells of another wish."""

    NONE = 0
    COMMA = 1
    AND = 2
    """Also the end of a sentence."""
    ALSO = 3
    """Words that announce another thing."""


@dataclass(frozen=True)
class Clause:
    """A part of a message, by characters, without the words that join it."""

    start: int
    end: int
    joint: Joint = Joint.NONE


@dataclass(frozen=True)
class Reading:
    """What a text was understood as. `intent` is None when it was not understood."""

    intent: str | None
    confidence: float = 0.0


@dataclass(frozen=True)
class Wish:
    """One thing that a message wishes for, and the characters that say so."""

    intent: str
    confidence: float
    start: int
    end: int


@dataclass(frozen=True)
class Terms:
    """What can be wished for. All names are those of the training data."""

    intents: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()
    """Intents that come before all others, wherever they stand."""
    one_at_a_time: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Entity → intents that deal with one of it: "cancel FW-1 and FW-2" is two wishes."""
    least_confidence: float = 0.5
    """Of a clause that may just as well be the story of another."""


@dataclass(frozen=True)
class Named:
    """An entity in the message."""

    start: int
    end: int
    entity: str


RATHER = 0.6
"""Clearly more likely than not."""
NEVER = 1.01
"""No clause is that sure."""

Reader = Callable[[Sequence[str]], Sequence[Reading]]
"""Understands several texts at once."""

_JOINT = re.compile(
    r"[.?!;]+(?=\s|$)|\n+|,(?=\s)"
    r"|(?<=\s)(?:and|also|plus|then|but|n|&|\+|what about|how about|by the way|btw)(?=\s)",
    re.IGNORECASE,
)
_ANNOUNCES = r"also|plus|then|by the way|btw|another thing|one more thing|second(?:ly)?|two things"
_LEADING = re.compile(rf"(?:\s|[,.;:!?&+-]|\b(?:and|but|n|oh|so|too|as well|{_ANNOUNCES})\b)+", re.IGNORECASE)
_ANNOUNCED = re.compile(rf"\b(?:{_ANNOUNCES})\W*$", re.IGNORECASE)
_ANNOUNCES_ITSELF = re.compile(
    r"^(?:(?:i|we|can|could|please|id|i'd|you|u)\s+){1,2}also\b|^(?:what|how) about\b|\b(?:too|as well)\W*$",
    re.IGNORECASE,
)
_ASKS_ONWARD = re.compile(r"^(?:what|how) about\s+", re.IGNORECASE)
"""Joins as "and" does, and says nothing about the wish: "what about my refund"."""
_JOINED = re.compile(r"[.?!;\n&+]|\b(?:and|n)\b", re.IGNORECASE)
_WORD = re.compile(r"\w[\w'’-]*")
_LISTED = re.compile(r"[,&+\n]|\b(?:and|n|plus|also|or)\b", re.IGNORECASE)
_REFUSES = re.compile(
    r"^(?:no|without)\b|\b(?:do ?n['’]?t|do not|not|never)\s+(?:want|need|wish|have)\s+to\b", re.IGNORECASE
)
"""What says what is not wished for: "and no I don't want to pause it"."""
_NOT_BOTH = re.compile(r"\b(?:not|instead|rather|sorry|meant|wrong|never|actually)\b|n'?t\b", re.IGNORECASE)
_REQUEST = re.compile(
    r"\?"
    r"|^(?:(?:please|pls|plz|now|first|just|hi|hello|hey|thanks|thank you|if not)\W+)*(?:can|could|would|will|may|shall"
    r"|do|does|did|is|are|was|has|have you|how|what|whats|when|whens|where|wheres|which|who|why|want|need|wanna|let me"
    r"|get|give|send|cancel|pause|stop|resume|return|move|change|book|track|check|reset|unlock|verify|tell|start"
    r"|switch|upgrade|downgrade|exchange|refund|help|show|find|put|please|pls)\b"
    r"|\b(?:i (?:also )?(?:want|need|would like|wanna|have to)|i'?d (?:also )?like|can (?:i|you|u|we))\b"
    r"|\bcould (?:you|u|i)\b",
    re.IGNORECASE,
)
"""What asks for something, rather than telling something."""


def clauses(text: str, entities: Collection[Span] = ()) -> list[Clause]:
    """The clauses of a message; one for a message that cannot be cut. Never cuts in an entity."""
    pieces: list[Span] = []
    start = 0
    for joint in _JOINT.finditer(text):
        if len(pieces) == MOST_CLAUSES - 1:
            break
        if any(first < joint.end() and joint.start() < last for first, last in entities):
            continue
        # A sentence's own mark stays with it: a question is told by it.
        end = joint.end() if joint.group()[0] in ".?!" else joint.start()
        if _words(text[start:end]) >= FEWEST_WORDS and _words(text[joint.end() :]) >= FEWEST_WORDS:
            pieces.append((start, end))
            start = joint.start() if joint.group()[0].isalpha() else joint.end()
    pieces.append((start, len(text)))
    found: list[Clause] = []
    for piece in pieces:
        clause = _trimmed(text, piece)
        joint_kind = _joint(text, found[-1].end, clause) if found else Joint.NONE
        found.append(replace(clause, joint=joint_kind))
    return found


def _words(text: str) -> int:
    leading = _LEADING.match(text)
    return len(_WORD.findall(text[leading.end() if leading else 0 :]))


def _trimmed(text: str, span: Span) -> Clause:
    start, end = span
    leading = _LEADING.match(text, start, end)
    start = leading.end() if leading else start
    return Clause(start, start + len(text[start:end].rstrip(" \t\n,;")))


def spoken(text: str, clause: Clause) -> str:
    """What of a clause is to be understood."""
    return _ASKS_ONWARD.sub("", text[clause.start : clause.end])


def _joint(text: str, before: int, clause: Clause) -> Joint:
    gap = text[before : clause.start]
    if _ANNOUNCED.search(gap) or _ANNOUNCES_ITSELF.search(text[clause.start : clause.end]):
        return Joint.ALSO
    return Joint.AND if _JOINED.search(text[before - 1 : clause.start]) else Joint.COMMA


def find_wishes(text: str, whole: Reading, entities: Sequence[Named], read: Reader, terms: Terms) -> list[Wish]:
    """The wishes of a message, the one to be served first at the beginning; none when there are fewer than two.

    `whole` is what the message was understood as, `entities` are those in it. `read` is only called for messages that
    can be cut.
    """
    found = _in_clauses(text, whole, entities, read, terms)
    if not found and whole.intent in terms.intents:
        found = [Wish(str(whole.intent), whole.confidence, 0, len(text))]
    found = [part for wish in found for part in _one_at_a_time(text, wish, entities, terms)]
    found.sort(key=lambda wish: wish.intent not in terms.first)  # stable: otherwise as they were said
    return found if len(found) > 1 else []


def _in_clauses(text: str, whole: Reading, entities: Sequence[Named], read: Reader, terms: Terms) -> list[Wish]:
    parts = clauses(text, [(entity.start, entity.end) for entity in entities])
    if len(parts) == 1:
        return []
    readings = read([spoken(text, part) for part in parts])
    wishes = distinct(text, parts, readings, terms)
    if whole.intent in terms.first and whole.intent not in {wish.intent for wish in wishes}:
        # What the whole message is about must not get lost for what its parts seem to be about.
        wishes = [Wish(whole.intent, whole.confidence, 0, len(text)), *wishes] if wishes else []
    return _filled(text, wishes) if wishes else []


def distinct(text: str, parts: Sequence[Clause], readings: Sequence[Reading], terms: Terms) -> list[Wish]:
    """One wish for each intent that a clause of its own asks for; none when there are fewer than two."""
    found: list[Wish] = []
    asks: list[bool] = []
    for part, reading in zip(parts, readings, strict=True):
        intent = reading.intent
        if intent is None or intent not in terms.intents or reading.confidence < RATHER:
            continue
        if intent in {wish.intent for wish in found}:
            continue
        words = text[part.start : part.end]
        if _REFUSES.search(words):
            continue
        request = bool(_REQUEST.search(words))
        if found:
            surest = min(reading.confidence, max(wish.confidence for wish in found))
            if surest < _limit(part.joint, any(asks), request, terms.least_confidence):
                continue
        found.append(Wish(intent, reading.confidence, part.start, part.end))
        asks.append(request)
    return found if len(found) > 1 else []


def _limit(joint: Joint, asked_before: bool, asks: bool, least: float) -> float:
    """How sure both clauses must be for the second to be a wish beside the first, and not its story or its reason.

    Among single wishes hardly any has an announced clause, or two requests joined by "and": there the words themselves
    say that it is several. Clauses that tell something need a request beside them, and one joined by a comma needs two.
    """
    if joint is Joint.ALSO or (joint is Joint.AND and asked_before and asks):
        return RATHER
    enough = (asked_before or asks) if joint is Joint.AND else (asked_before and asks)
    return least if enough else NEVER


def _filled(text: str, wishes: Sequence[Wish]) -> list[Wish]:
    """With the clauses that are no wish given to the wish before them; those at the beginning to the first."""
    starts = [0, *(wish.start for wish in wishes[1:])]
    ends = [*starts[1:], len(text)]
    if any(wish.end > end for wish, end in zip(wishes, ends, strict=True)):
        return list(wishes)  # the first is the whole message
    return [replace(wish, start=start, end=end) for wish, start, end in zip(wishes, starts, ends, strict=True)]


def _one_at_a_time(text: str, wish: Wish, entities: Sequence[Named], terms: Terms) -> Iterable[Wish]:
    """The wish, or as many as it names things that are dealt with one at a time."""
    named: dict[str, Named] = {}
    before = wish.start
    for entity in sorted(entities, key=lambda entity: entity.start):
        if wish.start <= entity.start < wish.end and wish.intent in terms.one_at_a_time.get(entity.entity, ()):
            key = "".join(filter(str.isalnum, text[entity.start : entity.end])).lower()
            if not named or _LISTED.search(text[before : entity.start]):
                named.setdefault(key, entity)
            before = entity.end
    cuts = [entity.start for entity in named.values()][1:]
    if not cuts or _NOT_BOTH.search(text[wish.start : wish.end]):
        return [wish]
    starts, ends = [wish.start, *cuts], [*cuts, wish.end]
    return [replace(wish, start=start, end=end) for start, end in zip(starts, ends, strict=True)]


def least_confidence(
    singles: Sequence[tuple[str, Sequence[Clause], Sequence[Reading]]], messages: int, terms: Terms, share: float
) -> float:
    """The lowest limit at which at most this share of messages with one wish would be taken for several.

    `singles` are those of the `messages` that can be cut, with their clauses and what these were understood as.
    """
    for step in range(round(100 * RATHER), 100):
        limit = replace(terms, least_confidence=step / 100)
        wrong = sum(bool(distinct(text, parts, readings, limit)) for text, parts, readings in singles)
        if wrong <= share * messages:
            return step / 100
    return NEVER
