"""Whether a drafted sentence says what the passages that it cites say, and no more.

Nothing here understands language, so every doubt counts against the sentence: what is dropped costs a nicer wording,
and what is let through falsely costs a customer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from deskhand.knowledge.words import COMMON, KINDS, stems
from deskhand.knowledge.writing.excerpts import Excerpt
from deskhand.knowledge.writing.figures import Figure, figures

ENOUGH_OF_ITS_OWN = 0.6
"""The share of a sentence's content words that the passage's sentences behind it must have. The headings may have the
others: they say what a passage is about, and nothing about it."""
MOST_UNITS = 3
"""A drafted sentence may draw together this many sentences of a passage."""

_ADDRESS = re.compile(
    r"(?:[a-z]+://|www\.)[^\s)>\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b[^\s)>\]]*", re.I
)
_MARKUP = re.compile(r"\]\(|[<>]")
_OF_ITSELF = re.compile(r"\b(?:I|I['’](?:m|ll|ve|d)|me|my)\b")
_NEGATION = re.compile(r"\b(?:not|no|never|without|cannot|none|neither|nor|nothing|nobody|unable)\b|n['’]t\b", re.I)
_CLAUSE_END = re.compile(
    r"[;–—()]|[,:](?=\s)|\b(?:and|but|or|while|although|though|whereas|if|when|because|since|so that|unless|until)\b",
    re.I,
)
_WEIGHTY = re.compile(
    r"\b(?:before|after|within|until|unless|only|except|least|most|over|under|above|below|more|less|free|always|every"
    r"|all|each|immediately|instantly|guaranteed?|automatically|working|must|maximum|minimum|unlimited|forever)\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"\b(?:only|unless|except|provided|as long as)\b", re.IGNORECASE)
_LIMITED = re.compile(r"\b(?:only|unless|except|provided|as long as|if|when|must|need|without|not)\b|n['’]t\b", re.I)
_HEDGE = re.compile(r"\b(?:may|might|usually|normally|often|sometimes|mostly|most|about|around|up to|some)\b", re.I)
_HEDGED = re.compile(
    r"\b(?:may|might|can|could|usually|normally|often|sometimes|mostly|most|about|around|up to|some|should)\b", re.I
)
_CAPITALISED = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][\w'’-]*")


_KIN, _KIN_DIFFERENCE = 5, 2
_COLOURLESS = frozenset(
    stems(
        "take cost get give arrive receive send need ask contact choose order item product charge price pay include "
        "mean offer apply provide require contain option simply please note available help work bring keep put reach "
        "let find use buy sell show tell check start begin end stay long amount number time way type kind part whole "
        "total depend well still right good sure"
    )
)
"""What is said in other words needs some that the passage does not have. These claim nothing by themselves."""

_CONTRACTED = frozenset(
    stems("we're you're they're he's she's we'll you'll they'll we've you've they've you'd we'd there'll")
)


@dataclass(frozen=True)
class Support:
    """What stands behind a drafted sentence."""

    units: tuple[str, ...]
    """The sentences of passages that say it."""


def support_of(sentence: str, excerpt: Excerpt) -> Support | None:
    """What in the excerpt says this, or None when something in it isn't said there.

    One excerpt at a time: sentences of two articles together may say what neither does.
    """
    if sentence.rstrip().endswith("?") or _OF_ITSELF.search(sentence):
        return None  # offers and promises are not the model's to make
    if not _addresses_are_known(sentence, excerpt.text) or not _names_are_known(sentence, excerpt.text):
        return None
    units = _best_units(sentence, excerpt)
    if not units:
        return None
    said = " ".join(units)
    behind = f"{said} {excerpt.head}"
    if not _is_covered(sentence, said, excerpt.head) or not _figures_are_said(sentence, behind):
        return None
    if not set(_lower(_WEIGHTY, sentence)) <= set(_lower(_WEIGHTY, behind)):
        return None
    agrees = all(_clause_agrees(clause, units) for clause in _clauses(sentence))
    return Support(tuple(units)) if agrees else None


def _is_covered(sentence: str, said: str, head: str) -> bool:
    """Whether every word that means something is in the passage, and most are in the sentences behind this one."""
    words, own = _content(sentence), _content(said)
    foreign = words - own - _content(head) - _COLOURLESS
    if any(not _has_kin(word, own) for word in foreign):
        return False
    return len(words & (own | foreign)) >= ENOUGH_OF_ITS_OWN * len(words)


def _has_kin(word: str, known: set[str]) -> bool:
    """Whether a known word is another form of it: "deliver" and "delivery"."""
    return any(
        word[:_KIN] == other[:_KIN] and abs(len(word) - len(other)) <= _KIN_DIFFERENCE
        for other in known
        if min(len(word), len(other)) >= _KIN
    )


def _best_units(sentence: str, excerpt: Excerpt) -> list[str]:
    """For each part of the sentence, the sentences of the passage that have most of its words. Figures only choose
    between those that have as many: a figure must stand where the same thing is spoken of, and not just somewhere."""
    chosen: dict[str, None] = {}
    for clause in _clauses(sentence):
        missing = _content(clause)
        for _ in range(MOST_UNITS):
            covered = max((len(missing & _content(unit)) for unit in excerpt.units), default=0)
            if not covered:
                break
            rivals = [unit for unit in excerpt.units if len(missing & _content(unit)) == covered]
            best = max(rivals, key=lambda unit: (_number_said(clause, unit), unit in chosen))
            chosen[best] = None
            missing = missing - _content(best)
    return list(chosen) if len(chosen) <= MOST_UNITS else []


def _number_said(clause: str, unit: str) -> int:
    said = figures(unit)
    return sum(_said(figure, said) for figure in figures(clause))


def _clause_agrees(clause: str, units: Sequence[str]) -> bool:
    """Whether the part of the passage that is most like this part of the sentence denies what it denies, has its
    figures, and is no more careful or limited than it."""
    words = _content(clause)
    if not words:
        return True
    parts = [(part, unit) for unit in units for part in _clauses(unit)]
    overlaps = [len(words & _content(part)) for part, _ in parts]
    if not max(overlaps, default=0):
        return True
    nearest = [parts[at] for at, overlap in enumerate(overlaps) if overlap == max(overlaps)]
    return all(_same_sense(clause, part, unit) for part, unit in nearest) and any(
        _figures_are_said(clause, unit) for _, unit in nearest
    )


def _same_sense(clause: str, part: str, unit: str) -> bool:
    if bool(_NEGATION.search(clause)) != bool(_NEGATION.search(part)):
        return False
    if _LIMIT.search(unit) and not _LIMITED.search(clause) and _LIMIT.search(part):
        return False
    return not _HEDGE.search(part) or bool(_HEDGED.search(clause))


def _clauses(text: str) -> list[str]:
    return [part.strip() for part in _CLAUSE_END.split(text) if part.strip()]


def _figures_are_said(sentence: str, text: str) -> bool:
    said = figures(text)
    return all(_said(figure, said) for figure in figures(sentence))


def _said(figure: Figure, said: Sequence[Figure]) -> bool:
    return any(figure.is_said_by(other) for other in said)


def _addresses_are_known(sentence: str, text: str) -> bool:
    if _MARKUP.search(sentence):
        return False
    return all(match.rstrip(".,;:!?").lower() in text.lower() for match in _ADDRESS.findall(sentence))


def _names_are_known(sentence: str, text: str) -> bool:
    known = set(stems(text))
    return all(set(stems(name)) <= known for name in _CAPITALISED.findall(sentence))


def _content(text: str) -> set[str]:
    """The stems that say what a text is about. Figures are checked apart."""
    small = COMMON | KINDS | _CONTRACTED
    return {word for word in stems(text) if word not in small and not word.strip("£").isdigit()}


def _lower(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match.lower() for match in pattern.findall(text)]
